import { createHash } from 'node:crypto';
import type { HistoryRecord } from '../../measure/history-record.ts';

/** The folder of the records; everything else on the branch is rendered from them. */
export const RECORDS_FOLDER = 'runs';
/** At the branch's root: says that it is a history of Tare's, and of which schema. */
export const MARKER_FILE = 'tare.json';

/** Which records are one: a record whose key is there already is not added. */
export type RecordKey = string;

export function keyOf({ commit, configuration, run }: HistoryRecord): RecordKey {
  return JSON.stringify([commit, configuration, run]);
}

/** Where a record stands: `runs/<yyyy>/<mm>/<sha>-<configuration>-<run id>.json`, by the time it was recorded. */
export function pathOf(record: HistoryRecord): string {
  const name = `${record.commit}-${slugOf(record.configuration)}-${record.run}.json`;
  return `${RECORDS_FOLDER}/${monthOf(record)}/${name}`;
}

/** `2026/11`, UTC. */
export function monthOf({ recorded }: Pick<HistoryRecord, 'recorded'>): string {
  return new Date(recorded).toISOString().slice(0, 7).replace('-', '/');
}

/** Where a month's joined records of one configuration stand; `content`: the file's, which alone decides the name. */
export function joinedPathOf(month: string, configuration: string, content: string): string {
  return `${RECORDS_FOLDER}/${month}/${slugOf(configuration)}-${digest(content)}.jsonl`;
}

/** What a path on the branch is: one record, a month's joined records, none of the history's, or under `runs/` and unknown. */
export type PathKind = 'record' | 'joined' | 'other' | 'unknown';

const RECORD_PATH =
  /^runs\/\d{4}\/(?:0[1-9]|1[0-2])\/(?:[0-9a-f]{40}|[0-9a-f]{64})-[0-9A-Za-z._~-]{1,180}\.json$/;
const JOINED_PATH = /^runs\/\d{4}\/(?:0[1-9]|1[0-2])\/[0-9A-Za-z._~-]{1,120}\.jsonl$/;

export function kindOf(path: string): PathKind {
  if (path !== RECORDS_FOLDER && !path.startsWith(`${RECORDS_FOLDER}/`)) return 'other';
  if (RECORD_PATH.test(path)) return 'record';
  return JOINED_PATH.test(path) ? 'joined' : 'unknown';
}

/** `2026/11` of a path of a record or of joined records. */
export function monthOfPath(path: string): string {
  return path.slice(RECORDS_FOLDER.length + 1, RECORDS_FOLDER.length + 8);
}

/**
 * Refuses what could leave the branch's folder or touch a record.
 * Errors: Error, since every published path is a constant of ours or made of digits.
 */
export function checkPublished(path: string): string {
  const parts = path.split('/');
  const plain = parts.every((part) => /^[0-9A-Za-z_~-][0-9A-Za-z._~-]{0,119}$/.test(part));
  if (!plain || parts.length > 6 || parts[0]?.toLowerCase() === RECORDS_FOLDER || path === MARKER_FILE)
    throw new Error(`not a path that may be published: ${JSON.stringify(path.slice(0, 200))}`);
  return path;
}

/** A configuration's name in letters that every file system takes; a name that had to be changed gets a digest. */
function slugOf(configuration: string): string {
  if (/^[a-z0-9][a-z0-9._]{0,39}$/.test(configuration)) return configuration;
  const readable = configuration
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 24);
  return `${readable}~${digest(configuration)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
