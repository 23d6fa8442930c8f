import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type HistoryRow,
  historyRowSchema,
  historySchema,
  MAX_HISTORY,
} from '../../src/measure/measurement.ts';
import { appendHistory, earlierRatios, historyRow } from '../../src/store/history.ts';
import { makeDraft, sha } from './draft.ts';

function row(commit: string, value = 1): HistoryRow {
  return {
    commit,
    recorded: '2026-11-20T10:00:00Z',
    identity: {},
    values: [{ case: 'compile workspace', metric: 'cpu-seconds', value }],
  };
}

describe('appendHistory', () => {
  test('puts the new row last and drops the oldest', () => {
    const full = Array.from({ length: MAX_HISTORY }, (_, index) => row(sha(`${index + 10}`)));
    const longer = appendHistory(full, row(sha('ff')));
    expect(longer).toHaveLength(MAX_HISTORY);
    expect(longer[0]).toEqual(full[1]);
    expect(longer.at(-1)).toEqual(row(sha('ff')));
    expect(full).toHaveLength(MAX_HISTORY);
  });

  test('replaces an earlier row of the same commit', () => {
    expect(appendHistory([row(sha('a'), 1), row(sha('b'))], row(sha('a'), 2))).toEqual([
      row(sha('b')),
      row(sha('a'), 2),
    ]);
  });

  test('always gives a history that may be stored, without doubles, the others in their order', () => {
    const commits = fc.array(fc.integer({ min: 10, max: 99 }).map((number) => sha(String(number))));
    fc.assert(
      fc.property(commits, (appended) => {
        const history = appended.reduce<HistoryRow[]>((rows, commit) => appendHistory(rows, row(commit)), []);
        expect(historySchema.safeParse(history).success).toBe(true);
        const last = [...new Set(appended.toReversed())].toReversed().slice(-MAX_HISTORY);
        expect(history.map(({ commit }) => commit)).toEqual(last);
      }),
    );
  });
});

describe('historyRow', () => {
  test('keeps historical metrics and the identity that they depend on', async () => {
    const { measurement } = await makeDraft();
    const values = [
      { case: 'size rg', metric: 'loadable-bytes', value: 10 },
      { case: 'compile workspace', metric: 'cpu-seconds', value: 12.5 },
      { case: 'compile workspace', metric: 'peak-rss', value: 4096 },
      { case: 'compile workspace', metric: 'units', value: 3 },
      { case: 'compile workspace', metric: 'unknown', value: 3 },
      { case: 'bench sort', metric: 'wall-time', value: 0.1 },
    ];
    expect(historyRow({ ...measurement, values })).toEqual({
      commit: measurement.commit,
      recorded: measurement.recorded,
      identity: { 'toolchain.rustc': '1.95.0', 'profile.lto': 'fat', 'machine.cpu': 'EPYC 7763' },
      values: values.slice(1, 3),
    });
  });

  test('is empty without historical metrics', async () => {
    const { measurement } = await makeDraft();
    expect(historyRow({ ...measurement, values: [] })).toMatchObject({ identity: {}, values: [] });
  });

  test('fits its schema however many cases there are, headline metrics first', async () => {
    const { measurement } = await makeDraft();
    const values = Array.from({ length: 1500 }, (_, index) => [
      { case: `compile crate-${index}`, metric: 'wall-time', value: 1 },
      { case: `compile crate-${index}`, metric: 'cpu-seconds', value: 1 },
    ]).flat();
    const kept = historyRow({ ...measurement, values });
    expect(historyRowSchema.safeParse(kept).success).toBe(true);
    expect(kept.values.filter(({ metric }) => metric === 'cpu-seconds')).toHaveLength(1500);
  });
});

test('earlier ratios are listed by benchmark from the oldest commit on, without commits that have none', () => {
  const history: HistoryRow[] = [
    { ...row(sha('a')), ratios: [{ case: 'bench one', ratio: 1.1 }] },
    row(sha('b')),
    {
      ...row(sha('c')),
      ratios: [
        { case: 'bench two', ratio: 0.9 },
        { case: 'bench one', ratio: 1.2 },
      ],
    },
  ];
  expect(historySchema.parse(history)).toEqual(history);
  expect([...earlierRatios(history)]).toEqual([
    ['bench one', [1.1, 1.2]],
    ['bench two', [0.9]],
  ]);
});
