import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Item, stateOf } from '../../../src/compare/triage/item.ts';
import type { ChangeSource } from '../../../src/jobs/history/changes.ts';
import { askedOfPeople, MAX_ASKED } from '../../../src/jobs/triage/people.ts';
import { triage } from '../../../src/jobs/triage.ts';
import { createHistoryDirectory } from '../../../src/store/history/directory.ts';
import { type Commit, historyOf, shaAt, triaged } from '../../support/triage-history.ts';
import { makeWorld } from '../world.ts';

const MIB = 2 ** 20;

/** Main as GitHub knows it: pull request n brought commit n. `labels`: who put the label on it. */
function github(
  labels: Readonly<Record<number, string>>,
  commands: ChangeSource['commandsOf'] = async () => [],
) {
  const asked: string[] = [];
  const numbers = new Map(Array.from({ length: 100 }, (_, number) => [shaAt(number), number]));
  const changes: ChangeSource = {
    commits: async () => null,
    pullRequestOf: async (sha) => {
      asked.push(sha);
      return numbers.get(sha) ?? null;
    },
    labelledBy: async (pullRequest, label) =>
      label === 'tare: accepted' ? (labels[pullRequest] ?? null) : null,
    commandsOf: commands,
  };
  return { changes, asked };
}

const LABEL = 'tare: accepted';
const states = (items: readonly Item[]) => items.map((item) => [item.commit.sha, stateOf(item).state]);

test('a label that was put on after the merge settles what the weekly report left open', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tare-people-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const { request, ports } = await makeWorld('', () => undefined);
  const { records, line } = historyOf([{ sizes: { a: MIB } }, { sizes: { a: 1.2 * MIB } }, {}]);
  const history = createHistoryDirectory({ directory });
  await history.append(records);
  const report = (head: number, now: string, labels: Readonly<Record<number, string>>) =>
    triage(
      { ...request, head: shaAt(head), since: null },
      {
        ...ports,
        history,
        changes: github(labels).changes,
        clock: { now: () => new Date(now) },
        triagePresenter: { present: async () => undefined, announce: async () => undefined },
        triageLinks: { repositoryUrl: null, runUrl: null },
        ancestry: async (sha) => line.slice(0, line.indexOf(sha) + 1).toReversed(),
      },
    );
  const first = await report(1, '2026-11-09T06:17:00Z', { 2: 'eve' });
  expect([states(first.items), first.needsHuman]).toEqual([[[shaAt(1), 'open']], 1]);
  const next = await report(2, '2026-11-16T06:17:00Z', { 1: 'ada' });
  expect(next.needsHuman).toBe(0);
  expect(next.items.map(stateOf)).toEqual([
    expect.objectContaining({ state: 'justified', by: 'ada', reason: `label "${LABEL}" of pull request #1` }),
  ]);
  expect((await report(2, '2026-11-23T06:17:00Z', {})).items).toEqual([]);
});

/** A regression of a program of its own in each commit but the first. */
function regressions(count: number): readonly Item[] {
  const start = Object.fromEntries(Array.from({ length: count }, (_, number) => [`p${number}`, MIB]));
  const commits = Array.from(
    { length: count },
    (_, number): Commit => ({ sizes: { [`p${number}`]: 2 * MIB } }),
  );
  return triaged(historyOf([{ sizes: start }, ...commits]), 0).items;
}

test('a command accepts the case that it names, and no other of that commit', async () => {
  const [item] = triaged(
    historyOf([{ sizes: { a: MIB, b: MIB } }, { sizes: { a: 2 * MIB, b: 2 * MIB } }]),
    0,
  ).items;
  const { changes } = github({}, async () => [
    { case: 'size a', reason: 'tables', by: 'ada', via: 'command' },
  ]);
  const { items } = await askedOfPeople(item === undefined ? [] : [item], LABEL, changes);
  expect(items.flatMap(({ rows }) => rows.map((row) => [row.case, row.state]))).toEqual([
    ['size a', 'justified'],
    ['size b', 'open'],
  ]);
});

test('nobody is asked about what is settled, nor about a drift', async () => {
  const [one, two] = regressions(2);
  if (one === undefined || two === undefined) throw new Error('two regressions');
  const settled = { ...one, rows: one.rows.map((row) => ({ ...row, state: 'noise' as const })) };
  const drift = { ...two, kind: 'drift' as const };
  const { changes, asked } = github({ 1: 'ada', 2: 'ada' });
  expect(await askedOfPeople([settled, drift], LABEL, changes)).toEqual({
    items: [settled, drift],
    warnings: [],
  });
  expect(asked).toEqual([]);
});

test('the commit that was found among several is asked about, not the last of them', async () => {
  const [item] = regressions(3).slice(-1);
  if (item === undefined) throw new Error('a regression');
  const facts = { case: 'size p2', metric: 'loadable-bytes', after: shaAt(1), note: '', commit: null };
  const culprit = { ...facts, until: shaAt(2), candidates: 1 };
  const { changes } = github({ 2: 'ada' });
  const { items } = await askedOfPeople([{ ...item, culprit }], LABEL, changes);
  expect(items.map(stateOf)).toMatchObject([{ state: 'justified', commit: shaAt(2) }]);
});

test('the newest are asked about, as many as a report has time for, and the rest is said', async () => {
  const { changes, asked } = github({ 1: 'ada', 35: 'ada' });
  const { items, warnings } = await askedOfPeople(regressions(35), LABEL, changes);
  expect(asked).toEqual(Array.from({ length: MAX_ASKED }, (_, index) => shaAt(35 - index)));
  expect(warnings).toEqual([
    'The pull requests of 5 older commits were not asked whether people accepted them.',
  ]);
  const open = states(items).filter(([, state]) => state === 'open');
  expect(open).toHaveLength(34);
});
