import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UserError } from '../../src/errors.ts';
import type { Usage } from '../../src/process/command.ts';
import { bsdTimeRefusal, parseBsdTime } from '../../src/process/usage/bsd-time.ts';
import { gnuTime, gnuTimeRefusal, parseGnuTime } from '../../src/process/usage/gnu-time.ts';
import { parseJobAnswer, windowsCommandLine } from '../../src/process/usage/job-object.ts';
import { parseChildTimes, parsePeak, procStat } from '../../src/process/usage/proc-stat.ts';
import { chooseMeter } from '../../src/process/usage.ts';
import { fixture, temporaryFolder, testRunner } from './support.ts';

const temporary = temporaryFolder();
const ways = [
  ['GNU time', gnuTime('/usr/bin/time', temporary)],
  ['/proc/self/stat', procStat()],
] as const;
const burnt = z.object({ seconds: z.number(), peak: z.number() });

it('has GNU time (Debian package time)', () => {
  expect(existsSync('/usr/bin/time')).toBe(true);
});

describe.each(ways)('%s', (source, meter) => {
  const runner = testRunner(temporary, { meters: [meter] });
  const cwd = temporary;

  it('agrees with what a program says about itself', async () => {
    const run = await runner.run({ file: fixture('burn.mjs'), args: ['0.8', '120'], cwd, measured: true });
    const own = burnt.parse(JSON.parse(run.stdout));
    const usage = known(run.usage);
    expect(usage.source).toBe(source);
    expect(usage.cpu).toBeGreaterThanOrEqual(own.seconds - 0.03);
    expect(usage.cpu).toBeLessThan(own.seconds + 0.3);
    expect(usage.wallSeconds).toBeGreaterThan(0.5);
    expect(usage.peak).toBeGreaterThan(120 * 1024 * 1024);
    expect(usage.peak).toBeLessThanOrEqual(own.peak * 1.2);
  });

  it('adds up a tree', async () => {
    const run = await runner.run({ file: fixture('burn-twice.sh'), args: [], cwd, measured: true });
    const own = run.stdout
      .trim()
      .split('\n')
      .map((line) => burnt.parse(JSON.parse(line)).seconds);
    const sum = own.reduce((a, b) => a + b, 0);
    expect(own).toHaveLength(2);
    expect(known(run.usage).cpu).toBeGreaterThanOrEqual(sum - 0.05);
    expect(known(run.usage).cpu).toBeLessThan(sum + 0.6);
  });

  it('changes neither output nor ending', async () => {
    const exit = { file: 'sh', args: ['-c', 'echo out; echo err >&2; exit 3'], cwd };
    expect(await runner.run({ ...exit, measured: true })).toMatchObject({
      exitCode: 3,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    const die = { file: fixture('die.sh'), args: ['SEGV'], cwd };
    expect(await runner.run({ ...die, measured: true })).toMatchObject({ exitCode: null, signal: 'SIGSEGV' });
    const status = { file: 'sh', args: ['-c', 'exit 127'], cwd };
    expect(await runner.run({ ...status, measured: true })).toMatchObject({ exitCode: 127, signal: null });
  });

  it('still ends the tree at a time-out', async () => {
    const run = await runner.run({ file: 'sleep', args: ['300'], cwd, measured: true, timeoutSeconds: 0.5 });
    expect(run).toMatchObject({ exitCode: null, signal: 'SIGTERM', timedOut: true });
  });

  it('names a program that cannot be started, and leaves no file behind', async () => {
    const run = runner.run({ file: fixture('no-interpreter.sh'), args: [], cwd, measured: true });
    await expect(run).rejects.toThrow(UserError);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

it('counts nothing else where the account is shared', async () => {
  const runner = testRunner(temporary, { meters: [procStat()] });
  const burn = { file: fixture('burn.mjs'), args: ['0.5'], cwd: temporary };
  const runs = await Promise.all([
    runner.run(burn),
    runner.run({ ...burn, measured: true }),
    runner.run(burn),
    runner.run({ ...burn, measured: true }),
  ]);
  for (const run of [runs[1], runs[3]]) {
    const own = burnt.parse(JSON.parse(run?.stdout ?? ''));
    expect(known(run?.usage ?? null).cpu).toBeLessThan(own.seconds + 0.3);
  }
});

it('takes the first way that works, or the clock alone', async () => {
  const missing = gnuTime('/nonexistent/time', temporary);
  const other = gnuTime('/usr/bin/env', temporary);
  expect((await chooseMeter([missing, other, procStat()])).source).toBe('/proc/self/stat');
  const runner = testRunner(temporary, { meters: [missing] });
  const run = await runner.run({ file: 'true', args: [], cwd: temporary, measured: true });
  expect(run.usage).toMatchObject({ userSeconds: null, peakRssBytes: null, source: 'wall clock only' });
});

describe('GNU time output', () => {
  it('is read with and without a line on the ending', () => {
    expect(parseGnuTime('1.50 1.20 0.25 2048\n')).toEqual({
      signal: null,
      cost: { userSeconds: 1.2, systemSeconds: 0.25, peakRssBytes: 2097152, source: 'GNU time' },
    });
    expect(parseGnuTime('Command exited with non-zero status 3\n0.00 0.00 0.00 1540\n')?.signal).toBeNull();
    expect(parseGnuTime('Command terminated by signal 9\n0.00 0.00 0.00 1456\n')?.signal).toBe('SIGKILL');
  });

  it.each(['', '\n', 'garbage', '1 2 3 4', '0.00 0.00 0.00 -1', '0.00 0.00 0.00 1\nmore'])(
    'refuses %j',
    (text) => {
      expect(parseGnuTime(text)).toBeNull();
    },
  );

  it('tells its own refusal from a program that ends alike', () => {
    const stderr = '/usr/bin/time: cannot run x: No such file or directory\n';
    expect(gnuTimeRefusal({ exitCode: 127, signal: null }, stderr)).toBe('No such file or directory');
    expect(gnuTimeRefusal({ exitCode: 127, signal: null }, 'sh: x: not found\n')).toBeNull();
    expect(gnuTimeRefusal({ exitCode: 1, signal: null }, stderr)).toBeNull();
  });
});

describe('macOS time output', () => {
  const rest =
    '            81289216  maximum resident set size\n                   0  average shared memory size\n' +
    '               20079  page reclaims\n                   0  signals received\n' +
    '                  11  voluntary context switches\n              983744  peak memory footprint\n';

  it.each([
    `        0.43 real         0.15 user         0.03 sys\n${rest}`,
    `real 0.43\nuser 0.15\nsys 0.03\n${rest}`,
    `Command terminated abnormally.\nreal 0,43\nuser 0,15\nsys 0,03\n${rest}`,
  ])('is read, bytes being bytes', (text) => {
    expect(parseBsdTime(text)).toEqual({
      userSeconds: 0.15,
      systemSeconds: 0.03,
      peakRssBytes: 81289216,
      source: 'macOS time',
    });
  });

  it('is refused where a part is missing', () => {
    expect(parseBsdTime('')).toBeNull();
    expect(parseBsdTime('real 0.43\nuser 0.15\nsys 0.03\n')).toBeNull();
    expect(parseBsdTime(rest)).toBeNull();
  });

  it('tells its own refusal', () => {
    const stderr = 'time: nosuch: No such file or directory\n';
    expect(bsdTimeRefusal({ exitCode: 127, signal: null }, stderr)).toBe('No such file or directory');
    expect(bsdTimeRefusal({ exitCode: 0, signal: null }, stderr)).toBeNull();
  });
});

describe('/proc', () => {
  it('is read whatever the name of the process is', () => {
    const stat =
      '77 (a) Z (b) S 1 77 77 0 -1 4194560 100 200 0 0 11 12 345 67 20 0 1 0 500 9000 300 18446744073709551615';
    expect(parseChildTimes(stat)).toEqual({ userSeconds: 3.45, systemSeconds: 0.67 });
    expect(parseChildTimes('')).toBeNull();
    expect(parseChildTimes('77 (a) S 1')).toBeNull();
    expect(parsePeak('Name:\tx\nVmPeak:\t  100 kB\nVmHWM:\t    2048 kB\n')).toBe(2097152);
    expect(parsePeak('Name:\tx\nState:\tZ (zombie)\n')).toBeNull();
  });
});

describe('the Windows job', () => {
  it('reads the answer of the script', () => {
    const text =
      '\uFEFF{"userTicks":12500000,"error":"","peakBytes":4096,"exitCode":-1073741819,"wallTicks":20000000,"kernelTicks":5000000}';
    expect(parseJobAnswer(text)).toMatchObject({
      exitCode: -1073741819,
      error: null,
      cost: { wallSeconds: 2, userSeconds: 1.25, systemSeconds: 0.5, peakRssBytes: 4096 },
    });
    expect(parseJobAnswer('')).toBeNull();
    expect(parseJobAnswer('{"exitCode":0}')).toBeNull();
  });

  it.each([
    [['a.exe', 'b'], 'a.exe b'],
    [['C:\\Program Files\\a.exe', ''], '"C:\\Program Files\\a.exe" ""'],
    [['a', 'say "hi"'], 'a "say \\"hi\\""'],
    [['a', 'end\\'], 'a end\\'],
    [['a', 'b c\\'], 'a "b c\\\\"'],
    [['a', '\\"'], 'a "\\\\\\""'],
  ])('quotes %j', (args, line) => {
    expect(windowsCommandLine(args)).toBe(line);
  });
});

function known(usage: Usage | null) {
  if (usage === null || usage.peakRssBytes === null) throw new Error('no usage');
  return {
    ...usage,
    cpu: (usage.userSeconds ?? Number.NaN) + (usage.systemSeconds ?? Number.NaN),
    peak: usage.peakRssBytes,
  };
}
