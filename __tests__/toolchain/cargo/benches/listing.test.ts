import { describe, expect, test } from 'vitest';
import { isKnownHarness, recognise, terseNames } from '../../../../src/toolchain/cargo/benches/listing.ts';

const answer = (stdout: string, exitCode: number | null = 0, stderr = '') => ({ exitCode, stdout, stderr });
const none = new Set<string>();

// As the programs print them: criterion 0.5 and 0.7, divan 0.1.21, libtest of rustc 1.95 and gungraun 0.17.
const CRITERION = 'sum 100: benchmark\n\ngroup (a+b)/n/10: benchmark\ngroup (a+b)/n/1000: benchmark\n\n';
const DIVAN = 'div\n├─ plain\n├─ sum\n╰─ inner\n   ╰─ gen\n      ├─ u32\n      ╰─ u64\n\n';
const LIBTEST = 't::in_lib: benchmark\nt::x: test\n\n1 test, 1 benchmark\n';
const GUNGRAUN = 'calls::works::long: benchmark\ncalls::works::single: benchmark\n\n0 tests, 2 benchmarks\n';
const NO_RUNNER =
  'gungraun: Error: Failed to run benchmarks: No such file or directory.\nIs gungraun-runner installed and gungraun-runner in your $PATH?\n';

describe('recognise', () => {
  test('criterion by a list without a total', () => {
    const names = ['sum 100', 'group (a+b)/n/10', 'group (a+b)/n/1000'];
    expect(recognise(answer(CRITERION), none)).toEqual({ harness: 'criterion', names, runner: null });
    expect(recognise(answer(CRITERION.replaceAll('\n', '\r\n')), none).names).toEqual(names);
  });

  test('divan by its tree, and its names by the list that it gives cargo-nextest', () => {
    expect(recognise(answer(DIVAN), none)).toEqual({ harness: 'divan', names: [], runner: null });
    expect(terseNames('div::plain: benchmark\ndiv::sum::10: benchmark\n')).toEqual([
      'div::plain',
      'div::sum::10',
    ]);
  });

  test('libtest by the total, without its tests', () => {
    expect(recognise(answer(LIBTEST), none)).toEqual({
      harness: 'libtest',
      names: ['t::in_lib'],
      runner: null,
    });
    expect(recognise(answer('0 tests, 0 benchmarks\n'), none)).toMatchObject({
      harness: 'libtest',
      names: [],
    });
  });

  test('gungraun and its predecessor by the same total and the package that uses them', () => {
    const names = ['calls::works::long', 'calls::works::single'];
    expect(recognise(answer(GUNGRAUN), new Set(['gungraun']))).toMatchObject({ harness: 'gungraun', names });
    expect(recognise(answer(GUNGRAUN), new Set(['iai-callgrind']))).toMatchObject({
      harness: 'iai-callgrind',
    });
  });

  test('gungraun without its runner', () => {
    expect(recognise(answer('', 1, NO_RUNNER), none)).toEqual({
      harness: 'gungraun',
      names: [],
      runner: 'gungraun-runner',
    });
    const older = NO_RUNNER.replaceAll('gungraun', 'iai-callgrind');
    expect(recognise(answer('', 1, older), none).runner).toBe('iai-callgrind-runner');
  });

  test.for([
    ['another output', answer('METRIC:own:42:ns\n')],
    ['a list among other lines', answer(`hello\n${CRITERION}`)],
    ['a failure', answer(CRITERION, 101)],
    ['an end by a signal', answer(CRITERION, null)],
    ['silence', answer('')],
  ] as const)('%s is of no known harness', ([, told]) => {
    expect(recognise(told, none)).toEqual({ harness: 'other', names: [], runner: null });
  });

  test('a silent program of a package with a harness has no benchmarks', () => {
    expect(recognise(answer('\n'), new Set(['serde', 'criterion']))).toMatchObject({
      harness: 'criterion',
      names: [],
    });
    expect(recognise(answer(''), new Set(['codspeed-divan-compat']))).toMatchObject({
      harness: 'divan',
      names: [],
    });
  });
});

test('crates that stand for a harness are known', () => {
  for (const name of [
    'criterion',
    'codspeed-criterion-compat',
    'divan',
    'gungraun',
    'iai',
    'libtest-mimic',
  ]) {
    expect(isKnownHarness(name)).toBe(true);
  }
  expect(isKnownHarness('serde')).toBe(false);
});
