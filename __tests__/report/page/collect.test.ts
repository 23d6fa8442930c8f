import { describe, expect, test } from 'vitest';
import type { HistoryRecord } from '../../../src/measure/history-record.ts';
import { type CollectOptions, collectTrend, NO_LIMITS } from '../../../src/report/page/collect.ts';
import { packTrend, unpackTrend } from '../../../src/report/page/pack.ts';
import type { Trend, TrendSeries } from '../../../src/report/page/trend.ts';
import { historyRatio, historyRecord, shaOf } from '../../support/history.ts';

const OPTIONS: CollectOptions = { limitsOf: () => NO_LIMITS, changePoints: [] };

function only(records: readonly HistoryRecord[], options: Partial<CollectOptions> = {}): TrendSeries {
  const { series } = collectTrend(records, { ...OPTIONS, ...options });
  const [first] = series;
  if (first === undefined || series.length > 1) throw new Error(`${series.length} series`);
  return first;
}

const ratios = (number: number, ratio: number, changes = {}) =>
  historyRecord(number, { ratios: [historyRatio('bench sort', ratio)], ...changes });

describe('levels', () => {
  test('are the ratios to the parent, cumulated from 1', () => {
    const series = only([historyRecord(0), ratios(1, 1.1), ratios(2, 1.2), ratios(3, 0.5)]);
    expect([...series.levels]).toEqual([1, 1.1, 1.1 * 1.2, 1.1 * 1.2 * 0.5]);
    expect(series.breaks).toBe(0);
  });

  test('lead on from the parent, not from the record before: two branches of a queue', () => {
    const series = only([historyRecord(0), ratios(1, 1.1), ratios(2, 1.5, { parent: shaOf(0) })]);
    expect([...series.levels]).toEqual([1, 1.1, 1.5]);
  });

  test('go on from where they stood, with a gap, where a commit has no ratio', () => {
    const series = only([historyRecord(0), ratios(1, 1.1), historyRecord(2), ratios(3, 1.1)]);
    expect([...series.levels]).toEqual([1, 1.1, Number.NaN, 1.1 * 1.1]);
    expect(series.breaks).toBe(1);
  });

  test('skip commits that were not measured', () => {
    const series = only([historyRecord(0), ratios(5, 1.1, { parent: shaOf(0), distance: 5 })]);
    expect([...series.levels]).toEqual([1, 1.1]);
  });
});

describe('values', () => {
  const value = (number: number, bytes: number, changes: Partial<HistoryRecord> = {}) =>
    historyRecord(number, {
      values: [{ case: 'size rg', metric: 'loadable-bytes', value: bytes }],
      ...changes,
    });

  test('of several runs of a commit the one recorded last counts, wherever it stands', () => {
    const late = value(0, 5, { run: '2.1', recorded: '2026-02-01T00:00:00Z' });
    expect([...only([late, value(0, 4), value(1, 6)]).values]).toEqual([5, 6]);
  });

  test('exact steps beyond the limits are marked', () => {
    const records = [100_000, 100_000, 100_100, 102_000, 99_000].map((bytes, index) => value(index, bytes));
    const limits = { ...NO_LIMITS, change: 0.001, floor: 512 };
    const { marks } = only(records, { limitsOf: () => limits });
    expect(marks.map(({ index, kind }) => [index, kind])).toEqual([
      [3, 'regression'],
      [4, 'improvement'],
    ]);
  });

  test('an exact step that somebody accepted is marked as such', () => {
    const accepted = [{ case: 'size *', reason: 'tables', by: 'ada', via: 'trailer' as const }];
    const records = [value(0, 100_000), value(1, 120_000, { accepted }), value(2, 140_000)];
    const limits = { ...NO_LIMITS, change: 0.001, floor: 512 };
    const { marks } = only(records, { limitsOf: () => limits });
    expect(marks.map(({ kind }) => kind)).toEqual(['accepted', 'regression']);
  });

  test('the verdicts of ratios are marked, and a regression that somebody accepted as such, then or by a later trailer', () => {
    const judged = (number: number, verdict: 'regression' | 'improvement', accepted: string[] = []) =>
      historyRecord(number, {
        ratios: [historyRatio('bench sort', verdict === 'regression' ? 1.1 : 0.9, { verdict })],
        accepted: accepted.map((name) => ({ case: name, reason: 'needed', by: 'ada', via: 'trailer' })),
      });
    const { marks } = only([
      historyRecord(0),
      judged(1, 'regression'),
      judged(2, 'regression', ['bench *']),
      judged(3, 'improvement', ['bench *']),
      judged(4, 'regression', ['size *']),
    ]);
    expect(marks.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'improvement', 'regression']);
  });

  test('change points are placed by their commit; one that is not there is left out', () => {
    const name = { configuration: 'release', case: 'size rg', metric: 'loadable-bytes', before: 1, after: 2 };
    const { changePoints } = only([value(0, 1), value(1, 2)], {
      changePoints: [
        { ...name, commit: shaOf(1) },
        { ...name, commit: shaOf(99) },
      ],
    });
    expect(changePoints).toEqual([{ index: 1, before: 1, after: 2 }]);
  });
});

test('series stand in the order of configurations, axes, cases and the catalogue', () => {
  const values = [
    { case: 'bench b', metric: 'wall-time', value: 1 },
    { case: 'compile workspace', metric: 'units', value: 1 },
    { case: 'compile workspace', metric: 'cpu-seconds', value: 1 },
    { case: 'size rg', metric: 'file-bytes', value: 1 },
    { case: 'size rg', metric: 'loadable-bytes', value: 1 },
    { case: 'unheard of', metric: 'of', value: 1 },
  ];
  const { series } = collectTrend([historyRecord(0, { values })], OPTIONS);
  expect(series.map((each) => `${each.case}: ${each.metric}`)).toEqual([
    'size rg: loadable-bytes',
    'size rg: file-bytes',
    'compile workspace: cpu-seconds',
    'compile workspace: units',
    'bench b: wall-time',
    'unheard of: of',
  ]);
});

test('a page unpacks what was packed', () => {
  const trend: Trend = collectTrend(
    [
      historyRecord(0, { values: [{ case: 'size rg', metric: 'loadable-bytes', value: 4_712_345 }] }),
      ratios(1, 1.02, { author: 'Grace', subject: 'é'.repeat(500), pullRequest: null }),
    ],
    { ...OPTIONS, limitsOf: () => ({ ...NO_LIMITS, change: 0.01, budget: 5e6 }) },
  );
  const facts = {
    project: 'o/r',
    repositoryUrl: 'https://example.org/o/r',
    tare: '1.2.3',
    made: 1_790_000_000,
  };
  const read = unpackTrend(packTrend(trend, facts));
  expect(read.facts).toEqual(facts);
  expect(read.commits).toEqual(
    trend.commits.map((commit) => ({
      ...commit,
      sha: commit.sha.slice(0, 12),
      subject: commit.subject.length > 80 ? `${'é'.repeat(79)}…` : commit.subject,
    })),
  );
  for (const [index, series] of read.series.entries()) {
    const { values, levels, ...rest } = trend.series[index] ?? series;
    expect(series).toMatchObject(rest);
    expect(series.values).toEqual(values);
    expect([...series.levels].map(rounded)).toEqual([...levels].map(rounded));
  }
});

/** To nine digits: a page keeps multiples of a quantum. */
function rounded(value: number): number {
  return Number(value.toPrecision(9));
}

test('an empty history is a trend without commits', () => {
  expect(collectTrend([], OPTIONS)).toEqual({ commits: [], series: [] });
});
