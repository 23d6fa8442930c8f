import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAGNITUDES } from '../../src/compare/comparison.ts';
import { atLeast, magnitudeOf } from '../../src/compare/magnitude.ts';

describe('magnitudeOf', () => {
  // By hand from rustc-perf's two tables (scores 1 to 5, floor of the mean).
  test.each([
    [0.0005, 0.0001, 'precise', 'small'], // multiple 5: 3, change < 0.2 %: 1
    [0.003, 0.002, 'precise', 'small'], // exactly 1.5 times: 2, < 1 %: 2
    [0.0019, 0.0019, 'precise', 'very small'], // 1, 1
    [0.03, 0.002, 'precise', 'large'], // 15 times: 5, < 5 %: 4
    [0.03, 0.002, 'noisy', 'large'], // 5, < 4 %: 3
    [0.05, 0.002, 'precise', 'very large'],
    [0.09, 0.002, 'noisy', 'large'],
    [0.1, 0.002, 'noisy', 'very large'],
    [-0.06, 0.05, 'noisy', 'small'], // 1.2 times: 1, < 10 %: 4
    [0.00009, 0, 'precise', 'very small'],
    [0.001, 0, 'precise', 'medium'], // no threshold: 5, 1
    [null, 0.001, 'precise', 'very large'],
  ] as const)('%s over %s, %s: %s', (change, threshold, precision, expected) => {
    expect(magnitudeOf(change, threshold, precision)).toBe(expected);
  });

  test('does not look at the sign, and never falls as the change or grows as the threshold rises', () => {
    const share = fc.double({ min: 0, max: 5, noNaN: true });
    const precision = fc.constantFrom('precise' as const, 'noisy' as const);
    fc.assert(
      fc.property(share, share, share, precision, (a, b, threshold, how) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const rank = (change: number, limit: number) => MAGNITUDES.indexOf(magnitudeOf(change, limit, how));
        expect(rank(low, threshold)).toBeLessThanOrEqual(rank(high, threshold));
        expect(rank(threshold, low)).toBeGreaterThanOrEqual(rank(threshold, high));
        expect(rank(-a, threshold)).toBe(rank(a, threshold));
        expect(rank(a, threshold)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

test('atLeast orders the classes and takes no class as none', () => {
  expect(atLeast('medium', 'medium')).toBe(true);
  expect(atLeast('small', 'medium')).toBe(false);
  expect(atLeast(null, 'very small')).toBe(false);
});
