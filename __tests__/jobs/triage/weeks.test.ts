import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { STATE_FILE } from '../../../src/jobs/triage/state.ts';
import { triage } from '../../../src/jobs/triage.ts';
import type { HistoryRecord } from '../../../src/measure/history-record.ts';
import type { TriageDocument } from '../../../src/report/triage/document.ts';
import { createHistoryDirectory } from '../../../src/store/history/directory.ts';
import { type Commit, historyOf, shaAt } from '../../support/triage-history.ts';
import { makeWorld } from '../world.ts';

const MIB = 2 ** 20;
const [MONDAY, NEXT_MONDAY] = ['2026-11-16T06:17:00Z', '2026-11-23T06:17:00Z'] as const;

/** A history in a folder, and the weekly report of it at a commit and a time. */
async function weekly(commits: readonly Commit[]) {
  const directory = await mkdtemp(join(tmpdir(), 'tare-weeks-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const { request, ports } = await makeWorld('', () => undefined);
  const { records, line } = historyOf(commits);
  const history = createHistoryDirectory({ directory });
  const announced: TriageDocument[] = [];
  return {
    request,
    history,
    announced,
    record: (...numbers: readonly number[]) =>
      history.append(numbers.flatMap((number): HistoryRecord[] => records.slice(number, number + 1))),
    report: (head: number, now: string) =>
      triage(
        { ...request, head: shaAt(head), since: null },
        {
          ...ports,
          history,
          clock: { now: () => new Date(now) },
          triagePresenter: {
            present: async () => undefined,
            announce: async (document) => void announced.push(document),
          },
          triageLinks: { repositoryUrl: null, runUrl: null },
          ancestry: async (sha, limit) =>
            line
              .slice(0, line.indexOf(sha) + 1)
              .toReversed()
              .slice(0, limit),
        },
      ),
    published: async () => ({
      reports: (await readdir(join(directory, 'triage/2026'))).toSorted(),
      state: await readFile(join(directory, STATE_FILE), 'utf8'),
    }),
  };
}

test('an older run that is made again leaves the newer report, its state and its issue as they are', async () => {
  const sizes = [0, 0, 0, 1, 1, 1, 2].map((more): Commit => ({ sizes: { a: MIB * (1 + more / 10) } }));
  const { request, report, record, published, announced } = await weekly(sizes);
  await record(0, 1, 2, 3, 4, 5, 6);
  await report(2, MONDAY);
  await report(6, NEXT_MONDAY);
  const before = await published();
  expect(before.reports).toHaveLength(4);
  const again = await report(2, '2026-11-24T09:00:00Z');
  expect(again.warnings.slice(request.notes.length)).toEqual([
    expect.stringMatching(/^The report of 2026-W48 went up to /),
  ]);
  expect(await published()).toEqual(before);
  expect(announced).toHaveLength(2);
  // The newest commit's run is the report that is made again.
  const same = await report(6, '2026-11-24T10:00:00Z');
  expect(same.configurations[0]?.entries.map(({ commit }) => commit.sha)).toEqual([shaAt(3), shaAt(6)]);
  expect(announced).toHaveLength(3);
});

test.each([
  ['that the report ended with', 2],
  ['before it, with others behind it unmeasured', 1],
])('a commit %s, recorded after the report, is told in the next one', async (_, late) => {
  const sizes = [0, 1, 2, 3, 4].map((number): Commit => ({ sizes: { a: MIB * (number < late ? 1 : 1.2) } }));
  const { report, record } = await weekly(sizes);
  await record(...[0, 1].filter((number) => number < late));
  const first = await report(2, MONDAY);
  expect(first.configurations[0]?.entries).toEqual([]);
  await record(late, 3);
  const second = await report(4, NEXT_MONDAY);
  expect(second).toMatchObject({ since: shaAt(2), commits: 3, compared: 2 });
  const [part] = second.configurations;
  expect(part).toMatchObject({ measured: 2, first: shaAt(late - 1), last: shaAt(3) });
  expect(part?.entries.map(({ commit }) => commit.sha)).toEqual([shaAt(late)]);
  expect(part?.total.map(({ change }) => change)).toEqual([expect.closeTo(0.2, 5)]);
  expect(second.items.map(({ commit }) => commit.sha)).toEqual([shaAt(late)]);
  expect(second.warnings.join('\n')).toContain(`part of this one: ${shaAt(late).slice(0, 10)}.`);
  // The same report again, though the state that it began with has been written over.
  expect((await report(4, '2026-11-24T09:00:00Z')).configurations).toEqual(second.configurations);
  // And each commit once.
  await record(4);
  const third = await report(4, '2026-11-30T06:17:00Z');
  expect(third.configurations[0]?.entries).toEqual([]);
  expect(third.items.map(({ opened }) => opened)).toEqual(['2026-11-23']);
});

test('a state without how far its records went is read as before', async () => {
  const sizes = [0, 1, 1].map((more): Commit => ({ sizes: { a: MIB * (1 + more / 10) } }));
  const { report, record, published, history } = await weekly(sizes);
  await record(0);
  await report(1, MONDAY);
  const { reached: _, reachedBefore: __, ...older } = JSON.parse((await published()).state);
  await history.publish([{ path: STATE_FILE, content: JSON.stringify(older) }], 'An older state');
  await record(1, 2);
  const next = await report(2, NEXT_MONDAY);
  expect(next).toMatchObject({ since: shaAt(1), commits: 1, compared: 1 });
  expect(next.warnings.join()).not.toMatch(/state\.json|part of this one/);
});
