import { createHash } from 'node:crypto';
import type { HistoryRatio, HistoryRecord } from '../../src/measure/history-record.ts';

/** A repeatable commit SHA for a number. */
export function shaOf(number: number): string {
  return createHash('sha1').update(`commit ${number}`).digest('hex');
}

const FIRST = Date.UTC(2026, 0, 5, 9);
const HOURS = 3_600_000;

/** A record of the `number`th commit, six hours after the one before, whose parent is the commit before. */
export function historyRecord(number: number, changes: Partial<HistoryRecord> = {}): HistoryRecord {
  const committed = new Date(FIRST + number * 6 * HOURS);
  return {
    schema: 1,
    tare: '0.1.0',
    commit: shaOf(number),
    configuration: 'release',
    run: `${1000 + number}.1`,
    recorded: new Date(committed.getTime() + HOURS / 2).toISOString(),
    committed: committed.toISOString(),
    subject: `Commit ${number}`,
    author: 'Ada',
    pullRequest: number % 3 === 0 ? 100 + number : null,
    parent: number === 0 ? null : shaOf(number - 1),
    distance: number === 0 ? null : 1,
    identity: {},
    values: [],
    ratios: [],
    causes: [],
    accepted: [],
    failed: [],
    ...changes,
  };
}

export function historyRatio(
  caseName: string,
  ratio: number,
  changes: Partial<HistoryRatio> = {},
): HistoryRatio {
  return { case: caseName, metric: 'wall-time', ratio, ci: null, pairs: 20, verdict: 'none', ...changes };
}
