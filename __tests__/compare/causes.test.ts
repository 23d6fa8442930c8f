import { describe, expect, test } from 'vitest';
import { compareMeasurements } from '../../src/compare/compare.ts';
import { causeSchema } from '../../src/compare/comparison.ts';
import { settingNote } from '../../src/compare/settings.ts';
import type { BuiltPackage, Measurement } from '../../src/measure/measurement.ts';
import { IDENTITY, measurement, packagesNamed, requestOf, rowOf } from './fixtures.ts';

const numbers = (factor: number) => ({
  'size rg': {
    'loadable-bytes': 1e6 * factor,
    'file-bytes': 2e6 * factor,
    'gzip-bytes': 5e5 * factor,
    'text-bytes': 6e5 * factor,
    'debug-bytes': 1e6 * factor,
  },
  'compile workspace': { units: 100 * factor },
});

/** Everything grew by half, with these things changed besides. */
function grown(identity: Record<string, string>, packages: [BuiltPackage[], BuiltPackage[]] = [[], []]) {
  const base = measurement(numbers(1), { packages: packages[0] });
  const head: Measurement = measurement(numbers(1.5), {
    identity: { ...IDENTITY, ...identity },
    packages: packages[1],
  });
  return compareMeasurements(requestOf(base, head));
}

const subjects = (result: ReturnType<typeof grown>, metric: string) =>
  rowOf(result.comparisons, metric).why.map((cause) => cause.subject);

describe('causes beside rows', () => {
  test('lto explains every size and no count', () => {
    const result = grown({ 'profile.lto': 'fat' });
    expect(subjects(result, 'loadable-bytes')).toEqual(['profile.lto']);
    expect(subjects(result, 'text-bytes')).toEqual(['profile.lto']);
    expect(subjects(result, 'units')).toEqual([]);
  });

  test.each(['profile.strip', 'profile.debug', 'profile.split-debuginfo', 'flags.strip'])(
    '%s explains the file and not what is loaded',
    (field) => {
      const result = grown({ [field]: 'other' });
      expect(subjects(result, 'file-bytes')).toEqual([field]);
      expect(subjects(result, 'gzip-bytes')).toEqual([field]);
      expect(subjects(result, 'debug-bytes')).toEqual([field]);
      expect(subjects(result, 'loadable-bytes')).toEqual([]);
      expect(subjects(result, 'text-bytes')).toEqual([]);
    },
  );

  test('packages explain sizes and counts, by name instead of the hash of the lockfile', () => {
    const head = packagesNamed(['serde 1.0.2', 'syn 2.0.0']);
    const result = grown({ lockfile: 'bbbb' }, [packagesNamed(['serde 1.0.1']), head]);
    expect(subjects(result, 'loadable-bytes')).toEqual(['syn', 'serde']);
    expect(subjects(result, 'units')).toEqual(['syn', 'serde']);
    expect(result.causes.map((cause) => cause.subject)).toEqual(['syn', 'serde']);
  });

  test('a lockfile that changed without a compiled package explains nothing', () => {
    const result = grown({ lockfile: 'bbbb' });
    expect(subjects(result, 'units')).toEqual([]);
    expect(subjects(result, 'loadable-bytes')).toEqual([]);
    expect(result.causes).toEqual([]);
    expect(result.changed.map(({ field }) => field)).toEqual(['lockfile']);
  });

  test('packages that only the build uses explain compile time, and no size', () => {
    const only = packagesNamed(['cc 1.0.0'], 'build');
    const macro = packagesNamed(['serde_derive 1.0.0'], 'proc-macro');
    const result = grown({}, [[], [...only, ...macro]]);
    expect(subjects(result, 'loadable-bytes')).toEqual(['serde_derive']);
    expect(subjects(result, 'units')).toEqual(['cc', 'serde_derive']);
    expect(result.causes).toMatchObject([
      { subject: 'serde_derive', note: 'added' },
      { subject: 'cc', note: 'added; only the build uses it' },
    ]);
  });

  test('a package that the build used before and that is linked now is new to the programs', () => {
    const libc = (role: BuiltPackage['role']) => packagesNamed(['libc 0.2.1'], role);
    const result = grown({}, [libc('build'), libc('linked')]);
    expect(rowOf(result.comparisons, 'loadable-bytes').why).toMatchObject([
      { subject: 'libc', note: 'added' },
    ]);
    expect(subjects(result, 'units')).toEqual([]);
  });

  test('settings come first by their documented effect, then the toolchain, then packages', () => {
    const changes = {
      'flags.rustflags': '-C force-frame-pointers',
      'profile.codegen-units': '1',
      'profile.lto': 'fat',
      'profile.strip': 'symbols',
      'profile.package.zlib.opt-level': '3',
      'toolchain.rustc': '1.96.0',
    };
    const result = grown(changes, [[], packagesNamed(['syn 2.0.0'])]);
    const code = [
      'profile.lto',
      'profile.codegen-units',
      'profile.package.zlib.opt-level',
      'flags.rustflags',
    ];
    expect(subjects(result, 'loadable-bytes')).toEqual([...code, 'toolchain.rustc', 'syn']);
    expect(subjects(result, 'file-bytes').slice(0, 2)).toEqual(['profile.strip', 'profile.lto']);
    expect(result.causes.map((cause) => cause.subject).slice(0, 2)).toEqual([
      'profile.lto',
      'profile.codegen-units',
    ]);
  });

  test("debug information of one package is told before the standard library's, which cargo then no longer strips", () => {
    const before = { ...IDENTITY, 'profile.strip': 'debuginfo' };
    const base = measurement(numbers(1), { identity: before });
    const head = measurement(numbers(1.5), {
      identity: { ...before, 'profile.strip': 'none', 'profile.package.zlib.debug': '1' },
    });
    const result = compareMeasurements(requestOf(base, head));
    expect(subjects(result, 'file-bytes')).toEqual(['profile.package.zlib.debug', 'profile.strip']);
    expect(rowOf(result.comparisons, 'file-bytes').why[1]?.note).toBe(
      "cargo strips the standard library's debug information only while no package asks for any, as profile.package.zlib.debug now does",
    );
    const alone = grown({ 'profile.strip': 'symbols' });
    expect(rowOf(alone.comparisons, 'file-bytes').why[0]).toMatchObject({
      subject: 'profile.strip',
      note: expect.stringContaining('not the code that is loaded'),
    });
  });

  test('LTO that cargo dropped explains what is loaded, and says why it was dropped', () => {
    const result = grown({ 'flags.lto-dropped': 'engine' });
    expect(rowOf(result.comparisons, 'loadable-bytes').why).toMatchObject([
      { subject: 'flags.lto-dropped', note: expect.stringContaining('built as an rlib too') },
    ]);
  });

  test('features explain counts too', () => {
    expect(subjects(grown({ features: 'all' }), 'units')).toEqual(['features']);
  });

  test('a row that did not move has no causes', () => {
    const base = measurement(numbers(1));
    const head = measurement(numbers(1), { identity: { ...IDENTITY, 'profile.lto': 'fat' } });
    const { comparisons, causes, changed } = compareMeasurements(requestOf(base, head));
    expect(comparisons.flatMap((row) => row.why)).toEqual([]);
    expect(causes.map((cause) => cause.subject)).toEqual(['profile.lto']);
    expect(changed).toEqual([{ field: 'profile.lto', before: 'thin', after: 'fat' }]);
  });

  test('long lists are cut and say how much is missing', () => {
    const many = packagesNamed(Array.from({ length: 5000 }, (_, i) => `p${i} 1.0.0`));
    const result = grown({}, [[], many]);
    const row = rowOf(result.comparisons, 'loadable-bytes');
    expect(row.why).toHaveLength(11);
    expect(row.why.at(-1)).toMatchObject({ subject: 'packages', note: '4990 more' });
    expect(result.causes).toHaveLength(201);
    expect(result.causes.at(-1)?.note).toBe('4800 more');
    for (const cause of result.causes) causeSchema.parse(cause);
  });

  test('the machine is no cause for a whole report', () => {
    expect(grown({ 'machine.cpu': 'Xeon', jobs: '2' }).causes).toEqual([]);
  });
});

describe('settingNote', () => {
  const note = (field: string, before: string | null, after: string | null) =>
    settingNote({ field, before, after });

  test('gives the measured step between two known values', () => {
    // 0.78 / 1.065 − 1 = −26.8 %, 0.56 / 0.95 − 1 = −41.1 %, 0.82 / 0.96 − 1 = −14.6 %.
    expect(note('profile.lto', 'thin', 'fat')).toMatch(/code −27 %, file −41 %, compile CPU −15 %$/);
    expect(note('profile.lto', 'false', 'true')).toMatch(/code −22 %, file −44 %, compile CPU −18 %$/);
    expect(note('flags.codegen_units', '16', '1')).toMatch(/code −8 %$/);
    expect(note('profile.opt-level', '3', 'z')).toMatch(/code −17 %, compile CPU −39 %$/);
    expect(note('profile.incremental', 'false', 'true')).toMatch(/code \+0\.6 %$/);
  });

  test('gives no figure for a value, a side or a part that was not measured', () => {
    expect(note('profile.opt-level', 's', 'z')).toMatch(/code −6 %$/);
    expect(note('profile.codegen-units', '16', '4')).not.toMatch(/measured/);
    expect(note('profile.lto', null, 'fat')).not.toMatch(/measured/);
    expect(note('profile.lto', 'constructor', 'toString')).not.toMatch(/measured/);
    expect(note('profile.package.big.opt-level', '3', 'z')).toMatch(/^for package big only; levels s and z/);
  });

  test('knows nothing of other settings', () => {
    expect(note('profile.overflow-checks', 'false', 'true')).toBe('');
    expect(note('profile.constructor', 'a', 'b')).toBe('');
  });

  test.each(['strip', 'debug', 'target-cpu', 'panic', 'codegen-units'])('has a remark on %s', (name) => {
    expect(note(`profile.${name}`, 'a', 'b').length).toBeGreaterThan(20);
  });
});
