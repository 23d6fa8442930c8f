import { expect, test } from 'vitest';
import type { TriagePorts } from '../../../src/jobs/triage/ports.ts';
import { triage } from '../../../src/jobs/triage.ts';
import type { HistoryRecord } from '../../../src/measure/history-record.ts';
import type { TriageDocument } from '../../../src/report/triage/document.ts';
import type { HistoryStore } from '../../../src/store/history-store.ts';
import { historyRecord } from '../../support/history.ts';
import { makeWorld } from '../world.ts';

const CUT = 'The history on the branch tare-data was not read, or not all of it: the fetch broke off';

/** What a report of those records came to. */
async function report(records: readonly HistoryRecord[], complete: boolean) {
  const { request, ports, logger } = await makeWorld('', () => undefined);
  const written: string[] = [];
  const presented: TriageDocument[] = [];
  const announced: TriageDocument[] = [];
  const outcome = { written: true, revision: null } as const;
  const history: HistoryStore = {
    read: async () => ({ records, warnings: complete ? [] : [CUT], complete }),
    append: async () => outcome,
    publish: async (files) => {
      written.push(...files.map(({ path }) => path));
      return outcome;
    },
    readFile: async () => null,
    compact: async () => {
      written.push('compacted');
      return outcome;
    },
  };
  const triagePorts: TriagePorts = {
    ...ports,
    history,
    triagePresenter: {
      present: async (document) => void presented.push(document),
      announce: async (document) => void announced.push(document),
    },
    triageLinks: { repositoryUrl: null, runUrl: null },
    ancestry: async (sha) => [sha],
  };
  const document = await triage({ ...request, since: null }, triagePorts);
  return { document, written, presented, announced, lines: logger.lines };
}

test('a history that was read in part is reported, and neither published, settled nor announced', async () => {
  const { document, written, presented, announced, lines } = await report([historyRecord(1)], false);
  expect(presented).toEqual([document]);
  expect(document.warnings).toContain(CUT);
  expect([written, announced]).toEqual([[], []]);
  expect(lines).toContainEqual(expect.stringMatching(/^warning: The report was not published: it lacks/));
});

test('a history of which nothing could be read is not said to be empty', async () => {
  const { document, written, announced } = await report([], false);
  expect(document.warnings).toContain(CUT);
  expect(document.warnings.join()).not.toMatch(/nothing of main has been recorded|was measured/);
  expect([written, announced]).toEqual([[], []]);
});

test('one that was read to its end is published and announced; an empty one says so', async () => {
  const { document, written, announced } = await report([historyRecord(1)], true);
  expect(announced).toEqual([document]);
  expect(written).toContain('triage/state.json');
  const empty = await report([], true);
  expect(empty.document.warnings.join()).toContain(
    'The history is empty: nothing of main has been recorded yet, or the history was deleted.',
  );
});
