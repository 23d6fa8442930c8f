import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgePairs } from '../../../src/compare/paired.ts';
import { Cancelled } from '../../../src/errors.ts';
import type { BenchCase, TimePair } from '../../../src/measure/bench/case.ts';
import type { Decisions } from '../../../src/measure/bench/decisions.ts';
import { runPaired } from '../../../src/measure/bench/paired-runner.ts';
import { createProcessRunner } from '../../../src/process/runner.ts';
import { recordingLogger } from '../../support/recording-logger.ts';
import { benchCase, benchWorld, command, request, wants } from './support.ts';

const world = benchWorld();
const busy = (rounds: number) => command(world, 'busy', rounds);

function positive(pairs: readonly TimePair[]): boolean {
  return pairs.flat().every((time) => time > 0 && Number.isFinite(time));
}

describe('how many pairs', () => {
  it('takes the first pairs, more where they are wanted, and fresh ones to confirm', async () => {
    const cases = [benchCase('a', busy(1000)), benchCase('b', busy(1000))];
    const asked: string[] = [];
    const decisions = {
      decide: ({ name }: BenchCase, pairs: readonly TimePair[]) => {
        asked.push(`${name} ${pairs.length}`);
        if (name === 'bench b') return 'stop' as const;
        return pairs.length < 45 ? { more: pairs.length < 30 ? 30 - pairs.length : 15 } : 'stop';
      },
      confirm: ({ name }: BenchCase, pairs: readonly TimePair[], fresh: readonly TimePair[]) => {
        asked.push(`${name} ${pairs.length} + ${fresh.length}`);
        return name === 'bench a' && fresh.length < 5 ? { more: 5 } : ('stop' as const);
      },
    };
    const { runs, warnings, secondsSpent } = await runPaired(request(world, cases, { decisions }));
    const counts = runs.map(({ name, pairs, confirmation }) => [name, pairs.length, confirmation.length]);
    expect(counts).toEqual([
      ['bench a', 45, 5],
      ['bench b', 12, 0],
    ]);
    expect(asked).toEqual([
      'bench a 12',
      'bench b 12',
      'bench b 12 + 0',
      'bench a 30',
      'bench a 45',
      'bench a 45 + 0',
      'bench a 45 + 5',
    ]);
    expect(runs.every(({ pairs, confirmation }) => positive(pairs) && positive(confirmation))).toBe(true);
    expect(runs).toMatchObject([
      { stopped: 'decided', note: null, failed: null },
      { stopped: 'decided', note: null, failed: null },
    ]);
    expect(warnings.filter((line) => !line.startsWith('The machine was busy'))).toEqual([]);
    expect(secondsSpent).toBeGreaterThan(0);
  });

  it('runs base against base among the others for the noise floor', async () => {
    const log = join(world.folder, 'noise.txt');
    const sides = ['base', 'head'].map((side) => ({
      ...command(world, 'record', side === 'base' ? 1 : 2, log),
      env: { SIDE: side },
    }));
    const [base, head] = sides;
    if (base === undefined || head === undefined) throw new Error('two sides');
    const cases = [benchCase('a', base, head)];
    const { noise, runs } = await runPaired(request(world, cases, { noise: { cases: 2, pairs: 20 } }));
    expect(noise.map(({ name, pairs }) => [name, pairs.length])).toEqual([['bench a', 20]]);
    expect(runs[0]?.pairs).toHaveLength(12);
    // The first run of each, 12 pairs, and 20 pairs of base alone.
    expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(2 + 24 + 40);
  });

  it('gives its pairs to the judgement, which sees a program that does ten times as much', async () => {
    const cases = [benchCase('tenfold', busy(2_000_000), busy(20_000_000))];
    const { runs } = await runPaired(request(world, cases, { decisions: wants(20) }));
    const judged = judgePairs(runs[0]?.pairs ?? [], 'seed');
    expect(judged).toMatchObject({ kind: 'judged', verdict: 'regression', samples: 20 });
  });
});

describe('what both sides get', () => {
  it('an environment, arguments and path of the same size, and an empty folder for temporary files', async () => {
    const log = join(world.folder, 'sizes.txt');
    writeFileSync(log, '');
    const base = { ...command(world, 'record', 1, log), env: { SHORT: 'x' } };
    const head = {
      ...command(world, 'record', 1, log, 'one', 'more'),
      env: { SHORT: 'x', LONGER: 'yyyyyy' },
    };
    await runPaired(request(world, [benchCase('sizes', base, head)]));
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(26);
    expect(new Set(lines.map((line) => line.split(' ')[1])).size).toBe(1);
    expect(lines.filter((line) => line.endsWith('true'))).toHaveLength(26);
  });

  it('its input from a file, and its prepare command before every run', async () => {
    const input = join(world.folder, 'input.txt');
    const log = join(world.folder, 'prepared.txt');
    writeFileSync(input, 'from the file\n');
    const prepared = {
      ...command(world, 'input'),
      stdinFile: input,
      prepare: { file: world.program, args: ['record', '1', log] },
    };
    const { runs } = await runPaired(request(world, [benchCase('input', prepared)]));
    expect(runs[0]).toMatchObject({ stopped: 'decided', failed: null });
    expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(26);
  });

  it('its time from what it prints or writes', async () => {
    const file = join(world.folder, 'result.txt');
    const writing = { ...command(world, 'result-file', 7, file), resultFile: file };
    const cases: BenchCase[] = [
      {
        ...benchCase('printed', command(world, 'libtest', 1000), command(world, 'libtest', 2000)),
        time: { from: 'stdout', format: 'libtest' },
      },
      { ...benchCase('written', writing), time: { from: 'file', format: 'metric-lines', row: 'kernel' } },
    ];
    const { runs } = await runPaired(request(world, cases));
    expect(runs[0]?.pairs).toEqual(Array.from({ length: 12 }, () => [1e-6, 2e-6]));
    expect(runs[1]?.pairs).toEqual(Array.from({ length: 12 }, () => [0.007, 0.007]));
  });
});

describe('the budget', () => {
  it('measures the cheap case and says what did not fit of the costly one', async () => {
    const cases = [benchCase('costly', command(world, 'sleep', 4000)), benchCase('cheap', busy(1000))];
    const { runs, warnings } = await runPaired(request(world, cases, { minutes: 0.5 }));
    expect(runs[0]).toMatchObject({ pairs: [], stopped: 'time', failed: null });
    expect(runs[0]?.note).toMatch(
      /^one run takes more than 1\.3 s: 12 pairs do not fit within 0\.5 minutes$/,
    );
    expect(runs[1]).toMatchObject({ stopped: 'decided' });
    expect(runs[1]?.pairs).toHaveLength(12);
    expect(warnings).toContainEqual(
      '1 of 2 benchmarks did not get their first pairs within 0.5 minutes: raise benches.minutes, or measure fewer.',
    );
  });

  it('lets go of a case that becomes too slow, and finishes the others', async () => {
    const slowing = command(world, 'slows-from', 5, join(world.folder, 'slowing.txt'));
    const cases = [benchCase('slowing', slowing), benchCase('a', busy(1000)), benchCase('b', busy(1000))];
    const { runs } = await runPaired(request(world, cases, { minutes: 0.15 }));
    expect(runs[0]).toMatchObject({ stopped: 'time', failed: null });
    expect(runs[0]?.note).toMatch(/^\d+ of 12 pairs within 0\.15 minutes: a pair takes \d/);
    expect(runs.slice(1).map(({ pairs, stopped }) => [pairs.length, stopped])).toEqual([
      [12, 'decided'],
      [12, 'decided'],
    ]);
  });

  it('ends by itself when the decisions always want more', async () => {
    const decisions = { decide: () => ({ more: 10 }), confirm: () => 'stop' as const };
    const cases = [benchCase('open', command(world, 'sleep', 20))];
    const { runs } = await runPaired(request(world, cases, { decisions, minutes: 0.1 }));
    expect(runs[0]).toMatchObject({ stopped: 'time', failed: null });
    expect(runs[0]?.note).toMatch(/^\d+ of \d+ pairs within 0\.1 minutes: a pair takes 0\.\d+ s$/);
  });

  it('confirms what is flagged before it looks again at what is open', async () => {
    const asked: string[] = [];
    const decisions = {
      decide: ({ name }: BenchCase, pairs: readonly TimePair[]) => {
        asked.push(`${name} ${pairs.length}`);
        return name === 'bench flagged' ? ('stop' as const) : { more: 10 };
      },
      confirm: ({ name }: BenchCase, _: readonly TimePair[], fresh: readonly TimePair[]) => {
        asked.push(`${name} + ${fresh.length}`);
        return fresh.length < 20 ? { more: 20 - fresh.length } : ('stop' as const);
      },
    };
    const cases = ['open', 'flagged'].map((name) => benchCase(name, busy(1000)));
    const { runs } = await runPaired(request(world, cases, { decisions, minutes: 0.2 }));
    expect(runs).toMatchObject([
      { name: 'bench open', stopped: 'time', confirmation: [] },
      { name: 'bench flagged', stopped: 'decided' },
    ]);
    expect(runs[1]?.confirmation).toHaveLength(20);
    expect(asked.slice(0, 5)).toEqual([
      'bench open 12',
      'bench flagged 12',
      'bench flagged + 0',
      'bench flagged + 20',
      'bench open 22',
    ]);
  });

  it('keeps time back for confirming what the first pairs of too many cases flag', async () => {
    const cases = Array.from({ length: 50_000 }, (_, i) => benchCase(`case ${i}`, busy(1)));
    const { decide } = wants(12);
    const decisions: Decisions = { decide, confirm: (each, _, fresh) => wants(10).decide(each, fresh) };
    const { runs } = await runPaired(request(world, cases, { decisions, minutes: 0.2 }));
    expect(runs.some(({ confirmation }) => confirmation.length === 10)).toBe(true);
    expect(runs.at(-1)).toMatchObject({ stopped: 'time', pairs: [] });
  });

  it('gives some of a hundred thousand cases their pairs, and tells of the others in one line', async () => {
    const cases = Array.from({ length: 100_000 }, (_, i) => benchCase(`case ${i}`, busy(1)));
    const logger = recordingLogger();
    const { runs, warnings } = await runPaired(request(world, cases, { minutes: 0.2, logger }));
    const decided = runs.filter(({ stopped }) => stopped === 'decided');
    expect(runs).toHaveLength(100_000);
    expect(decided.length).toBeGreaterThan(0);
    expect(decided.every(({ pairs }) => pairs.length === 12)).toBe(true);
    expect(runs.at(-1)).toMatchObject({ stopped: 'time', pairs: [] });
    expect(warnings.filter((line) => line.includes('of 100000 benchmarks did not get'))).toHaveLength(1);
  });

  it('runs nothing without time', async () => {
    const { runs } = await runPaired(request(world, [benchCase('a', busy(1))], { minutes: 0 }));
    expect(runs[0]).toMatchObject({ pairs: [], stopped: 'time' });
    expect(runs[0]?.note).toBe('not run: the 0 minutes had passed before its turn');
  });
});

describe('cancelling', () => {
  it('stops at once', async () => {
    const runner = createProcessRunner({
      environment: process.env,
      platform: process.platform,
      temporary: world.folder,
    });
    const logger = recordingLogger();
    const running = runPaired(
      request(world, [benchCase('hang', command(world, 'hang'))], { runner, logger }),
    );
    setTimeout(() => void runner.close(), 300);
    await expect(running).rejects.toThrow(Cancelled);
    expect(logger.lines).toEqual(['progress: first run of bench hang (1 of 1 benchmarks)']);
  });
});

it('refuses two cases of one name', async () => {
  const twice = [benchCase('a', busy(1)), benchCase('a', busy(1))];
  await expect(runPaired(request(world, twice))).rejects.toThrow('two bench cases have one name');
});
