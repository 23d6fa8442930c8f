import { describe, expect, test } from 'vitest';
import { createBudget } from '../../../src/measure/bench/budget.ts';
import { crateRounds } from '../../../src/measure/compile/crate-rounds.ts';
import { type Rounds, type RoundsRequest, runRounds } from '../../../src/measure/compile/rounds.ts';
import type { FinishedOwnBuild, OwnBuild, OwnCrates } from '../../../src/toolchain/own-crates.ts';
import { recordingLogger } from '../../support/recording-logger.ts';

type Script = Partial<FinishedOwnBuild> & { readonly cpu?: number | null; readonly wall?: number };

/** Own crates on a clock of their own: the n-th build is what `script` says of it; the order of all is kept. */
class Bench {
  readonly order: string[] = [];
  readonly given: number[] = [];
  now = 0;

  side(name: string, script: (build: number) => Script, toolchain = 'cargo 1.95.0'): OwnCrates {
    let builds = 0;
    return {
      toolchain,
      close: () => undefined,
      build: async (seconds): Promise<OwnBuild> => {
        const { cpu = 2, wall = 1, ...more } = script(builds);
        builds += 1;
        this.order.push(name);
        this.given.push(seconds);
        this.now += Math.min(wall, seconds);
        if (wall > seconds) return { kind: 'late' };
        const usage = {
          wallSeconds: wall,
          userSeconds: cpu,
          systemSeconds: 0,
          peakRssBytes: 1,
          source: 'test',
        };
        return {
          kind: 'built',
          usage,
          crates: null,
          foreign: [],
          kept: [],
          dependencies: ['leaf 1.0.0 lib '],
          ...more,
        };
      },
    };
  }

  async run(
    base: (build: number) => Script,
    head: (build: number) => Script,
    more: { readonly seconds?: number; readonly wanted?: number; readonly toolchain?: string } = {},
  ): Promise<Rounds> {
    const request: RoundsRequest = {
      sides: { base: this.side('base', base, more.toolchain), head: this.side('head', head) },
      budget: createBudget(more.seconds ?? 1000, () => this.now),
      seed: 'a seed',
      wanted: (rounds) => (more.wanted ?? 5) - rounds.length,
      least: 5,
      logger: recordingLogger(),
    };
    return runRounds(request);
  }
}

const plain = (): Script => ({});

describe('rounds of base and head', () => {
  test('follow one build of each that does not count, in ABBA order', async () => {
    const bench = new Bench();
    const found = await bench.run(
      (build) => ({ cpu: 10 + build, foreign: build === 0 ? ['leaf'] : [] }),
      (build) => ({ cpu: 20 + build, kept: build === 0 ? ['app'] : [] }),
      { wanted: 6 },
    );
    if (found.kind !== 'measured') throw new Error(found.kind);
    expect(found.rounds.map(({ base, head }) => [base.seconds, head.seconds])).toEqual(
      [1, 2, 3, 4, 5, 6].map((build) => [10 + build, 20 + build]),
    );
    expect(bench.order.slice(0, 2)).toEqual(['head', 'base']);
    const blocks = [0, 1, 2].map((block) => bench.order.slice(2 + 4 * block, 6 + 4 * block).join(' '));
    for (const block of blocks) expect(['base head head base', 'head base base head']).toContain(block);
  });

  test('one in which a dependency was compiled, or an own crate was not, does not count', async () => {
    const found = await new Bench().run(
      (build) => ({ cpu: build, foreign: build === 2 ? ['leaf'] : [] }),
      (build) => ({ kept: build === 4 ? ['app'] : [] }),
    );
    expect(found).toMatchObject({ kind: 'measured' });
    if (found.kind === 'measured') expect(found.rounds).toHaveLength(5);
  });

  test.each([
    ['dependencies of the base were compiled again (leaf)', { foreign: ['leaf'] }],
    ['own crates of the base were not compiled again (app, engine)', { kept: ['app', 'engine'] }],
  ])('if none counts: %s', async (reason, spoilt) => {
    const bench = new Bench();
    expect(await bench.run((build) => (build === 0 ? {} : spoilt), plain)).toEqual({
      kind: 'impossible',
      reason,
    });
    expect(bench.order.length).toBeLessThan(10);
  });

  test.each([
    ['the first build alone', 100, 300, 'that takes about 18 min, and compile.minutes allows 5 min', 1],
    ['the base alone', 20, 300, 'that takes about 4 min, and compile.minutes allows 5 min', 2],
  ])('a budget that is too small for %s is said', async (_, wall, seconds, reason, builds) => {
    const bench = new Bench();
    const found = await bench.run(
      () => ({ wall: wall === 20 ? 1000 : wall }),
      () => ({ wall }),
      { seconds },
    );
    expect(found).toEqual({ kind: 'impossible', reason });
    expect(bench.order).toHaveLength(builds);
    expect(bench.now).toBeLessThanOrEqual(seconds);
  });

  test('a build that hangs is ended by the budget', async () => {
    const bench = new Bench();
    const found = await bench.run(plain, () => ({ wall: 1e9 }), { seconds: 60 });
    expect(found).toMatchObject({ kind: 'impossible', reason: expect.stringContaining('allows 1 min') });
    expect(bench.given).toEqual([60]);
  });

  test('a budget that ends after the fewest rounds leaves those that were run', async () => {
    const bench = new Bench();
    const found = await bench.run(
      () => ({ wall: 5 }),
      () => ({ wall: 5 }),
      { seconds: 90, wanted: 10 },
    );
    expect(found.kind === 'measured' && found.rounds.length).toBe(8);
    expect(bench.now).toBeLessThanOrEqual(90);
  });

  test.each([
    ['small', () => ({ cpu: 0.2 }), () => ({ cpu: 0.9 }), { kind: 'small' }],
    ['large on one side', () => ({ cpu: 0.2 }), () => ({ cpu: 1.1 }), { kind: 'measured' }],
    [
      'not told',
      plain,
      () => ({ cpu: null }),
      { kind: 'impossible', reason: 'this system does not tell the CPU time of a build' },
    ],
    [
      'of other dependencies',
      () => ({ dependencies: ['leaf 1.0.0 lib extra'] }),
      plain,
      { kind: 'impossible', reason: 'their dependencies are not the same (leaf 1.0.0)' },
    ],
  ] as const)('costs that are %s', async (_, base, head, found) => {
    expect(await new Bench().run(base, head)).toMatchObject(found);
  });

  test('two toolchains are not compared', async () => {
    const bench = new Bench();
    const found = await bench.run(plain, plain, { toolchain: 'cargo 1.90.0' });
    expect(found).toMatchObject({ reason: 'base and head are built by cargo 1.90.0 and cargo 1.95.0 here' });
    expect(bench.order).toEqual([]);
  });

  test('what a build throws is not hidden', async () => {
    const error = new Error('a bug');
    const fails = () => {
      throw error;
    };
    await expect(new Bench().run(fails, plain)).rejects.toBe(error);
  });
});

test('crates by round, and what no compiler spent', async () => {
  const crates = (...costs: [string, number][]) => costs.map(([name, seconds]) => ({ name, seconds }));
  const found = await new Bench().run(
    () => ({ cpu: 3, crates: crates(['app', 1], ['gone', 1.5]) }),
    () => ({ cpu: 4, crates: crates(['app', 3.5], ['new', 1]) }),
  );
  if (found.kind !== 'measured') throw new Error(found.kind);
  const five = <T>(value: T) => Array(5).fill(value);
  expect(crateRounds(found.rounds)).toEqual([
    { name: 'app', before: five(1), after: five(3.5) },
    { name: 'gone', before: five(1.5), after: five(null) },
    { name: 'new', before: five(null), after: five(1) },
    { name: null, before: five(0.5), after: five(0) },
  ]);
  const untold = await new Bench().run(plain, plain);
  expect(untold.kind === 'measured' && crateRounds(untold.rounds)).toEqual([]);
});
