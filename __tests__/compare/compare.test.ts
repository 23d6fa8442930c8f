import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareMeasurements } from '../../src/compare/compare.ts';
import { METRICS } from '../../src/measure/metric.ts';
import {
  checked,
  compared,
  historyOf,
  IDENTITY,
  measurement,
  type Numbers,
  requestOf,
  rowOf,
  rule,
} from './fixtures.ts';

const KIB = 1024;
const sizes = (loadable: number, file = loadable * 2, gzip = loadable / 2): Numbers => ({
  'size rg': { 'loadable-bytes': loadable, 'file-bytes': file, 'gzip-bytes': gzip },
});
const size = (gate: 'loadable' | 'file' | 'gzip') => ({
  size: { gate, floor: KIB, change: 0.001 },
  cases: [],
});

describe('sizes', () => {
  test('an identical rebuild has no change anywhere', () => {
    const { comparisons, causes } = compared(sizes(1e6), sizes(1e6));
    expect(comparisons).toHaveLength(3);
    for (const row of comparisons) {
      expect(row).toMatchObject({ change: 0, verdict: 'none', relevant: false, magnitude: null, why: [] });
    }
    expect(causes).toEqual([]);
  });

  test('growth beyond both floors is a regression, with the threshold that was used', () => {
    const row = rowOf(compared(sizes(1e6), sizes(1.02e6)).comparisons, 'loadable-bytes');
    expect(row).toMatchObject({
      configuration: 'default',
      case: 'size rg',
      unit: 'B',
      tier: 'exact',
      category: 'primary',
      headline: true,
      before: 1e6,
      after: 1.02e6,
      change: 0.02,
      ci: null,
      threshold: 0.001024,
      samples: 1,
      verdict: 'regression',
      magnitude: 'large', // 20 thresholds score 5, less than 5 % scores 4
      relevant: true,
    });
  });

  test.each(['loadable', 'file', 'gzip'] as const)('gate %s decides the headline', (gate) => {
    const { comparisons } = compared(sizes(1e6), sizes(1e6), { config: size(gate) });
    expect(comparisons.filter((row) => row.headline).map((row) => row.metric)).toEqual([`${gate}-bytes`]);
  });

  test('a file whose gate metric one side lacks is judged by the next best that both have', () => {
    const before = { 'size a': { 'file-bytes': 1e6, 'loadable-bytes': 9e5 } };
    const after = { 'size a': { 'file-bytes': 1e6, 'loadable-bytes': 9e5, 'gzip-bytes': 4e5 } };
    const { comparisons } = compared(before, after, { config: size('gzip') });
    expect(comparisons.filter((row) => row.headline).map((row) => row.metric)).toEqual(['loadable-bytes']);
    const opaque = { 'size a': { 'file-bytes': 1e6 } };
    expect(rowOf(compared(opaque, opaque).comparisons, 'file-bytes').headline).toBe(true);
  });

  test('a file that moved around unchanged code is explained', () => {
    const { comparisons } = compared(sizes(1e6, 2e6), sizes(1e6, 9e6));
    const row = rowOf(comparisons, 'file-bytes');
    expect(row).toMatchObject({ verdict: 'regression', headline: false, relevant: true });
    expect(row.why[0]?.note).toMatch(/^what is loaded did not change/);
    expect(rowOf(comparisons, 'loadable-bytes').why).toEqual([]);
    const both = rowOf(compared(sizes(1e6, 2e6), sizes(2e6, 9e6)).comparisons, 'file-bytes');
    expect(both.why).toEqual([]);
  });
});

describe('counts', () => {
  test('any change is shown and none takes part in the verdict', () => {
    const count = (units: number): Numbers => ({ 'compile workspace': { units } });
    const row = rowOf(compared(count(200), count(201)).comparisons, 'units');
    expect(row).toMatchObject({ verdict: 'regression', relevant: true, headline: false, threshold: 0 });
    expect(rowOf(compared(count(200), count(200)).comparisons, 'units').relevant).toBe(false);
    expect(rowOf(compared(count(0), count(3)).comparisons, 'units').change).toBeNull();
  });
});

describe('instructions', () => {
  test('count from 0.1 % on', () => {
    const of = (instructions: number): Numbers => ({ 'bench sort': { instructions } });
    expect(rowOf(compared(of(1e6), of(1_000_900)).comparisons, 'instructions').verdict).toBe('none');
    expect(rowOf(compared(of(1e6), of(1_001_100)).comparisons, 'instructions')).toMatchObject({
      verdict: 'regression',
      headline: true,
      unit: 'count',
    });
  });
});

describe('compile time', () => {
  const cpu = (seconds: number): Numbers => ({ 'compile workspace': { 'cpu-seconds': seconds } });
  const history = historyOf(Array.from({ length: 12 }, (_, i) => 100 + (i % 2)));

  test('is judged by the history of main', () => {
    const near = compared(cpu(100), cpu(104), { history });
    expect(rowOf(near.comparisons, 'cpu-seconds')).toMatchObject({
      verdict: 'none',
      threshold: 0.05,
      samples: 12,
    });
    const far = compared(cpu(100), cpu(110), { history });
    expect(rowOf(far.comparisons, 'cpu-seconds')).toMatchObject({ verdict: 'inconclusive', relevant: true });
  });

  test('uses 5 % for CPU, 10 % for wall time and 2 % for memory', () => {
    const values = { 'cpu-seconds': 100, 'wall-time': 100, 'peak-rss': 1e9 };
    const rows = history.map((row) => ({
      ...row,
      values: Object.entries(values).map(([metric, value]) => ({ case: 'compile workspace', metric, value })),
    }));
    const all = { 'compile workspace': values };
    const { comparisons } = compared(all, all, { history: rows });
    expect(comparisons.map((row) => [row.metric, row.threshold, row.headline])).toEqual([
      ['cpu-seconds', 0.05, true],
      ['wall-time', 0.1, false],
      ['peak-rss', 0.02, false],
    ]);
  });

  test('another processor than the base never alarms', () => {
    const head = measurement(cpu(200), { identity: { ...IDENTITY, 'machine.cpu': 'Xeon' } });
    const request = requestOf(measurement(cpu(100)), head, {
      history,
      changedByHead: (field: string) => !field.startsWith('machine.'),
    });
    const row = rowOf(checked(compareMeasurements(request)).comparisons, 'cpu-seconds');
    expect(row).toMatchObject({ verdict: 'inconclusive', relevant: false });
    expect(row.why[0]?.note).toMatch(/^other hardware/);
    expect(row.why.filter((cause) => cause.subject === 'machine.cpu')).toHaveLength(1);
  });

  test('a compiler that came with the runner is said, and not judged', () => {
    const head = measurement(cpu(200), { identity: { ...IDENTITY, 'toolchain.rustc': '1.96.0' } });
    const request = requestOf(measurement(cpu(100)), head, { history, changedByHead: () => false });
    const row = rowOf(compareMeasurements(request).comparisons, 'cpu-seconds');
    expect(row).toMatchObject({ verdict: 'inconclusive', relevant: false });
    expect(row.why[0]?.note).toBe(
      'not the same build: this change did not touch toolchain.rustc, which differs',
    );
  });

  test('a profile that the head changed is still judged, against the history of the old one', () => {
    const head = measurement(cpu(150), { identity: { ...IDENTITY, 'profile.lto': 'fat' } });
    const row = rowOf(
      compareMeasurements(requestOf(measurement(cpu(100)), head, { history })).comparisons,
      'cpu-seconds',
    );
    expect(row).toMatchObject({ verdict: 'inconclusive', relevant: true, samples: 12 });
    expect(row.why.map((cause) => cause.subject)).toContain('profile.lto');
  });
});

describe('run time', () => {
  test('from two jobs is shown and never judged', () => {
    const of = (seconds: number): Numbers => ({ 'bench sort': { 'wall-time': seconds } });
    expect(rowOf(compared(of(1), of(2)).comparisons, 'wall-time')).toMatchObject({
      verdict: 'inconclusive',
      relevant: false,
      change: 1,
      samples: 0,
    });
  });
});

describe('identity', () => {
  const other = (field: string, value: string, rest = {}) => {
    const head = measurement(sizes(1.1e6), { identity: { ...IDENTITY, [field]: value } });
    return rowOf(
      checked(compareMeasurements(requestOf(measurement(sizes(1e6)), head, rest))).comparisons,
      'loadable-bytes',
    );
  };

  test('a toolchain that the head did not change makes a size inconclusive, with the reason', () => {
    const row = other('toolchain.rustc', '1.96.0', { changedByHead: () => false });
    expect(row).toMatchObject({ verdict: 'inconclusive', relevant: true, magnitude: null, change: 0.1 });
    expect(row.why[0]?.note).toMatch(/did not touch toolchain\.rustc/);
    expect(row.why[1]).toMatchObject({ kind: 'toolchain', before: '1.95.0', after: '1.96.0' });
  });

  test('one that the head changed is judged, with the field as the cause', () => {
    const row = other('toolchain.rustc', '1.96.0');
    expect(row.verdict).toBe('regression');
    expect(row.why).toMatchObject([{ kind: 'toolchain', subject: 'toolchain.rustc' }]);
  });

  test('a processor does not matter to a size', () => {
    const row = other('machine.cpu', 'Xeon', { changedByHead: () => false });
    expect(row).toMatchObject({ verdict: 'regression', why: [] });
  });
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
