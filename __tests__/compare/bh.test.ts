import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjustedP, discoveries } from '../../src/compare/bh.ts';

/** The 15 p values of Benjamini and Hochberg 1995, §3.2, of which the procedure at 5 % rejects the first four. */
const PAPER = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
  0.759, 1,
];

describe('adjustedP', () => {
  test("of the paper's example", () => {
    // scipy 1.17.1: stats.false_discovery_control.
    const expected = [
      0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714285714286, 0.06385714285714286, 0.0645, 0.0765,
      0.486, 0.5811818181818181, 0.7148749999999999, 0.7532307692307693, 0.8132142857142857, 1,
    ];
    adjustedP(PAPER).forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 12);
    });
    expect(discoveries(PAPER).filter(Boolean)).toHaveLength(4);
  });

  test('keeps the order of its input, with ties', () => {
    // scipy 1.17.1.
    const adjusted = adjustedP([0.04, 0.01, 0.03, 0.01, 0.9]).map((value) => Number(value.toFixed(12)));
    expect(adjusted).toEqual([0.05, 0.025, 0.05, 0.025, 0.9]);
  });

  test('of nothing, and of garbage', () => {
    expect(adjustedP([])).toEqual([]);
    expect(adjustedP([Number.NaN, 0.01, -1, Number.POSITIVE_INFINITY])).toEqual([1, 0.04, 1, 1]);
  });

  test('never makes a p value smaller, keeps their order, and more tests never flag more', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, (some) => {
        const adjusted = adjustedP(some);
        const ranked = some.map((value, i) => ({ value, adjusted: adjusted[i] ?? 0 }));
        ranked.sort((a, b) => a.value - b.value);
        ranked.forEach((one, i) => {
          expect(one.adjusted).toBeGreaterThanOrEqual(one.value);
          expect(one.adjusted).toBeLessThanOrEqual(1);
          expect(one.adjusted).toBeGreaterThanOrEqual(ranked[i - 1]?.adjusted ?? 0);
        });
        const more = discoveries([...some, 1, 1, 1]).filter(Boolean).length;
        expect(more).toBeLessThanOrEqual(discoveries(some).filter(Boolean).length);
      }),
    );
  });
});
