import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countsOf } from '../../../src/toolchain/cargo/counts.ts';
import { incremental } from '../../../src/toolchain/cargo/environment.ts';
import { cargoMessage, failureOutput } from '../../../src/toolchain/cargo/failure.ts';
import { list } from '../../../src/toolchain/cargo/identity.ts';
import { linkerProduct } from '../../../src/toolchain/cargo/linker.ts';
import { type LockedPackage, lockfileHash, parseLockfile } from '../../../src/toolchain/cargo/lockfile.ts';
import { parseArtifact } from '../../../src/toolchain/cargo/messages.ts';
import { parsePackageId } from '../../../src/toolchain/cargo/package-id.ts';
import { packagesOf } from '../../../src/toolchain/cargo/packages.ts';
import { actualProfile, droppedLto } from '../../../src/toolchain/cargo/profile.ts';
import { profilesOf, profileTables } from '../../../src/toolchain/cargo/profile-tables.ts';
import { parseRunningLine } from '../../../src/toolchain/cargo/rustc-call.ts';
import { parseSettings } from '../../../src/toolchain/cargo/settings.ts';
import { parseUnitGraph } from '../../../src/toolchain/cargo/unit-graph.ts';

describe('package ids', () => {
  test.for([
    ['path+file:///home/me/app#0.1.0', 'app', '0.1.0'],
    ['path+file:///home/me/folder#app@0.1.0', 'app', '0.1.0'],
    ['registry+https://example.invalid/index#serde@1.0.0-rc.1+build', 'serde', '1.0.0-rc.1+build'],
    ['git+https://example.invalid/foo?branch=x/y#0.2.0', 'foo', '0.2.0'],
    ['serde 1.0.0 (registry+https://example.invalid/index)', 'serde', '1.0.0'],
    ['something', 'something', ''],
  ])('%s', ([id = '', name, version]) => {
    expect(parsePackageId(id)).toEqual({ name, version });
  });
});

describe('Cargo.lock', () => {
  test('names packages and where they come from', () => {
    const text =
      '[[package]]\nname = "b"\nversion = "2.0.0"\nsource = "x"\n[[package]]\nname = "app"\nversion = "0.1.0"\n';
    expect(parseLockfile(text, 'Cargo.lock')).toEqual([
      { name: 'b', version: '2.0.0', source: 'x' },
      { name: 'app', version: '0.1.0' },
    ]);
    expect(parseLockfile('version = 4\n', 'Cargo.lock')).toEqual([]);
  });

  test.for(['version = ', '[[package]]\nname = 1\n', 'package = 3'])('%j is none', (text) => {
    expect(() => parseLockfile(text, '/x/Cargo.lock')).toThrow(/^\/x\/Cargo\.lock is not a Cargo\.lock/);
  });

  test('has one hash whatever git made of its line ends', () => {
    expect(lockfileHash('a\r\nb\r\n')).toBe(lockfileHash('a\nb\n'));
    expect(lockfileHash('a\n')).not.toBe(lockfileHash('b\n'));
  });
});

describe('compiled packages', () => {
  const index = 'registry+https://example.invalid/crates.io-index';
  const git = 'git+https://me:secret@example.invalid/c?rev=1';
  const member = 'path+file:///home/me/app#0.1.0';
  const artifact = (id: string, kind = 'lib') => ({
    reason: 'compiler-artifact' as const,
    package_id: id,
    target: { kind: [kind], crate_types: [kind], name: 'x' },
    ...{ features: [], filenames: [], executable: null, fresh: false },
  });
  const packages = (ids: readonly string[], locked: readonly LockedPackage[]) =>
    packagesOf({
      graph: null,
      artifacts: ids.map((id) => artifact(id)),
      locked,
      members: new Set([member]),
    });

  test('are those that were compiled, sorted, with their source to the commit and without a password', () => {
    const locked = [
      { name: 'app', version: '0.1.0' },
      { name: 'b', version: '1.0.0', source: index },
      { name: 'b', version: '2.0.0', source: index },
      { name: 'c', version: '1.0.0', source: index },
      { name: 'c', version: '1.0.0', source: `${git}#abc` },
      { name: 'near', version: '0.1.0' },
      { name: 'optional', version: '1.0.0', source: index },
    ];
    const ids = [
      member,
      `${git}#c@1.0.0`,
      `${index}#b@2.0.0`,
      `${index}#b@1.0.0`,
      'path+file:///home/me/near#0.1.0',
    ];
    expect(packages([...ids, ...ids], locked)).toEqual([
      { name: 'b', version: '1.0.0', role: 'linked' },
      { name: 'b', version: '2.0.0', role: 'linked' },
      { name: 'c', version: '1.0.0', source: 'git+https://example.invalid/c?rev=1#abc', role: 'linked' },
      { name: 'near', version: '0.1.0', source: 'path', role: 'linked' },
    ]);
  });

  test('are bounded, and described by their ids where the lockfile is silent', () => {
    const many = Array.from({ length: 20_100 }, (_, at) => `${index}#p${at}@1.0.0`);
    const built = packages([`${index}#a${'long'.repeat(500)}@1.0.0`, ...many], []);
    expect(built).toHaveLength(20_000);
    expect(built[0]?.name).toHaveLength(400);
    expect(built[1]).toEqual({ name: 'p0', version: '1.0.0', role: 'linked' });
  });

  test('a graph tells macros of the programs from what only the build uses', () => {
    const profile = {
      ...{ opt_level: '3', lto: 'false', debug_assertions: false, overflow_checks: false, rpath: false },
      ...{ incremental: false, panic: 'unwind', strip: null },
    };
    const unit = (name: string, kind: string, dependencies: number[], mode = 'build') => ({
      pkg_id: `${index}#${name}@1.0.0`,
      target: { kind: [kind], crate_types: [kind], name },
      ...{ profile, mode, dependencies: dependencies.map((at) => ({ index: at })) },
    });
    const units = [
      unit('app', 'bin', [1, 2, 4]),
      unit('both', 'lib', []),
      unit('derive', 'proc-macro', [3]),
      unit('syn', 'lib', [1]),
      unit('app', 'custom-build', [5], 'run-custom-build'),
      unit('app', 'custom-build', [6, 7]),
      unit('cc', 'lib', [1]),
      unit('build-derive', 'proc-macro', []),
    ];
    const built = packagesOf({
      graph: parseUnitGraph(JSON.stringify({ version: 1, units, roots: [0] })),
      artifacts: units.map(({ pkg_id }) => artifact(pkg_id)),
      locked: [],
      members: new Set([`${index}#app@1.0.0`]),
    });
    expect(built.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'both linked',
      'build-derive build',
      'cc build',
      'derive proc-macro',
      'syn build',
    ]);
    expect(built.filter(({ direct }) => direct).map(({ name }) => name)).toEqual([
      'both',
      'build-derive',
      'cc',
      'derive',
    ]);
  });
});

describe('profile tables', () => {
  const sources = [
    profilesOf(
      '[profile.release]\nlto = true\n[profile.release.package."*"]\nopt-level = 1\n[profile.dist]\ninherits = "release"\n[profile.dist.package.foo]\ndebug = 1\n[profile.dist.package."https://example.invalid/x#bar@1.0"]\ndebug = 1\n[profile.a]\ninherits = "b"\n[profile.b]\ninherits = "a"\n',
    ),
    { dist: { 'build-override': { 'opt-level': 3 } } },
  ];

  test('follow inherits over all sources', () => {
    const tables = profileTables('dist', sources, {});
    expect(tables.names).toEqual(['a', 'b', 'bench', 'dev', 'dist', 'release', 'test']);
    expect([...tables.packages]).toEqual(['foo', 'bar']);
    expect(tables.allOthers).toBe(true);
    expect([...tables.buildOverride]).toEqual(['opt-level']);
  });

  test('end in a circle, know a profile of the environment and survive what is not TOML', () => {
    expect(profileTables('a', sources, {}).packages.size).toBe(0);
    expect(profileTables('my-own', [], { CARGO_PROFILE_MY_OWN_INHERITS: 'release' }).names).toContain(
      'my-own',
    );
    expect(profilesOf('[profile')).toEqual({});
    expect(profilesOf('profile = 3')).toEqual({});
  });
});

describe('formats that may change', () => {
  const unit = {
    pkg_id: 'path+file:///w/app#0.1.0',
    target: { kind: ['bin'], crate_types: ['bin'], name: 'app', more: 1 },
    profile: {
      ...{ opt_level: '3', lto: 'false', debug_assertions: false, overflow_checks: false, rpath: false },
      ...{ incremental: false, panic: 'unwind', strip: { unheard: 'of' } },
    },
    mode: 'build',
    dependencies: [{ index: 0 }, { index: 99 }],
  };

  test('a unit graph of version 1 is read, with circles and missing units', () => {
    const graph = parseUnitGraph(JSON.stringify({ version: 1, units: [unit], roots: [0, 7] }));
    expect(graph?.target).toHaveLength(1);
    expect(graph?.host).toHaveLength(0);
    expect(graph?.roots).toHaveLength(1);
  });

  test.for([
    '',
    'null',
    JSON.stringify({ version: 2, units: [unit], roots: [0] }),
    JSON.stringify({ version: 1, units: [{}], roots: [] }),
  ])('another one is none: %s', (text) => {
    expect(parseUnitGraph(text)).toBeNull();
  });

  test('settings leave out what is of another type', () => {
    const settings = parseSettings(
      JSON.stringify({
        build: { target: ['a'], rustc: 3, 'rustc-wrapper': 'w' },
        profile: { x: { lto: true } },
      }),
    );
    expect(settings).toMatchObject({
      targets: ['a'],
      rustc: null,
      wrapper: 'w',
      profiles: { x: { lto: true } },
    });
    expect(parseSettings('[').wrapper).toBeNull();
    expect(parseSettings('[]').wrapper).toBeNull();
  });

  test('no line of output is too strange for a message', () => {
    fc.assert(
      fc.property(fc.string(), fc.json(), (text, json) => {
        expect(parseArtifact(text)).toBeNull();
        expect(parseArtifact(`{"reason":"compiler-artifact"${text}`)).toBeNull();
        expect(parseArtifact(json)).toBeNull();
        expect(parseUnitGraph(json)).toBeNull();
      }),
    );
  });
});

test('counts without a unit graph come from the messages', () => {
  const artifact = (id: string, kind: string) => ({
    reason: 'compiler-artifact' as const,
    package_id: id,
    target: { kind: [kind], crate_types: [kind], name: 'x' },
    features: [],
    filenames: [],
    executable: null,
    fresh: false,
  });
  const artifacts = [
    artifact('path+file:///w/app#0.1.0', 'bin'),
    artifact('path+file:///w/app#0.1.0', 'custom-build'),
    artifact('registry+x#a@1.0.0', 'lib'),
    artifact('registry+x#a@2.0.0', 'lib'),
    artifact('registry+x#m@2.0.0', 'proc-macro'),
  ];
  expect(countsOf(null, artifacts, new Set(['path+file:///w/app#0.1.0']))).toEqual({
    units: 5,
    dependencies: 3,
    buildScripts: 1,
    procMacros: 1,
    duplicateCrates: 1,
  });
});

describe('what cargo said', () => {
  test('as one line, without frames and traces', () => {
    const text = [
      'warning: something',
      'error: unclosed table, expected `]`',
      ' --> Cargo.toml:1:6',
      '  |',
      '1 | [pack',
      '  |      ^',
      '',
      'Stack backtrace:',
      '   0: anyhow::error',
    ];
    expect(cargoMessage(text.join('\n'))).toBe('unclosed table, expected `]` --> Cargo.toml:1:6 [pack');
    expect(cargoMessage('')).toBe('cargo said nothing about it');
    expect(cargoMessage(`error: ${'x'.repeat(5000)}`).length).toBeLessThan(1300);
  });

  test('the reason of a failed build is bounded and keeps both ends', () => {
    const lines = Array.from({ length: 1000 }, (_, index) => `  note ${index}`);
    const output = failureOutput(['warning: first', 'error: begin', ...lines, 'error: end'].join('\n'));
    expect(output.split('\n')).toHaveLength(121);
    expect(output).toMatch(/^error: begin\n/);
    expect(output).toMatch(/error: end$/);
    expect(failureOutput(`error: ${'x'.repeat(100_000)}`).length).toBeLessThan(17_000);
  });
});

test('LTO counts as dropped only where it was asked for and something is linked', () => {
  const call = (types: string, flags: string) =>
    parseRunningLine(`   Running \`rustc --crate-name x ${types} -C opt-level=3 ${flags} -L dependency=/t\``);
  const dropped = (types: string, flags: string, lto: string): boolean => {
    const parsed = call(types, flags);
    if (parsed === null) throw new Error('no compiler call');
    return droppedLto(parsed, { ...actualProfile(parsed, null, 'x86_64-unknown-linux-gnu'), lto });
  };
  expect(dropped('--crate-type cdylib --crate-type rlib', '', 'fat')).toBe(true);
  expect(dropped('--crate-type cdylib --crate-type rlib', '', 'false')).toBe(false);
  expect(dropped('--crate-type cdylib --crate-type rlib', '', 'off')).toBe(false);
  expect(dropped('--crate-type cdylib', '-C lto', 'fat')).toBe(false);
  expect(dropped('--crate-type bin', '-C lto=thin', 'thin')).toBe(false);
  expect(dropped('--crate-type lib', '-C linker-plugin-lto', 'fat')).toBe(false);
});

test('CARGO_INCREMENTAL: off, unless the profile or the configuration asks', () => {
  expect(incremental(false, {}, {})).toEqual({ CARGO_INCREMENTAL: '0' });
  expect(incremental(false, {}, { CARGO_INCREMENTAL: '1' })).toEqual({ CARGO_INCREMENTAL: '0' });
  expect(incremental(true, {}, {})).toEqual({ CARGO_INCREMENTAL: undefined });
  expect(incremental(true, {}, { CARGO_INCREMENTAL: '0' })).toEqual({ CARGO_INCREMENTAL: '0' });
  expect(incremental(false, { CARGO_INCREMENTAL: '1' }, {})).toEqual({ CARGO_INCREMENTAL: '1' });
});

test('the linker that a program names', () => {
  const gcc = 'GCC: (Debian 12.2.0-14+deb12u1) 12.2.0';
  expect(linkerProduct(`rustc version 1.95.0\0Linker: LLD 22.1.2 (/checkout/x 1cb4e38)\0${gcc}\0`)).toBe(
    'LLD 22.1.2',
  );
  expect(linkerProduct(`mold 2.30.0 (compatible with GNU ld)\0${gcc}\0`)).toBe('mold 2.30.0');
  expect(linkerProduct(gcc)).toBeNull();
});

test('a list as an identity value is explicit when empty and bounded when long', () => {
  expect(list([])).toBe('none');
  const long = Array.from({ length: 2000 }, (_, index) => `feature${index}`);
  expect(list(long).length).toBeLessThan(4000);
  expect(list(long)).not.toBe(list([...long, 'one-more']));
});
