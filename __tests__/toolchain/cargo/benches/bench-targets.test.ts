import { describe, expect, test } from 'vitest';
import type { Configuration } from '../../../../src/config/config.ts';
import {
  benchTargets,
  targetArguments,
  withOwnHarness,
} from '../../../../src/toolchain/cargo/benches/bench-targets.ts';
import { hasBuiltInBenchmarks } from '../../../../src/toolchain/cargo/benches/built-in.ts';
import type { Package } from '../../../../src/toolchain/cargo/metadata.ts';
import { CONFIGURATION, Folder } from '../support.ts';

const target = (name: string, kind: string, required: string[] = []) => ({
  ...{ name, kind: [kind], crate_types: [kind], src_path: `/w/${name}.rs` },
  'required-features': required,
});
const app: Package = {
  ...{ id: 'app', name: 'app', version: '0.1.0', manifest_path: '/w/Cargo.toml' },
  targets: [
    target('app', 'lib'),
    target('fast', 'bench', ['simd']),
    target('plain', 'bench'),
    target('old', 'bench'),
    target('example', 'example'),
  ],
  features: { default: ['std'], std: [], simd: ['std', 'dep:wide'], all: ['simd'] },
};
const manifest =
  '[[bench]]\nname = "fast"\nharness = false\n[[bench]]\nname = "plain"\nharness = false\n[[bench]]\nname = "old"\n';

function choose(configuration: Partial<Configuration> = {}, isUnstable = false, builtIn = false) {
  const { targets, warnings } = benchTargets({
    packages: [app],
    configuration: { ...CONFIGURATION, ...configuration },
    isUnstable,
    manifestOf: () => manifest,
    hasBuiltIn: () => builtIn,
  });
  return {
    names: targets.map(({ kind, name }) => `${kind} ${name}`),
    warnings,
    args: targetArguments(targets),
  };
}

describe('benchTargets', () => {
  test('takes those with a harness of their own and their features on, and says what is left out', () => {
    const { names, warnings, args } = choose();
    expect(names).toEqual(['bench plain']);
    expect(args).toEqual(['--bench=plain']);
    expect(warnings).toEqual([
      expect.stringMatching(/^benchmark program fast of package app is left out: it needs features simd;/),
      expect.stringMatching(/^benchmark programs left out: old; the built-in harness needs nightly/),
    ]);
  });

  test.for([
    { features: ['simd'] },
    { features: ['all'] },
    { features: ['app/simd'] },
    { allFeatures: true },
    { features: ['simd'], defaultFeatures: false },
  ])('finds the feature on in %j', (configuration) => {
    expect(choose(configuration).names).toEqual(['bench fast', 'bench plain']);
  });

  test('takes those of the built-in harness where unstable features compile, and libraries that have some', () => {
    expect(choose({}, true)).toMatchObject({ names: ['bench plain', 'bench old'] });
    const { names, args } = choose({}, true, true);
    expect(names).toEqual(['bench plain', 'bench old', 'lib app']);
    expect(args).toEqual(['--benches']);
  });
});

test('a manifest that is not TOML, or says nothing, has no harness of its own', () => {
  expect(withOwnHarness('[[bench')).toEqual(new Set());
  expect(withOwnHarness('bench = 1')).toEqual(new Set());
  expect(withOwnHarness('[package]\nname = "x"')).toEqual(new Set());
});

test('benchmarks of the built-in harness are found in any module of a crate', () => {
  using folder = new Folder({ 'src/lib.rs': 'mod a;', 'src/a/b.rs': '', 'src/target/x.rs': '#[bench]' });
  expect(hasBuiltInBenchmarks(`${folder.path}/src/lib.rs`)).toBe(false);
  folder.write({ 'src/a/b.rs': 'mod t { #[ bench ]\nfn x() {} }' });
  expect(hasBuiltInBenchmarks(`${folder.path}/src/lib.rs`)).toBe(true);
  expect(hasBuiltInBenchmarks(`${folder.path}/missing/lib.rs`)).toBe(false);
});
