import { expect, test } from 'vitest';
import type { Cause, Comparison } from '../../../src/compare/comparison.ts';
import { appendHistory } from '../../../src/jobs/history/append.ts';
import type { HistoryRecord } from '../../../src/measure/history-record.ts';
import type { HistoryStore } from '../../../src/store/history-store.ts';
import { comparison } from '../../compare/fixtures.ts';
import { makeWorld } from '../world.ts';

const TABLE: Cause = {
  kind: 'function',
  subject: 'tool::TABLE',
  before: null,
  after: '60000',
  amount: 60_000,
  note: 'new',
};

/** The record of a commit with those rows. */
async function recordWith(comparisons: readonly Comparison[]): Promise<HistoryRecord | undefined> {
  const { request, ports } = await makeWorld('', () => undefined);
  const appended: HistoryRecord[] = [];
  const written = { written: true, revision: null } as const;
  const history: HistoryStore = {
    read: async () => ({ records: appended, warnings: [] }),
    append: async (records) => {
      appended.push(...records);
      return written;
    },
    publish: async () => written,
    readFile: async () => null,
    compact: async () => written,
  };
  const part = {
    configuration: 'default',
    ...{ base: null, baseIdentity: null, headIdentity: {} },
    ...{ changed: [], comparisons, added: [], removed: [], failed: [], causes: [], warnings: [] },
  };
  const series = { configuration: 'default', os: 'linux', arch: 'x64', hash: '0'.repeat(16) };
  const recorded = '2026-11-20T10:00:00.000Z';
  const draft = { series, identity: {}, values: [], recorded, unchanged: [] };
  await appendHistory([{ part, draft }], request, { ...ports, history }, () => undefined);
  return appended[0];
}

test('a cause that several rows of a case have stands once in its record, as the headline has it', async () => {
  const row = (metric: string, headline: boolean, why: Comparison['why']) =>
    comparison({ case: 'size tool', metric, headline, verdict: 'regression', why });
  const detail = { ...TABLE, amount: 1 };
  const record = await recordWith([
    row('file-bytes', false, [detail]),
    row('loadable-bytes', true, [TABLE, TABLE]),
    row('rodata-bytes', false, [detail, { ...detail, subject: 'tool::main' }]),
  ]);
  expect(record?.causes).toEqual([{ ...TABLE, case: 'size tool' }]);
});
