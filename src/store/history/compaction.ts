import type { HistoryRecord } from '../../measure/history-record.ts';
import type { ReadableFile } from './collection.ts';
import { decodeJoined, encodeJoined, MAX_JOINED_BYTES } from './joined-codec.ts';
import { joinedPathOf, keyOf, monthOfPath } from './layout.ts';
import { decodeRecord } from './record-codec.ts';

/** What a compaction does: `write` first, so that nothing is missing at any moment. */
export interface Compaction {
  /** Text by path. */
  readonly write: ReadonlyMap<string, string>;
  /** Files whose records are all in `write`. */
  readonly remove: readonly string[];
}

export interface CompactionRequest {
  /** As `readable` lists them. */
  readonly files: readonly ReadableFile[];
  /** The text of a file; null: it is gone. */
  readonly read: (path: string) => Promise<string | null>;
  readonly now: Date;
  /** Bytes of a joined file at which the next one is begun; given by tests. */
  readonly maxBytes?: number;
}

/**
 * Joins the records of whole past months (UTC), per configuration, into one file, or into a few where one would be too large.
 * A file that cannot be read, or of which a part cannot, stays as it is, and so does a second record of one key; where it has the name
 * that a joined file would get, the records of that file stay as they are too. Joining again changes nothing.
 */
export async function planCompaction(request: CompactionRequest): Promise<Compaction> {
  const write = new Map<string, string>();
  const remove: string[] = [];
  for (const [month, ofMonth] of monthsToJoin(request.files, request.now)) {
    const joined = await joinMonth(month, ofMonth, request);
    for (const [path, text] of joined.write) write.set(path, text);
    remove.push(...joined.remove);
  }
  return { write, remove };
}

/** The files of every whole past month in which something is to be joined; no others are read. */
export function monthsToJoin<T extends ReadableFile>(
  files: readonly T[],
  now: Date,
): ReadonlyMap<string, readonly T[]> {
  const current = now.toISOString().slice(0, 7).replace('-', '/');
  const months = new Map<string, T[]>();
  for (const file of files) {
    const month = monthOfPath(file.path);
    if (month >= current) continue;
    const ofMonth = months.get(month);
    if (ofMonth === undefined) months.set(month, [file]);
    else ofMonth.push(file);
  }
  return new Map([...months].filter(([, ofMonth]) => !isJoined(ofMonth)));
}

/** Whether nothing is to do: no record stands alone, and no two processes joined the same configuration at once. */
function isJoined(files: readonly ReadableFile[]): boolean {
  const configurations = files.map(({ path }) => path.slice(0, path.lastIndexOf('-')));
  return (
    files.every(({ kind }) => kind === 'joined') && new Set(configurations).size === configurations.length
  );
}

/** The records of one configuration, and the files that they came from. */
interface Group {
  readonly records: Map<string, HistoryRecord>;
  readonly files: string[];
}

async function joinMonth(
  month: string,
  files: readonly ReadableFile[],
  { read, maxBytes = MAX_JOINED_BYTES / 4 }: CompactionRequest,
): Promise<Compaction> {
  const groups = new Map<string, Group>();
  // Joined files first: what they hold of a key was there first.
  for (const file of files.toSorted(
    (one, other) => Number(other.kind === 'joined') - Number(one.kind === 'joined'),
  )) {
    const text = await read(file.path);
    if (text !== null) gather(file, text, groups);
  }
  const write = new Map<string, string>();
  const remove: string[] = [];
  const listed = new Set(files.map(({ path }) => path));
  for (const [configuration, { records, files: sources }] of groups) {
    const own = new Set(sources);
    const wanted = texts(sorted([...records.values()]), maxBytes).map(
      (text) => [joinedPathOf(month, configuration, text), text] as const,
    );
    // What stands under that name could not be read, and is not replaced: the sources are the only good copies.
    if (wanted.some(([path]) => listed.has(path) && !own.has(path))) continue;
    const made = new Set(wanted.map(([path]) => path));
    for (const [path, text] of wanted) if (!own.has(path)) write.set(path, text);
    remove.push(...sources.filter((path) => !made.has(path)));
  }
  return { write, remove };
}

function gather({ path, kind }: ReadableFile, text: string, groups: Map<string, Group>): void {
  const records = kind === 'record' ? wholeRecord(path, text) : wholeJoined(text);
  const [first] = records;
  if (first === undefined) return;
  const group: Group = groups.get(first.configuration) ?? { records: new Map(), files: [] };
  const contradicts = records.some((record) => {
    const kept = group.records.get(keyOf(record));
    return kept !== undefined && encodeJoined([kept]) !== encodeJoined([record]);
  });
  if (contradicts) return;
  groups.set(first.configuration, group);
  for (const record of records) group.records.set(keyOf(record), record);
  group.files.push(path);
}

function wholeRecord(path: string, text: string): readonly HistoryRecord[] {
  const decoded = decodeRecord(path, text);
  return decoded.ok ? [decoded.record] : [];
}

function wholeJoined(text: string): readonly HistoryRecord[] {
  const { records, problems } = decodeJoined(text);
  return problems.length === 0 ? records : [];
}

/** One order whatever the files' names were, so that equal records make equal files. */
function sorted(records: readonly HistoryRecord[]): HistoryRecord[] {
  const key = (record: HistoryRecord) => `${record.recorded} ${keyOf(record)}`;
  return records.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}

function texts(records: readonly HistoryRecord[], maxBytes: number): string[] {
  const text = encodeJoined(records);
  if (Buffer.byteLength(text) <= maxBytes || records.length === 1) return [text];
  const half = Math.ceil(records.length / 2);
  return [...texts(records.slice(0, half), maxBytes), ...texts(records.slice(half), maxBytes)];
}
