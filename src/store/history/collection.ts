import type { HistoryRecord } from '../../measure/history-record.ts';
import { inertLine } from '../../process/inert.ts';
import type { ReadHistory } from '../history-store.ts';
import { decodeJoined, MAX_JOINED_BYTES } from './joined-codec.ts';
import { keyOf, kindOf, type PathKind, type RecordKey } from './layout.ts';
import { inOrder } from './order.ts';
import { decodeRecord, MAX_RECORD_BYTES } from './record-codec.ts';

/** A file of the history as its store lists it. */
export interface ListedFile {
  /** `/`-separated, relative to the root of the history; may be anything. */
  readonly path: string;
  /** null: no plain file (a link, a submodule, a device). */
  readonly bytes: number | null;
}

/** Most files that are read; GitHub is slow with such a branch long before. */
const MAX_FILES = 300_000;
const MAX_WARNINGS = 50;

/**
 * The files that are records, in the order of their names. What lies under `runs/` and is none, or is too large, is told to `warn`.
 */
export function readable<T extends ListedFile>(
  files: readonly T[],
  warn: (path: string, why: string) => void,
): (T & ReadableFile)[] {
  const found: (T & ReadableFile)[] = [];
  for (const file of files) {
    const { path, bytes } = file;
    const kind = kindOf(path);
    if (kind === 'other') continue;
    const limit = kind === 'joined' ? MAX_JOINED_BYTES : MAX_RECORD_BYTES;
    if (kind === 'unknown')
      warn(path, 'it is no file that this version of Tare writes there; update Tare, or remove it');
    else if (bytes === null) warn(path, 'it is no plain file');
    else if (bytes > limit) warn(path, `it holds ${bytes} bytes, and at most ${limit} are read`);
    else if (found.length >= MAX_FILES) {
      warn(path, `the history has more than ${MAX_FILES} files; the rest is left out`);
      break;
    } else found.push({ ...file, bytes, kind });
  }
  return found.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

export interface ReadableFile extends ListedFile {
  readonly bytes: number;
  readonly kind: Extract<PathKind, 'record' | 'joined'>;
}

/** Records as they are read, each once, and what could not be. */
export class Collection {
  readonly #records = new Map<RecordKey, { readonly record: HistoryRecord; readonly joined: boolean }>();
  readonly #warnings = new Set<string>();

  /** A file that could not be read, or not all of it. */
  readonly warn = (path: string, why: string): void => {
    this.#warnings.add(inertLine(`${named(path)}: ${why}; skipped`).slice(0, 1000));
  };

  add({ path, kind }: Pick<ReadableFile, 'path' | 'kind'>, text: string): void {
    if (kind === 'record') {
      const decoded = decodeRecord(path, text);
      if (decoded.ok) this.#keep(decoded.record, false);
      else this.warn(path, decoded.reason);
      return;
    }
    const { records, problems } = decodeJoined(text);
    for (const record of records) this.#keep(record, true);
    for (const problem of problems.slice(0, 5)) this.warn(path, problem);
    if (problems.length > 5) this.warn(path, `${problems.length - 5} more lines like these`);
  }

  finish(): Omit<ReadHistory, 'complete'> {
    const warnings = [...this.#warnings];
    const more = warnings.length - MAX_WARNINGS;
    return {
      records: inOrder([...this.#records.values()].map(({ record }) => record)),
      warnings: more > 0 ? [...warnings.slice(0, MAX_WARNINGS), `${more} more files were skipped`] : warnings,
    };
  }

  /** Of two with one key the first that was written stays: joined records are the older ones. */
  #keep(record: HistoryRecord, joined: boolean): void {
    const key = keyOf(record);
    const kept = this.#records.get(key);
    if (kept === undefined || (joined && !kept.joined)) this.#records.set(key, { record, joined });
  }
}

/** A path as it may stand in a warning. */
export function named(path: string): string {
  return JSON.stringify(path.length > 160 ? `${path.slice(0, 160)}…` : path);
}
