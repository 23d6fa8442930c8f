import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeRounds, ROUNDS_RULE, roundsWanted } from '../../../src/compare/compile/rounds.ts';
import type { TimePair } from '../../../src/compare/fast-half.ts';

const SLOWER: TimePair[] = [
  [10, 10.6],
  [10.2, 10.9],
  [9.9, 10.4],
  [10.1, 10.8],
  [10, 10.5],
];
const NOISY: TimePair[] = [
  [10, 10.9],
  [10.2, 10.3],
  [9.9, 10.9],
  [10.1, 10.2],
  [10, 10.8],
];
const SAME: TimePair[] = [
  [10, 10.05],
  [10.2, 10.1],
  [9.9, 9.95],
  [10.1, 10.1],
  [10, 10.02],
];
const TEN: TimePair[] = [
  [10, 10.4],
  [10.2, 10.5],
  [9.9, 10.3],
  [10.1, 10.5],
  [10, 10.3],
  [10, 10.4],
  [10.2, 10.6],
  [9.9, 10.1],
  [10.1, 10.6],
  [10, 10.2],
];

// Computed apart from this program: the density of Student's t integrated by Simpson's rule, its quantiles from a table.
test.each([
  ['slower', SLOWER, 'regression', 0.0596547845, 0.000987925217, 0.0274273639, 0.092893086],
  [
    'slower, but too far apart',
    NOISY,
    'inconclusive',
    0.0573809494,
    0.042673829,
    -0.0312814001,
    0.1541581555,
  ],
  ['the same', SAME, 'none', 0.0004343026, 0.951496358, -0.0299920377, 0.0318150291],
  ['ten rounds', TEN, 'regression', 0.0347941198, 0.0000502572614, 0.0189647546, 0.0508693904],
])('%s', (_, rounds, verdict, change, p, low, high) => {
  const judged = judgeRounds(rounds);
  expect(judged.verdict).toBe(verdict);
  expect(judged.change).toBeCloseTo(change, 9);
  expect(judged.p / p).toBeCloseTo(1, 6);
  expect(judged.ci?.[0]).toBeCloseTo(low, 9);
  expect(judged.ci?.[1]).toBeCloseTo(high, 9);
});

test('rounds that happen to agree prove no more than the floor of the deviation allows', () => {
  const judged = judgeRounds(Array<TimePair>(5).fill([10, 10.31]));
  expect(judged).toMatchObject({ verdict: 'inconclusive', samples: 5 });
  expect(judged.p).toBeCloseTo(0.0104095008, 9);
  expect(judged.ci?.[0]).toBeCloseTo(-0.0003559389, 9);
});

describe('every set of rounds', () => {
  const seconds = fc.double({ min: 0.01, max: 1000, noNaN: true });
  const rounds = fc.array(fc.tuple(seconds, seconds), { minLength: 2, maxLength: 12 });

  test('has an estimate inside its interval, between its sides', () => {
    fc.assert(
      fc.property(rounds, (pairs) => {
        const { change, ci, before, after } = judgeRounds(pairs);
        expect(ci?.[0]).toBeLessThanOrEqual(change);
        expect(ci?.[1]).toBeGreaterThanOrEqual(change);
        expect(after / before - 1).toBeCloseTo(change, 9);
      }),
    );
  });

  test('turned round has the opposite verdict and the same p', () => {
    const opposite = { regression: 'improvement', improvement: 'regression' } as const;
    fc.assert(
      fc.property(rounds, (pairs) => {
        const [there, back] = [judgeRounds(pairs), judgeRounds(pairs.map(([base, head]) => [head, base]))];
        const turned =
          there.verdict in opposite ? opposite[there.verdict as keyof typeof opposite] : there.verdict;
        expect(back.verdict).toBe(turned);
        expect(back.p).toBeCloseTo(there.p, 9);
      }),
    );
  });
});

test('a change is never called one below the least effect, nor with fewer than five rounds', () => {
  expect(judgeRounds(SLOWER.slice(0, 4)).verdict).toBe('inconclusive');
  const small = Array<TimePair>(10).fill([10, 10.25]);
  expect(judgeRounds(small)).toMatchObject({ verdict: 'none' });
  expect(judgeRounds(small).p).toBeLessThan(0.01);
  expect(judgeRounds(SLOWER, { ...ROUNDS_RULE, minimumEffect: 0.07, equivalence: 0.07 }).verdict).toBe(
    'inconclusive',
  );
});

test('costs that are none are left out', () => {
  const broken: TimePair[] = [
    [0, 1],
    [Number.NaN, 1],
    [1, Number.POSITIVE_INFINITY],
    [-1, 1],
  ];
  expect(judgeRounds(broken)).toMatchObject({ samples: 0, verdict: 'inconclusive', p: 1, ci: null });
  expect(judgeRounds([...broken, ...SLOWER])).toEqual(judgeRounds(SLOWER));
  expect(judgeRounds([[1, 2]])).toMatchObject({ samples: 1, ci: null, p: 1, change: 1 });
});

test('more rounds are wanted until the fewest, then until the most while nothing is decided', () => {
  expect(roundsWanted([])).toBe(5);
  expect(roundsWanted(SLOWER.slice(0, 3))).toBe(2);
  expect(roundsWanted(SLOWER)).toBe(0);
  expect(roundsWanted(SAME)).toBe(0);
  expect(roundsWanted(NOISY)).toBe(5);
  expect(roundsWanted([...NOISY, ...NOISY])).toBe(0);
});
