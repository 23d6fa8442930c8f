import { describe, expect, test } from 'vitest';
import type { Configuration } from '../../../src/config/config.ts';
import type { Metadata, Package } from '../../../src/toolchain/cargo/metadata.ts';
import {
  buildArguments,
  commonArguments,
  fetchArguments,
  metadataArguments,
  planOf,
  unitGraphArguments,
} from '../../../src/toolchain/cargo/plan.ts';
import { select } from '../../../src/toolchain/cargo/selection.ts';
import { CONFIGURATION } from './support.ts';

function member(name: string, kinds: readonly string[], features: readonly string[] = []): Package {
  return {
    id: `path+file:///w/${name}#0.1.0`,
    name,
    version: '0.1.0',
    manifest_path: `/w/${name}/Cargo.toml`,
    targets: kinds.map((kind) => ({ name, kind: [kind], crate_types: [kind] })),
    features: Object.fromEntries(features.map((feature) => [feature, []])),
  };
}

const app = member('app', ['bin', 'lib', 'test'], ['fast', 'small']);
const tool = member('tool', ['bin', 'custom-build']);
const plug = member('plug', ['cdylib']);
const plain = member('plain', ['lib', 'example']);
const workspace: Metadata = {
  workspaceRoot: '/w',
  members: [app, tool, plug, plain],
  defaultMembers: [app, plug],
};

function selectionArguments(configuration: Partial<Configuration>, metadata = workspace): readonly string[] {
  const complete = { ...CONFIGURATION, ...configuration };
  return planOf(complete, select(metadata, complete)).selection;
}

describe('what is asked of cargo', () => {
  const cases: readonly [string, Partial<Configuration>, readonly string[]][] = [
    ['the default', {}, ['--profile', 'release', '--bins']],
    ['a profile', { profile: 'dist' }, ['--profile', 'dist', '--bins']],
    ['libraries too', { lib: true }, ['--profile', 'release', '--bins', '--lib']],
    [
      'libraries too, where none is shipped',
      { lib: true, packages: ['app'] },
      ['--profile', 'release', '-p', 'app@0.1.0', '--bins'],
    ],
    [
      'packages, in the order of the workspace',
      { packages: ['tool', 'app'] },
      ['--profile', 'release', '-p', 'app@0.1.0', '-p', 'tool@0.1.0', '--bins'],
    ],
    [
      'a package by its version',
      { packages: ['app@0.1.0'] },
      ['--profile', 'release', '-p', 'app@0.1.0', '--bins'],
    ],
    [
      'packages by a pattern',
      { packages: ['pl*'] },
      ['--profile', 'release', '-p', 'plug@0.1.0', '-p', 'plain@0.1.0', '--lib'],
    ],
    ['a program of a default member', { bins: ['app'] }, ['--profile', 'release', '--bin', 'app']],
    ['another program', { bins: ['tool'] }, ['--profile', 'release', '-p', 'tool@0.1.0', '--bin', 'tool']],
    ['only a cdylib', { packages: ['plug'] }, ['--profile', 'release', '-p', 'plug@0.1.0', '--lib']],
    [
      'features',
      { features: ['fast', 'app/small'], defaultFeatures: false },
      ['--profile', 'release', '--bins', '--features', 'fast,app/small', '--no-default-features'],
    ],
    ['all features', { allFeatures: true }, ['--profile', 'release', '--bins', '--all-features']],
    [
      'a target',
      { target: 'x86_64-unknown-linux-musl' },
      ['--profile', 'release', '--bins', '--target', 'x86_64-unknown-linux-musl'],
    ],
    [
      'arguments, without those that are common or implied',
      { args: ['--config', 'a=1', '--examples', '--locked', '-Zbuild-std', '-vv', '--timings'] },
      ['--profile', 'release', '--bins', '--examples', '--timings'],
    ],
  ];
  test.for(cases)('%s', ([, configuration, expected]) => {
    expect(selectionArguments(configuration)).toEqual(expected);
  });

  test('each command in full', () => {
    const configuration = {
      ...CONFIGURATION,
      channel: 'nightly',
      args: ['--config=a=1', '-Z', 'build-std=core', '--tests'],
    };
    const plan = planOf(configuration, select(workspace, configuration));
    const common = ['--config=a=1', '-Z', 'build-std=core'];
    const selection = ['--profile', 'release', '--bins', '--tests'];
    expect(metadataArguments(plan.channel, commonArguments(configuration))).toEqual([
      ...['+nightly', 'metadata', '--format-version', '1', '--no-deps'],
      ...common,
    ]);
    expect(fetchArguments(plan, '/s/target', ['a', 'b'], true)).toEqual([
      ...['+nightly', 'fetch', '--locked', '--target', 'a', '--target', 'b'],
      ...[...common, '--config', 'build.target-dir="/s/target"', '--config', 'build.build-dir="/s/target"'],
    ]);
    expect(fetchArguments(plan, '/s/target', [], false)).toEqual([
      ...['+nightly', 'fetch', ...common, '--config', 'build.target-dir="/s/target"'],
      ...['--config', 'build.build-dir="/s/target"'],
    ]);
    expect(unitGraphArguments(plan, '/s/graph')).toEqual([
      ...['+nightly', 'build', '--unit-graph', '-Zunstable-options', '--frozen', '--target-dir', '/s/graph'],
      ...[...selection, ...common, '--config', 'build.build-dir="/s/graph"'],
    ]);
    expect(buildArguments(plan, '/s/target', 4)).toEqual([
      ...['+nightly', 'build', '-v', '--message-format=json-render-diagnostics', '--frozen'],
      ...['-j', '4', '--target-dir', '/s/target'],
      ...[...selection, ...common, '--config', 'build.build-dir="/s/target"'],
    ]);
  });

  test.for([
    ['--release', 'profile'],
    ['-r', 'profile'],
    ['-j8', 'remove it'],
    ['--features=a', 'features'],
    ['-Fa', 'features'],
    ['--manifest-path', 'working-directory'],
    ['--message-format=human', 'remove it'],
    ['--', 'remove it'],
    ['--config=build.target-dir="x"', 'remove it'],
  ])('%s is refused: %s', ([arg = '', advice = '']) => {
    expect(() => selectionArguments({ args: [arg] })).toThrow(advice);
  });

  test('a workspace without programs: cdylibs, or else libraries', () => {
    const only = (...members: Package[]): Metadata => ({ ...workspace, members, defaultMembers: members });
    expect(select(only(plug, plain), CONFIGURATION)).toMatchObject({
      lib: true,
      libraryMode: false,
      bins: [],
    });
    expect(select(only(plain), CONFIGURATION)).toMatchObject({ lib: true, libraryMode: true, bins: [] });
    expect(() => select(only(member('none', ['example'])), CONFIGURATION)).toThrow('nothing to build in /w');
  });
});
