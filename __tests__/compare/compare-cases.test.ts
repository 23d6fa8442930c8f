import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareMeasurements } from '../../src/compare/compare.ts';
import { METRICS } from '../../src/measure/metric.ts';
import { checked, compared, measurement, type Numbers, requestOf, rowOf, rule } from './fixtures.ts';

const KIB = 1024;
const sizes = (loadable: number, file = loadable * 2, gzip = loadable / 2): Numbers => ({
  'size rg': { 'loadable-bytes': loadable, 'file-bytes': file, 'gzip-bytes': gzip },
});
const size = (gate: 'loadable' | 'file' | 'gzip') => ({
  size: { gate, floor: KIB, change: 0.001 },
  cases: [],
});

describe('cases', () => {
  test('that only one side has are listed and not compared', () => {
    const before = { 'size a': { 'loadable-bytes': 1 }, 'size b': { 'loadable-bytes': 2 } };
    const after = { 'size b': { 'loadable-bytes': 2 }, 'size c': { 'loadable-bytes': 3 } };
    const { comparisons, added, removed } = compared(before, after);
    expect(comparisons.map((row) => row.case)).toEqual(['size b']);
    expect(added).toEqual([
      { case: 'size c', values: [{ case: 'size c', metric: 'loadable-bytes', value: 3 }] },
    ]);
    expect(removed.map((row) => row.case)).toEqual(['size a']);
  });

  test('a metric that only one side of a case has is left out', () => {
    const { comparisons } = compared(
      { 'size a': { 'loadable-bytes': 1, 'text-bytes': 1 } },
      { 'size a': { 'loadable-bytes': 1, 'rodata-bytes': 1 } },
    );
    expect(comparisons.map((row) => row.metric)).toEqual(['loadable-bytes']);
  });

  test('without a base all of the head is added', () => {
    const { comparisons, added, removed, changed, causes } = compared(null, sizes(1e6));
    expect({ comparisons, removed, changed, causes }).toEqual({
      comparisons: [],
      removed: [],
      changed: [],
      causes: [],
    });
    expect(added.map((row) => row.case)).toEqual(['size rg']);
  });

  test('unknown metrics, unknown axes and repeated values are left out with one warning each', () => {
    const head = measurement(sizes(1e6));
    head.values.push(
      { case: 'size rg', metric: 'sparkle', value: 1 },
      { case: 'size rg', metric: 'toString', value: 1 },
      { case: 'weather today', metric: 'loadable-bytes', value: 1 },
      { case: 'size rg', metric: 'loadable-bytes', value: 9e9 },
      { case: 'size rg', metric: 'text-bytes', value: Number.NaN },
    );
    const { comparisons, warnings } = checked(compareMeasurements(requestOf(measurement(sizes(1e6)), head)));
    expect(comparisons).toHaveLength(3);
    expect(rowOf(comparisons, 'loadable-bytes').after).toBe(1e6);
    expect(warnings).toEqual([
      'Left out 3 values of the head (this version of Tare does not know the metric), e.g. sparkle of size rg.',
      'Left out 1 value of the head (negative or not finite), e.g. text-bytes of size rg.',
      'Left out 1 value of the head (given before in the same measurement), e.g. loadable-bytes of size rg.',
    ]);
  });

  test('names that collide with object properties are ordinary names', () => {
    const odd = { 'size __proto__': { 'loadable-bytes': 1 }, 'size constructor': { 'loadable-bytes': 1 } };
    expect(compared(odd, odd).comparisons).toHaveLength(2);
  });

  test('100,000 cases and hostile patterns are quick, and every row is there', () => {
    const metrics = { 'loadable-bytes': 1e6, 'file-bytes': 2e6 };
    const cases = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`size p${i}`, metrics]));
    const rules = [rule(`size ${'*p'.repeat(60)}*x`, { budget: 1 }), rule('*', { change: 0.01 })];
    const config = { ...size('loadable'), cases: rules };
    const request = requestOf(measurement(cases), measurement(cases), { config });
    expect(compareMeasurements(request).comparisons).toHaveLength(200_000);
  });
});

describe('rules', () => {
  test('set category, floors and budget', () => {
    const cases = [
      rule('size r*', { category: 'secondary', floor: 100_000, change: 0.5, budget: 1_010_000 }),
    ];
    const config = { ...size('loadable'), cases };
    const { comparisons } = compared(sizes(1e6), sizes(1.02e6), { config });
    expect(rowOf(comparisons, 'loadable-bytes')).toMatchObject({
      category: 'secondary',
      threshold: 0.5,
      verdict: 'none',
      budget: 1_010_000,
      overBudget: true,
    });
    expect(rowOf(comparisons, 'file-bytes')).toMatchObject({ budget: null, overBudget: false });
  });

  test('a budget is judged without a base, as a row without a before', () => {
    const config = { ...size('loadable'), cases: [rule('size rg', { budget: 999_999 })] };
    const { comparisons, added } = compared(null, sizes(1e6), { config });
    expect(comparisons).toHaveLength(1);
    expect(comparisons[0]).toMatchObject({
      metric: 'loadable-bytes',
      before: null,
      after: 1e6,
      change: null,
      verdict: 'none',
      relevant: false,
      overBudget: true,
    });
    expect(added).toHaveLength(1);
  });

  test('and for a metric that the base does not have', () => {
    const cases = [rule('size a', { metric: 'gzip-bytes', budget: 10 })];
    const { comparisons } = compared(
      { 'size a': { 'loadable-bytes': 5 } },
      { 'size a': { 'loadable-bytes': 5, 'gzip-bytes': 10 } },
      { config: { ...size('loadable'), cases } },
    );
    expect(rowOf(comparisons, 'gzip-bytes')).toMatchObject({ before: null, budget: 10, overBudget: false });
  });
});

const anyNumbers = fc.dictionary(
  fc.constantFrom('size a', 'size b', 'compile workspace', 'bench x'),
  fc.dictionary(
    fc.constantFrom(...Object.values(METRICS).flatMap((metrics) => Object.keys(metrics))),
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  ),
);

test('any two measurements make rows that the schema accepts, and equal ones no relevant row', () => {
  fc.assert(
    fc.property(anyNumbers, anyNumbers, (before, after) => {
      compared(before, after);
      expect(compared(before, before).comparisons.filter((row) => row.relevant)).toEqual([]);
    }),
  );
});
