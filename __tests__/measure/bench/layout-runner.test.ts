import { expect, it } from 'vitest';
import { judgeLayouts } from '../../../src/compare/layout.ts';
import { judgePairs } from '../../../src/compare/paired.ts';
import type { BenchCase } from '../../../src/measure/bench/case.ts';
import { type LayoutRequest, runLayouts } from '../../../src/measure/bench/layout-runner.ts';
import { recordingLogger } from '../../support/recording-logger.ts';
import { benchCase, benchWorld, command } from './support.ts';

const world = benchWorld();
const printed = (nanoseconds: number) => command(world, 'libtest', nanoseconds);

function layoutCase(name: string, base: readonly number[], head: readonly number[]): BenchCase {
  return {
    ...benchCase(name, printed(base[0] ?? 0), printed(head[0] ?? 0)),
    time: { from: 'stdout', format: 'libtest' },
    layouts: { base: base.map(printed), head: head.map(printed) },
  };
}

function request(cases: readonly BenchCase[], changes: Partial<LayoutRequest> = {}): LayoutRequest {
  return {
    cases,
    decide: () => 'stop',
    minutes: 3,
    seed: 'layouts',
    temporary: world.folder,
    runner: world.runner,
    logger: recordingLogger(),
    ...changes,
  };
}

it('runs all layouts of both sides in every round, and gives them to the judgement', async () => {
  // The head's own layout is slow; another one of it is as fast as the base's best.
  const placed = layoutCase('placed', [1000, 1010, 1020, 1030], [1200, 1010, 1000, 1100]);
  const [run] = await runLayouts(request([placed]));
  const row = (seconds: number) => Array.from({ length: 20 }, () => seconds);
  expect(run?.times).toEqual({
    base: [1e-6, 1.01e-6, 1.02e-6, 1.03e-6].map(row),
    head: [1.2e-6, 1.01e-6, 1e-6, 1.1e-6].map(row),
  });
  const single = judgePairs(
    Array.from({ length: 20 }, () => [1e-6, 1.2e-6] as const),
    'seed',
  );
  if (single.kind === 'rejected' || run === undefined) throw new Error('not judged');
  const judged = judgeLayouts(single, run.times.base, run.times.head, 'seed');
  expect(judged).toMatchObject({ kind: 'judged', outcome: 'placement', layouts: 4 });
});

it('takes more rounds where they are wanted', async () => {
  const cases = [layoutCase('a', [1, 2], [3, 4]), layoutCase('b', [1], [2])];
  const decide: LayoutRequest['decide'] = ({ name }, { base }) =>
    name === 'bench a' && base[0]?.length === 6 ? { more: 3 } : 'stop';
  const runs = await runLayouts(request(cases, { decide, firstRounds: 6 }));
  expect(
    runs.map(({ name, times, stopped }) => [name, times.base[0]?.length, times.head.length, stopped]),
  ).toEqual([
    ['bench a', 9, 2, 'decided'],
    ['bench b', 6, 1, 'decided'],
  ]);
});

it('names the layout that fails, and leaves the others unharmed', async () => {
  const broken = layoutCase('broken', [1, 1], [1, 0]);
  const runs = await runLayouts(request([broken, layoutCase('good', [1], [1])], { firstRounds: 4 }));
  expect(runs[0]).toMatchObject({
    stopped: 'failed',
    failed: {
      reason: 'head, layout 2: kernel: its wall-time is 0, not a positive, finite number (in its first run)',
    },
  });
  expect(runs[1]).toMatchObject({ stopped: 'decided', failed: null });
});

it('says how far it came when the time is spent', async () => {
  const runs = await runLayouts(request([layoutCase('a', [1], [1])], { minutes: 0 }));
  expect(runs).toMatchObject([
    { stopped: 'time', note: '0 of 20 rounds of its code layouts within 0 minutes', failed: null },
  ]);
});

it('refuses a case without layouts', async () => {
  await expect(runLayouts(request([benchCase('a', printed(1))]))).rejects.toThrow(
    'bench a has no layouts to run',
  );
});
