import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LOOKS } from '../../src/compare/looks.ts';
import { PAIRED_RULE } from '../../src/compare/paired.ts';
import { type Decision, decide, type PairedState } from '../../src/compare/procedure.ts';
import { layoutTimes, noisyPairs } from './times.ts';

const START: PairedState = {
  case: 'bench sort/10k',
  rule: PAIRED_RULE,
  screening: [],
  confirmation: [],
  layouts: null,
  spent: false,
};
const SD = 0.005;
const slower = noisyPairs(12, SD, 0.07, 'slower');
const faster = noisyPairs(12, SD, -0.07, 'faster');
const same = noisyPairs(12, SD, 0, 'same');
const confirmed: PairedState = {
  ...START,
  screening: slower,
  confirmation: noisyPairs(40, SD, 0.07, 'fresh'),
};
const EVEN = [0, 0.01, 0.02, 0.03];
const layouts = (base: readonly number[], head: readonly number[], rounds = 20, sd = SD) => ({
  base: layoutTimes(rounds, sd, base, 'base'),
  head: layoutTimes(rounds, sd, head, 'head'),
});
const by = (changes: readonly number[], more: number) =>
  changes.map((change) => (1 + change) * (1 + more) - 1);

function outcomeOf(state: PairedState) {
  const decision = decide(state);
  if (decision.kind !== 'done') throw new Error(`${decision.kind}, not done`);
  return decision.outcome;
}

describe('pairs', () => {
  test.each([
    [0, 12],
    [1, 11],
    [11, 1],
    [13, 7],
    [44, 1],
    [59, 1],
  ])('%i of them: %i more, up to the next look, without looking', (count, more) => {
    expect(decide({ ...START, screening: noisyPairs(count, SD, 0.5, 'x') })).toEqual({ kind: 'pairs', more });
  });

  test('an open answer goes from look to look and ends after the last', () => {
    const wide = noisyPairs(60, 0.3, 0, 'open');
    const steps = LOOKS.map((look) => decide({ ...START, screening: wide.slice(0, look) }));
    expect(steps.slice(0, -1)).toEqual([8, 10, 15, 15].map((more) => ({ kind: 'pairs', more })));
    expect(steps.at(-1)).toMatchObject({
      kind: 'done',
      outcome: { verdict: 'inconclusive', suspicious: false },
    });
    expect(outcomeOf({ ...START, screening: wide }).why).toEqual([
      expect.stringMatching(/^smallest change that could have been seen: \d+\.\d %$/),
    ]);
  });

  test('no change ends at the first look that shows it', () => {
    expect(outcomeOf({ ...START, screening: same })).toMatchObject({
      verdict: 'none',
      pairs: same,
      placement: null,
      why: [],
    });
  });

  test('more pairs than the last look are judged as they are', () => {
    expect(decide({ ...START, screening: noisyPairs(61, SD, 0, 'many') }).kind).toBe('done');
  });

  test.each([0, 1, 5, 11])('%i pairs when the time is spent are not enough', (count) => {
    const outcome = outcomeOf({ ...START, spent: true, screening: noisyPairs(count, SD, 0.5, 'x') });
    expect(outcome).toMatchObject({ verdict: 'inconclusive', why: [`not enough pairs: ${count} of 12`] });
  });

  test('a time that cannot be one fails the case', () => {
    expect(decide({ ...START, screening: [...slower.slice(0, 11), [1, 0]] })).toEqual({
      kind: 'failed',
      message: 'pair 12: the time of the head is 0, not a positive, finite number',
    });
  });
});

describe('confirming', () => {
  test.each([
    ['slower', slower],
    ['faster', faster],
  ])('a case that is %s gets 40 fresh pairs', (_, screening) => {
    expect(decide({ ...START, screening })).toEqual({ kind: 'confirm', more: 40 });
    const some = noisyPairs(15, SD, 0, 'some');
    expect(decide({ ...START, screening, confirmation: some })).toEqual({ kind: 'confirm', more: 25 });
  });

  test('a change that fresh pairs deny is none, by the fresh pairs alone', () => {
    const confirmation = noisyPairs(40, SD, 0, 'denied');
    const outcome = outcomeOf({ ...START, screening: slower, confirmation });
    expect(outcome).toMatchObject({ verdict: 'none', pairs: confirmation, suspicious: false });
    expect(outcome.judged.samples).toBe(40);
    expect(outcome.why[0]).toMatch(/^\+\d\.\d % in 12 pairs was not confirmed on 40 fresh pairs$/);
  });

  test('fresh pairs of the other sign contradict: inconclusive', () => {
    const confirmation = noisyPairs(40, SD, -0.07, 'other');
    expect(outcomeOf({ ...START, screening: slower, confirmation }).verdict).toBe('inconclusive');
  });

  test('fresh pairs that agree and do not suffice are joined by more, to 60 and 80', () => {
    const fresh = noisyPairs(80, 0.35, 0.15, 'agree b');
    const state = (count: number): PairedState => ({
      ...START,
      screening: slower,
      confirmation: fresh.slice(0, count),
    });
    expect(decide(state(40))).toEqual({ kind: 'confirm', more: 20 });
    expect(decide(state(60))).toEqual({ kind: 'confirm', more: 20 });
    expect(decide({ ...state(40), spent: true }).kind).toBe('done');
    expect(outcomeOf(state(80))).toMatchObject({ verdict: 'inconclusive', suspicious: false });
  });

  test.each([0, 39])('%i fresh pairs when the time is spent leave a suspicion', (count) => {
    const confirmation = confirmed.confirmation.slice(0, count);
    expect(outcomeOf({ ...confirmed, confirmation, spent: true })).toMatchObject({
      verdict: 'inconclusive',
      suspicious: true,
      pairs: slower,
      why: [`seen in 12 pairs, not confirmed: ${count} of 40 fresh pairs when the time was spent`],
    });
  });

  test('garbage among the fresh pairs fails the case', () => {
    const confirmation = confirmed.confirmation.with(3, [Number.NaN, 1]);
    expect(decide({ ...confirmed, confirmation }).kind).toBe('failed');
  });
});

describe('layouts', () => {
  test('are asked for by a confirmed change in either direction', () => {
    const asked = { kind: 'layouts', layouts: 4, rounds: 20 };
    expect(decide(confirmed)).toEqual(asked);
    const confirmation = noisyPairs(40, SD, -0.07, 'fresh faster');
    expect(decide({ ...confirmed, screening: faster, confirmation })).toEqual(asked);
    expect(decide({ ...confirmed, layouts: { base: [], head: [] } })).toEqual(asked);
  });

  test('a change between the best of each survives', () => {
    const outcome = outcomeOf({ ...confirmed, layouts: layouts(EVEN, by(EVEN, 0.06)) });
    expect(outcome).toMatchObject({ verdict: 'regression', placement: 'survives', suspicious: false });
    expect(outcome.pairs).toBe(confirmed.confirmation);
    expect(outcome.why).toEqual([
      'confirmed on 40 fresh pairs',
      expect.stringMatching(/^survives 4 layouts a side: \+[56]\.\d % between the best of each$/),
    ]);
  });

  test('a change that is gone between the best of each is placement', () => {
    const outcome = outcomeOf({ ...confirmed, layouts: layouts(EVEN, [0.07, 0, 0.03, 0.02]) });
    expect(outcome).toMatchObject({ verdict: 'none', placement: 'placement', suspicious: false });
    expect(outcome.why[0]).toMatch(
      /^code placement: \+[67]\.\d % between single layouts, [+−]0\.\d % between the best of 4$/,
    );
  });

  test('one that is there and not significant gets more rounds, then stays open', () => {
    const wide = (rounds: number) => ({
      ...confirmed,
      layouts: layouts(EVEN, by(EVEN, 0.5), rounds, 0.65),
    });
    expect(decide(wide(20))).toEqual({ kind: 'layouts', layouts: 4, rounds: 20 });
    expect(outcomeOf({ ...wide(20), spent: true })).toMatchObject({
      placement: 'undecided',
      suspicious: true,
    });
    const late = outcomeOf(wide(40));
    expect(late).toMatchObject({ verdict: 'inconclusive', placement: 'undecided' });
    expect(late.why[0]).toMatch(/^placement is not settled: .*, which is not significant$/);
  });

  test('fewer rounds than the first look are not looked at', () => {
    const few = { ...confirmed, layouts: layouts(EVEN, EVEN, 13) };
    expect(decide(few)).toEqual({ kind: 'layouts', layouts: 4, rounds: 7 });
  });

  test.each([
    [{ unavailable: 'the linker cannot shuffle' }, false, 'the linker cannot shuffle'],
    [null, true, 'the time was spent'],
    [{ base: [], head: [] }, true, 'the time was spent'],
    [layouts(EVEN.slice(0, 3), EVEN), false, '3 of 4 layouts a side were run'],
  ] as const)('without them it is said that placement was not ruled out (%#)', (given, spent, why) => {
    const outcome = outcomeOf({ ...confirmed, layouts: given, spent });
    expect(outcome).toMatchObject({ verdict: 'regression', placement: 'not ruled out' });
    expect(outcome.why).toEqual(['confirmed on 40 fresh pairs', `placement was not ruled out: ${why}`]);
  });

  test('a garbage time of a layout fails the case', () => {
    const bad = layouts(EVEN, EVEN);
    bad.head[2] = [...(bad.head[2] ?? []).slice(1), -1];
    expect(decide({ ...confirmed, layouts: bad })).toMatchObject({
      kind: 'failed',
      message: 'layout 3 of the head, round 20: the time is -1, not a positive, finite number',
    });
  });
});

describe('whatever was measured', () => {
  const change = fc.constantFrom(-0.1, -0.02, 0, 0.005, 0.02, 0.1);
  const world = fc.record({
    change,
    sd: fc.constantFrom(0.001, 0.01, 0.1),
    seed: fc.string(),
    placed: change,
  });

  test('the steps end, ask for something each time, and swapping the sides flips the answer', () => {
    fc.assert(
      fc.property(world, ({ change: head, sd, seed, placed }) => {
        const there = walk(head, sd, seed, placed, false);
        const back = walk(head, sd, seed, placed, true);
        const flipped = { regression: 'improvement', improvement: 'regression' } as Record<string, string>;
        expect(back.outcome.verdict).toBe(flipped[there.outcome.verdict] ?? there.outcome.verdict);
        expect(back.kinds).toEqual(there.kinds);
      }),
      { numRuns: 40 },
    );
  });

  test('a case with no time left is always done or failed', () => {
    const counts = fc.tuple(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 50 }));
    fc.assert(
      fc.property(world, counts, ({ change: head, sd, seed }, [pairs, fresh]) => {
        const screening = noisyPairs(pairs, sd, head, seed);
        const confirmation = noisyPairs(fresh, sd, head, `${seed} fresh`);
        expect(decide({ ...START, spent: true, screening, confirmation }).kind).toBe('done');
      }),
      { numRuns: 60 },
    );
  });
});

/** Drives a case to its end on made-up times, which `swap` swaps base and head of. */
function walk(change: number, sd: number, seed: string, placed: number, swap: boolean) {
  const turned = (pairs: ReturnType<typeof noisyPairs>) =>
    swap ? pairs.map(([base, head]) => [head, base] as const) : pairs;
  const all = {
    screening: turned(noisyPairs(80, sd, change, seed)),
    confirmation: turned(noisyPairs(80, sd, change, `${seed} fresh`)),
  };
  const sides = [EVEN, by(EVEN, placed)].map((changes, side) =>
    layoutTimes(40, sd, changes, `${seed} side ${side}`),
  );
  const [base = [], head = []] = swap ? sides.reverse() : sides;
  let state: PairedState = START;
  let rounds = 0;
  const kinds: Decision['kind'][] = [];
  for (let step = 0; step < 20; step++) {
    const next = decide(state);
    kinds.push(next.kind);
    if (next.kind === 'done') return { outcome: next.outcome, kinds };
    if (next.kind === 'failed') throw new Error(next.message);
    if (next.kind === 'layouts') {
      expect(next.rounds).toBeGreaterThan(0);
      rounds += next.rounds;
      const cut = (times: readonly number[][]) => times.map((layout) => layout.slice(0, rounds));
      state = { ...state, layouts: { base: cut(base), head: cut(head) } };
    } else {
      expect(next.more).toBeGreaterThan(0);
      const part = next.kind === 'pairs' ? 'screening' : 'confirmation';
      state = { ...state, [part]: all[part].slice(0, state[part].length + next.more) };
    }
  }
  throw new Error('more steps than there can be');
}
