import { expect, test } from 'vitest';
import type { TriagePorts } from '../../../src/jobs/triage/ports.ts';
import { type RangeRequest, rangeOf } from '../../../src/jobs/triage/range.ts';
import type { TriageState } from '../../../src/jobs/triage/state.ts';
import { historyOf, shaAt, type TestHistory, triaged } from '../../support/triage-history.ts';

/** Commits an hour apart from 2 November 2026, 09:00 on. */
const HISTORY = historyOf(Array.from({ length: 400 }, () => ({})));

/** Regressions of commits 150 and 350. */
const ITEMS = triaged(
  historyOf(Array.from({ length: 400 }, (_, n) => ({ sizes: { a: n < 150 ? 1e6 : n < 350 ? 2e6 : 3e6 } }))),
  0,
).items;

/** `known`: how many of the newest commits git and GitHub tell. */
function ports(history: TestHistory, now: string, known = 1e6): TriagePorts {
  const unused = () => {
    throw new Error('not asked for');
  };
  const needed = {
    clock: { now: () => new Date(now) },
    git: { resolve: async (revision: string) => revision },
    ancestry: async (sha: string, limit: number) => {
      const line = history.line.slice(0, history.line.indexOf(sha) + 1).toReversed();
      return line.slice(0, Math.min(limit, known));
    },
  };
  return new Proxy(needed as unknown as TriagePorts, {
    get: (target, name) => (name in target ? Reflect.get(target, name) : unused()),
  });
}

function ask(more: Partial<RangeRequest>, now = '2026-11-16T06:00:00Z', known = 1e6) {
  const request: RangeRequest = {
    head: shaAt(399),
    since: null,
    records: HISTORY.records,
    state: null,
    ...more,
  };
  return rangeOf(request, ports(HISTORY, now, known));
}

function state(more: Partial<TriageState>): TriageState {
  return {
    schema: 1,
    tare: '0.1.0',
    week: '2026-W46',
    date: '2026-11-09',
    since: shaAt(10),
    until: shaAt(160),
    before: [],
    items: [],
    ...more,
  };
}

test('without an earlier report: the last seven days', async () => {
  const range = await ask({});
  // 9 November 06:00 is 165 hours after the first commit.
  expect(range).toMatchObject({ since: shaAt(164), week: '2026-W47', date: '2026-11-16', warnings: [] });
});

test('behind the last report, and from its start again in its own week', async () => {
  expect(await ask({ state: state({}) })).toMatchObject({ since: shaAt(160), date: '2026-11-16' });
  const again = await ask({ state: state({ week: '2026-W47', date: '2026-11-16' }) }, '2026-11-18T06:00:00Z');
  expect(again).toMatchObject({ since: shaAt(10), date: '2026-11-16', week: '2026-W47' });
});

test('a schedule that came late is about all that came since, and says so', async () => {
  const range = await ask({ state: state({}) }, '2026-11-30T06:00:00Z');
  expect(range.since).toBe(shaAt(160));
  expect(range.warnings).toEqual([expect.stringMatching(/^The last report was 21 days ago \(2026-11-09\)/)]);
});

test('a last report of commits that are gone: the last seven days, and a warning', async () => {
  const range = await ask({ state: state({ until: shaAt(7777) }) });
  expect(range.since).toBe(shaAt(164));
  expect(range.warnings).toEqual([expect.stringMatching(/no commit of this line any more/)]);
});

test.each([
  ['of the week before', '2026-W46', '2026-11-09', shaAt(160), shaAt(235)],
  ['of this week', '2026-W47', '2026-11-16', shaAt(160), shaAt(160)],
])(
  'an older run that is made again after a report %s is not taken for a rewritten history',
  async (...given) => {
    const [, week, date, since, expected] = given;
    const range = await ask(
      {
        head: shaAt(300),
        state: state({ week, date, since, until: shaAt(399), items: [...ITEMS], before: [...ITEMS] }),
      },
      '2026-11-18T06:00:00Z',
    );
    // Without a start behind it: seven days, 11 November 06:00 being 213 hours after the first commit.
    expect(range.since).toBe(week === '2026-W47' ? expected : shaAt(212));
    expect(range.later).toEqual(HISTORY.line.slice(301));
    expect(range.carried.map(({ commit }) => commit.sha)).toEqual([shaAt(150)]);
    expect(range.warnings).toEqual([
      expect.stringMatching(/nothing was published, and the report of 2026-W4[67] stays as it is/),
    ]);
  },
);

test.each([
  ['a commit', shaAt(20), shaAt(20)],
  ['a day', '2026-11-03', shaAt(14)],
  ['a time', '2026-11-03T12:30Z', shaAt(27)],
  ['a day before everything', '2020-01-01', null],
])('%s that the user named', async (_, since, expected) => {
  expect((await ask({ since })).since).toBe(expected);
});

test('a revision that is not on the line is a mistake of the user', async () => {
  await expect(ask({ since: shaAt(5555) })).rejects.toThrow(/is not on the first-parent line of/);
  await expect(ask({ since: '2026-02-31T99:00Z' })).rejects.toThrow(/is no date/);
});

test('where git and GitHub know only the newest commits, the records go on', async () => {
  const range = await ask({ since: '2026-11-03' }, undefined, 100);
  expect(range.since).toBe(shaAt(14));
  expect(range.line).toEqual(HISTORY.line);
});

test('nothing recorded: an empty range, at the newest commit', async () => {
  expect(await ask({ records: [] })).toMatchObject({ since: shaAt(399) });
});
