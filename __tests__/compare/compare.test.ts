import { describe, expect, test } from 'vitest';
import { compareMeasurements } from '../../src/compare/compare.ts';
import {
  checked,
  compared,
  historyOf,
  IDENTITY,
  measurement,
  type Numbers,
  requestOf,
  rowOf,
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

const tenfold = <T extends { value: number }>(one: T) => ({ ...one, value: one.value * 10 });

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

  test('a value that a history row holds twice counts once, the first', () => {
    const doubled = history.map((row) => ({ ...row, values: [...row.values, ...row.values.map(tenfold)] }));
    const { comparisons } = compared(cpu(100), cpu(104), { history: doubled });
    expect(rowOf(comparisons, 'cpu-seconds')).toMatchObject({
      threshold: 0.05,
      samples: 12,
      verdict: 'none',
    });
    const mixed = history.map((row, i) => (i % 2 === 0 ? row : (doubled[i] ?? row)));
    expect(rowOf(compared(cpu(100), cpu(104), { history: mixed }).comparisons, 'cpu-seconds').threshold).toBe(
      0.05,
    );
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
