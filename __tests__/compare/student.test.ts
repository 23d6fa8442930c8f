import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { studentCdf, studentQuantile, twoSidedP } from '../../src/compare/student.ts';

const relativeError = (value: number, expected: number) => Math.abs(value / expected - 1);

// scipy 1.17.1: 2·stats.t.sf(|t|, df).
test.each([
  [0.5, 1, 0.7048327646991335],
  [2, 3, 0.13932596855884305],
  [3.106, 11, 0.00999654864435395],
  [-1.5, 19, 0.15004853074227162],
  [4, 59, 0.0001789606787297292],
  [10, 11, 7.392992841455237e-7],
  [40, 19, 8.307757199338434e-20],
  [1e-8, 5, 0.9999999924078662],
  [1e6, 2, 9.999999999985001e-13],
  [0.1, 1000, 0.9203643690236041],
  [12.706, 1, 0.05000080235813319],
  [3, 1e6, 0.0026998625414218],
])('twoSidedP(%f, %f)', (t, df, expected) => {
  expect(relativeError(twoSidedP(t, df), expected)).toBeLessThan(1e-8);
});

// scipy 1.17.1: stats.t.isf(p / 2, df).
test.each([
  [0.01, 11, 3.105806515539281],
  [0.01, 19, 2.86093460646498],
  [0.01, 29, 2.7563859036706053],
  [0.01, 44, 2.692278265693022],
  [0.01, 59, 2.6617587521629678],
  [0.1, 19, 1.7291328115213687],
  [0.05, 1, 12.706204736174705],
  [0.5, 1, 1],
  [1e-6, 11, 9.701424673380549],
  [1e-12, 59, 9.034701246120653],
  [0.01, 1, 63.65674116287158],
  [0.01, 1e5, 2.5758784699083757],
])('studentQuantile(%f, %f)', (p, df, expected) => {
  expect(relativeError(studentQuantile(p, df), expected)).toBeLessThan(1e-9);
});

// NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, upper critical values at 0.005 and 0.05.
test.each([
  [1, 63.657, 6.314],
  [2, 9.925, 2.92],
  [5, 4.032, 2.015],
  [10, 3.169, 1.812],
  [30, 2.75, 1.697],
  [60, 2.66, 1.671],
])('agrees with the printed table at %i degrees of freedom', (df, atHalfPercent, atFivePercent) => {
  expect(studentQuantile(0.01, df)).toBeCloseTo(atHalfPercent, 3);
  expect(studentQuantile(0.1, df)).toBeCloseTo(atFivePercent, 3);
});

describe('studentCdf', () => {
  // scipy 1.17.1: stats.t.cdf(t, df).
  test.each([
    [1.812, 10, 0.9499623689670764],
    [-2.5, 4, 0.03338327240599407],
    [0, 7, 0.5],
  ])('of %f at %i', (t, df, expected) => {
    expect(studentCdf(t, df)).toBeCloseTo(expected, 12);
  });
});

describe('at the edges', () => {
  test('there are no surprises', () => {
    expect(twoSidedP(0, 5)).toBe(1);
    expect(twoSidedP(Number.POSITIVE_INFINITY, 5)).toBe(0);
    expect(twoSidedP(1e300, 5)).toBe(0);
    expect(twoSidedP(Number.NaN, 5)).toBeNaN();
    expect(twoSidedP(1, 0)).toBeNaN();
    expect(studentQuantile(1, 5)).toBe(0);
  });

  test.each([
    [0, 5],
    [1.1, 5],
    [Number.NaN, 5],
    [0.5, 0],
  ])('no quantile for p %f and df %f', (p, df) => {
    expect(() => studentQuantile(p, df)).toThrow('no quantile');
  });
});

test('the quantile undoes the tail, which falls with t and is even in it', () => {
  const df = fc.integer({ min: 1, max: 200 });
  const size = fc.double({ min: 0, max: 50, noNaN: true });
  fc.assert(
    fc.property(size, size, df, (a, b, freedom) => {
      const [near, far] = a < b ? [a, b] : [b, a];
      expect(twoSidedP(far, freedom)).toBeLessThanOrEqual(twoSidedP(near, freedom) * (1 + 1e-12));
      expect(twoSidedP(-a, freedom)).toBe(twoSidedP(a, freedom));
      const p = twoSidedP(a, freedom);
      if (p > 1e-200 && a > 1e-3) expect(relativeError(studentQuantile(p, freedom), a)).toBeLessThan(1e-7);
    }),
  );
});
