import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minimumEffect, quartiles, upperFence } from '../../src/compare/fence.ts';

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

describe('minimumEffect', () => {
  const ratios = [1.001, 0.998, 1.004, 0.995, 1.01, 0.99, 1.002, 1, 0.985, 1.012];

  test('is the fence of the log ratios from ten on', () => {
    // Python, from rustc-perf's index arithmetic over |ln ratio|.
    expect(minimumEffect(ratios, 0.01)).toBeCloseTo(0.04025050978816294, 12);
    expect(minimumEffect(ratios.slice(1), 0.01)).toBe(0.01);
  });

  test('never falls under the least, and is not moved by garbage', () => {
    expect(minimumEffect(Array(12).fill(1), 0.01)).toBe(0.01);
    expect(minimumEffect([0, -1, Number.NaN, Number.POSITIVE_INFINITY, ...Array(9).fill(2)], 0.01)).toBe(
      0.01,
    );
  });

  test('does not look at the direction, and a noisier case never has a lower one', () => {
    const logs = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 10, maxLength: 40 });
    fc.assert(
      fc.property(logs, fc.double({ min: 1, max: 5, noNaN: true }), (some, factor) => {
        const of = (values: number[]) => minimumEffect(values.map(Math.exp), 0.01);
        const effect = of(some);
        expect(of(some.map((log) => -log))).toBeCloseTo(effect, 9);
        expect(of(some.map((log) => log * factor))).toBeGreaterThanOrEqual(effect * (1 - 1e-9));
        expect(effect).toBeGreaterThanOrEqual(0.01);
      }),
    );
  });
});
