import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quartiles, upperFence } from '../../src/compare/fence.ts';

/** The series of which the expected quartiles were computed in Python from rustc-perf's index arithmetic, line by line. */
const series = (length: number) => Array.from({ length }, (_, i) => ((i * i * 7 + 3) % 31) / 10);

describe('quartiles', () => {
  test.each([
    [3, 0, 1],
    [4, 0, 1],
    [9, 0.35, 1.95],
    [10, 0.35, 1.95],
    [29, 0.7, 2.1],
    [30, 0.6, 2.1],
  ])('of %i values', (length, q1, q3) => {
    const [low, high] = quartiles(series(length));
    expect(low).toBeCloseTo(q1, 12);
    expect(high).toBeCloseTo(q3, 12);
  });

  test('of fewer than three values is an error of ours', () => {
    expect(() => quartiles([1, 2])).toThrow('quartiles of 2 values');
  });
});

describe('upperFence', () => {
  test('is Q3 + 3 × IQR', () => {
    expect(upperFence(series(9))).toBeCloseTo(1.95 + 3 * 1.6, 12);
  });

  test('one level shift inside a flat series leaves it at 0', () => {
    expect(upperFence([...Array(20).fill(0), 0.1])).toBe(0);
  });

  test('scales with the values and does not depend on their order', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(values, (steps) => {
        const fence = upperFence(steps);
        expect(upperFence(steps.toReversed())).toBe(fence);
        expect(upperFence(steps.map((step) => step * 8))).toBeCloseTo(fence * 8, 9);
        expect(fence).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
