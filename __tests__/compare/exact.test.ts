import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instructionsThreshold, judgeExact } from '../../src/compare/exact.ts';

const limits = { floor: 1024, change: 0.001 };

describe('judgeExact', () => {
  test.each([
    ['beyond both floors', 1_000_000, 1_002_000, 'regression'],
    ['below the byte floor', 100_000, 101_000, 'none'],
    ['below the relative floor', 10_000_000, 10_005_000, 'none'],
    ['exactly on the byte floor', 1000, 2024, 'regression'],
    ['one byte below it', 1000, 2023, 'none'],
    ['exactly on the relative floor', 10_000_000, 10_010_000, 'regression'],
    ['smaller', 1_000_000, 900_000, 'improvement'],
    ['the same', 1_000_000, 1_000_000, 'none'],
    ['nothing at all', 0, 0, 'none'],
    ['something out of nothing', 0, 5000, 'regression'],
    ['a little out of nothing', 0, 1000, 'none'],
    ['nothing left', 5000, 0, 'improvement'],
  ])('%s', (_, before, after, verdict) => {
    const judgement = judgeExact(before, after, limits);
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.relevant).toBe(verdict !== 'none');
    expect(judgement.magnitude === null).toBe(verdict === 'none');
  });

  test('shows the larger floor as the relative threshold', () => {
    expect(judgeExact(100_000, 100_000, limits).threshold).toBe(0.01024);
    expect(judgeExact(100_000_000, 100_000_000, limits).threshold).toBe(0.001);
    expect(judgeExact(0, 9, limits).threshold).toBe(0.001);
  });

  test('out of nothing has no relative change and the largest magnitude', () => {
    expect(judgeExact(0, 5000, limits)).toMatchObject({ change: null, magnitude: 'very large' });
    expect(judgeExact(5e-324, 1e300, limits)).toMatchObject({ change: null, verdict: 'regression' });
  });

  test('without floors any change counts', () => {
    expect(judgeExact(1_000_000, 1_000_001, { floor: 0, change: 0 }).verdict).toBe('regression');
    expect(judgeExact(7, 7, { floor: 0, change: 0 }).verdict).toBe('none');
  });

  const size = fc.nat({ max: 2 ** 31 - 1 });

  test('swapping the sides flips the sign and never makes a sign out of nothing', () => {
    fc.assert(
      fc.property(size, size, (a, b) => {
        const bytesOnly = { floor: 1024, change: 0 };
        const there = judgeExact(a, b, bytesOnly).verdict;
        const back = judgeExact(b, a, bytesOnly).verdict;
        const flipped = { regression: 'improvement', improvement: 'regression' } as const;
        expect(back).toBe(there === 'regression' || there === 'improvement' ? flipped[there] : there);
      }),
    );
  });

  test('a larger change in the same direction is never judged weaker', () => {
    fc.assert(
      fc.property(size, size, size, (before, a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const near = judgeExact(before, before + low, limits);
        const far = judgeExact(before, before + high, limits);
        if (near.relevant) expect(far.relevant).toBe(true);
        expect(far.verdict).not.toBe('improvement');
      }),
    );
  });

  test('the threshold shown says the same as the verdict', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 0, max: 1e9 }), (before, after) => {
        const { change, threshold, relevant } = judgeExact(before, after, limits);
        const over = Math.abs(change ?? 0) - threshold;
        if (Math.abs(over) > 1e-12) expect(relevant).toBe(over > 0);
        expect(Number.isFinite(threshold)).toBe(true);
      }),
    );
  });
});

test.each([
  [0, 0.001],
  [0.00006, 0.001],
  [0.01, 0.05],
  [Number.NaN, 0.001],
])('instruction counts with a spread of %s count from %s on', (spread, expected) => {
  expect(instructionsThreshold(spread)).toBeCloseTo(expected, 12);
});
