import { describe, expect, test } from 'vitest';
import type { HistoryRecord } from '../../../src/measure/history-record.ts';
import { badgeFiles } from '../../../src/report/badges/badge.ts';
import { type BadgeOptions, badgesOf } from '../../../src/report/badges/badges.ts';
import { slugs } from '../../../src/report/badges/slug.ts';
import { badgeSnippet } from '../../../src/report/badges/snippet.ts';
import { collectTrend, NO_LIMITS, type SeriesLimits } from '../../../src/report/page/collect.ts';
import { historyRatio, historyRecord, shaOf } from '../../support/history.ts';

/** Four records a day: 28 are a week. */
const DAY = 4;

function badges(
  records: readonly HistoryRecord[],
  limits: Partial<SeriesLimits> = {},
  options: Partial<BadgeOptions> = {},
): Record<string, string> {
  const limitsOf = () => ({ ...NO_LIMITS, change: 0.01, ...limits });
  const trend = collectTrend(records, { limitsOf, changePoints: [] });
  const made = badgesOf(trend, { configuration: null, triaged: null, ...options });
  return Object.fromEntries(
    made.map((badge) => [badge.name, `${badge.label}: ${badge.message} (${badge.standing})`]),
  );
}

const sized = (number: number, sizes: Readonly<Record<string, number>>) =>
  historyRecord(number, {
    values: Object.entries(sizes).map(([program, value]) => ({
      case: `size ${program}`,
      metric: 'loadable-bytes',
      value,
    })),
  });

describe('size', () => {
  test('is the newest, and says what the last week did where that counts', () => {
    const records = Array.from({ length: 15 * DAY }, (_, number) =>
      sized(number, { rg: number < 7 * DAY ? 2 ** 20 : number < 12 * DAY ? 2 ** 21 : 2.25 * 2 ** 20 }),
    );
    expect(badges(records)['size']).toBe('size: 2.25 MiB, +12.5 % this week (worse)');
    expect(badges(records.slice(0, 7 * DAY))['size']).toBe('size: 1.00 MiB (same)');
    expect(badges(records, { change: 0.2 })['size']).toBe('size: 2.25 MiB (same)');
  });

  test('of several programs is their sum, and a badge for each', () => {
    const records = [
      sized(0, { rg: 2 ** 20, 'rg dbg': 2 ** 20 }),
      sized(1, { rg: 2 ** 20, 'rg dbg': 2 ** 19 }),
    ];
    expect(badges(records)).toMatchObject({
      size: 'size: 1.50 MiB, −25.0 % this week (better)',
      'size-rg': 'rg size: 1.00 MiB (same)',
      'size-rg-dbg': 'rg dbg size: 512.0 KiB, −50.0 % this week (better)',
    });
  });

  test('leaves out a program that is no longer built', () => {
    expect(badges([sized(0, { old: 5000, rg: 2048 }), sized(1, { rg: 2048 })])['size']).toBe(
      'size: 2.00 KiB (same)',
    );
  });

  test('over its budget is worse, whatever the week did', () => {
    expect(badges([sized(0, { rg: 2048 })], { budget: 2000 })['size']).toBe(
      'size: 2.00 KiB, over budget (worse)',
    );
  });
});

test('compile time is told and not judged: the machines may differ', () => {
  const record = (number: number, value: number) =>
    historyRecord(number, { values: [{ case: 'compile workspace', metric: 'cpu-seconds', value }] });
  expect(badges([record(0, 60), record(1, 90)])['compile-time']).toBe('compile time: 90.0 s CPU (same)');
});

describe('run time', () => {
  const ratio = (number: number, ratios: readonly (readonly [string, number])[], changes = {}) =>
    historyRecord(number, {
      ratios: ratios.map(([name, value]) =>
        historyRatio(`bench ${name}`, value, {
          verdict: value > 1.01 ? 'regression' : value < 0.99 ? 'improvement' : 'none',
        }),
      ),
      ...changes,
    });

  test('is the mean over all benchmarks of what was judged a change within the week', () => {
    const still = Array.from({ length: 10 * DAY }, (_, index) =>
      ratio(index + 1, [
        ['a', 1.004],
        ['b', 1],
      ]),
    );
    const first = historyRecord(0);
    expect(badges([first, ...still])['run-time']).toBe('run time: no change this week (same)');
    const slow = ratio(50, [
      ['a', 1.21],
      ['b', 1],
    ]);
    expect(badges([first, ...still, slow])['run-time']).toBe('run time: +10.0 % this week (worse)');
    const quick = ratio(51, [['b', 0.5]]);
    expect(badges([first, ...still, slow, quick])['run-time']).toBe('run time: −22.2 % this week (mixed)');
    const later = ratio(51 + 8 * DAY, [['a', 1]]);
    expect(badges([first, ...still, slow, quick, later])['run-time']).toBe(
      'run time: no change this week (same)',
    );
  });

  test('regressions are open until they are taken back, accepted, or a month old', () => {
    const open = (...records: HistoryRecord[]) => badges([historyRecord(0), ...records])['regressions'];
    expect(open()).toBe('open regressions: none (better)');
    expect(open(ratio(1, [['a', 1.1]]), ratio(2, [['a', 1]]))).toBe('open regressions: 1 (worse)');
    expect(
      open(
        ratio(1, [
          ['a', 1.1],
          ['b', 1.2],
        ]),
        ratio(2, [['b', 1.2]]),
      ),
    ).toBe('open regressions: 2 (worse)');
    expect(open(ratio(1, [['a', 1.1]]), ratio(2, [['a', 0.9]]))).toBe('open regressions: none (better)');
    const accepted = [{ case: 'bench a', reason: 'safety', by: 'ada', via: 'trailer' as const }];
    expect(open(ratio(1, [['a', 1.1]], { accepted }))).toBe('open regressions: none (better)');
    expect(open(ratio(1, [['a', 1.1]]), ratio(40 * DAY, [['a', 1]]))).toBe('open regressions: none (better)');
  });

  /** The weekly report of that commit, made on the day of the first one. */
  const triagedAt = (number: number, open: number): Partial<BadgeOptions> => ({
    triaged: { open, untilOf: () => shaOf(number), date: Date.parse('2026-01-05') / 1000 },
  });

  test('what the weekly report left open counts, and what came behind its last commit', () => {
    const records = [historyRecord(0), ratio(1, [['a', 1.1]]), ratio(2, [['b', 1.1]])];
    const shown = (until: number, open: number) => badges(records, {}, triagedAt(until, open))['regressions'];
    expect(shown(0, 7)).toBe('open regressions: 9 (worse)');
    expect(shown(1, 7)).toBe('open regressions: 8 (worse)');
    expect(shown(2, 0)).toBe('open regressions: none (better)');
    // Its last commit has no record: what was committed on its day may have come behind it.
    expect(shown(99, 0)).toBe('open regressions: 2 (worse)');
  });

  test('a commit behind it whose clock was slow counts all the same', () => {
    const slow = ratio(2, [['b', 1.1]], { committed: '2026-01-04T12:00:00.000Z' });
    const records = [historyRecord(0), ratio(1, []), slow].map((record) => ({
      ...record,
      values: [{ case: 'size a', metric: 'loadable-bytes', value: 4096 }],
    }));
    expect(badges(records, {}, triagedAt(1, 0))['regressions']).toBe('open regressions: 1 (worse)');
  });

  test('a commit that regressed in two configurations is two, as in the weekly report', () => {
    const records = ['a', 'b'].flatMap((configuration) => [
      historyRecord(0, { configuration }),
      ratio(1, [['a', 1.1]], { configuration }),
    ]);
    expect(badges(records, {}, triagedAt(0, 0))['regressions']).toBe('open regressions: 2 (worse)');
  });
});

test('a size that somebody accepted, then or in a later commit, is not open', () => {
  const records = [sized(0, { rg: 2 ** 20 }), sized(1, { rg: 2 ** 21 }), sized(2, { rg: 2 ** 21 })];
  const shown = (place: number, name: string, via: 'trailer' | 'label' = 'trailer') => {
    const accepted = [{ case: name, reason: 'tables', by: 'ada', via }];
    return badges(records.map((record, index) => (index === place ? { ...record, accepted } : record)))[
      'regressions'
    ];
  };
  expect(badges(records)['regressions']).toBe('open regressions: 1 (worse)');
  expect(shown(1, 'size rg')).toBe('open regressions: none (better)');
  expect(shown(1, '*', 'label')).toBe('open regressions: none (better)');
  expect(shown(2, 'size rg')).toBe('open regressions: none (better)');
  for (const [place, name, via] of [
    [2, '*', 'trailer'],
    [2, '*', 'label'],
    [0, 'size rg', 'trailer'],
    [1, 'bench *', 'trailer'],
  ] as const)
    expect(shown(place, name, via)).toBe('open regressions: 1 (worse)');
});

test('the badges are of the configuration that was asked for, and else of the first', () => {
  const of = (configuration: string, value: number) =>
    historyRecord(0, { configuration, values: [{ case: 'size rg', metric: 'loadable-bytes', value }] });
  const records = [of('a', 1024), of('b', 2048)];
  expect(badges(records, {}, { configuration: 'b' })['size']).toContain('2.00 KiB');
  expect(
    badges([of('a', 1024), of('sub b windows x64', 2048)], {}, { configuration: 'b' })['size'],
  ).toContain('2.00');
  expect(badges(records, {}, { configuration: 'never' })['size']).toContain('1.00 KiB');
});

test('a history without records has no badges', () => {
  expect(badges([])).toEqual({});
});

describe('the files', () => {
  const hostile = '</title><script>alert(1)</script>"\u202e&\u0000\ud800';
  const files = badgeFiles({ name: 'size-x', label: `${hostile} size`, message: '1 B', standing: 'worse' });

  test('are shields’ endpoint form and an SVG', () => {
    const [json, svg] = badgeFiles({ name: 'size', label: 'size', message: '4.72 MiB', standing: 'same' });
    expect(json).toEqual({
      path: 'badges/size.json',
      content: '{"schemaVersion":1,"label":"size","message":"4.72 MiB","color":"blue"}\n',
    });
    expect(svg?.path).toBe('badges/size.svg');
    expect(svg?.content).toMatch(
      /^<svg [^>]*role="img" aria-label="size: 4.72 MiB"><title>size: 4.72 MiB<\/title>/,
    );
  });

  test('show a hostile name and hold nothing that runs', () => {
    const [json, svg] = files;
    expect(json?.content).not.toContain('\u202e');
    expect(JSON.parse(json?.content ?? '')).toMatchObject({ schemaVersion: 1, color: 'red' });
    expect(svg?.content).not.toMatch(/<script|\u202e|\u0000|[\ud800-\udfff]/);
    expect(svg?.content).toContain('&lt;script&gt;');
    const opened = [...(svg?.content ?? '').matchAll(/<([a-z]+)/gi)].map((match) => match[1]);
    expect(new Set(opened)).toEqual(
      new Set([
        'svg',
        'title',
        'filter',
        'feGaussianBlur',
        'linearGradient',
        'stop',
        'clipPath',
        'rect',
        'g',
        'text',
      ]),
    );
  });
});

test('names become parts of file names, each its own', () => {
  expect(slugs(['rg', 'RG', 'a b/../c', '...', '日本', '-x-', 'y'.repeat(300)])).toEqual([
    'rg',
    'rg-2',
    'a-b-.-c',
    'program',
    'program-2',
    'x',
    'y'.repeat(60),
  ]);
});

test('the snippet for a README names the four badges and no program', () => {
  const place = { repositoryUrl: 'https://example.org/o/r', branch: 'tare-data', pageUrl: null };
  const made = ['size', 'size-rg', 'regressions'].map((name) => ({
    name,
    label: name,
    message: '',
    standing: 'same' as const,
  }));
  expect(badgeSnippet(made, place)).toBe(
    [
      '[![size](https://example.org/o/r/raw/tare-data/badges/size.svg)](https://example.org/o/r/tree/tare-data)',
      '[![regressions](https://example.org/o/r/raw/tare-data/badges/regressions.svg)](https://example.org/o/r/tree/tare-data)',
    ].join('\n'),
  );
});
