import type { HistoryRecord } from '../measure/history-record.ts';

/** What was read of the history. */
export interface ReadHistory {
  /** Every record that could be read, compacted ones included, oldest commit first as far as the records tell; no record twice. */
  readonly records: readonly HistoryRecord[];
  /** One line for each file that was skipped, naming it and why. */
  readonly warnings: readonly string[];
  /** Whether nothing cut the reading short: a refused fetch, a foreign branch. Single files that were skipped do not count. */
  readonly complete: boolean;
}

/** A file to be written beside the history: a badge, a page, a triage report. Paths are `/`-separated, relative to the branch's root. */
export interface HistoryFile {
  readonly path: string;
  readonly content: string;
}

/** `reason`: one line for the summary, saying why nothing was written and what to do. */
export type WriteOutcome =
  | { readonly written: true; readonly revision: string | null }
  | { readonly written: false; readonly reason: string };

/** Keeps main's history: the data branch, or a directory. Append-only: no record is ever changed or dropped. */
export interface HistoryStore {
  /** Errors: none; what cannot be read is a warning, and a history that does not exist is empty. */
  read(): Promise<ReadHistory>;
  /** Adds records; one that is there already (commit, configuration and run) is left as it is. Never throws for a refusal. */
  append(records: readonly HistoryRecord[]): Promise<WriteOutcome>;
  /** Replaces files that are rendered from the history (badges, page, reports), never records. Never throws for a refusal. */
  publish(files: readonly HistoryFile[], message: string): Promise<WriteOutcome>;
  /** A published file's text, or null: how last week's report is carried over. */
  readFile(path: string): Promise<string | null>;
  /** Joins records of whole past months into one file each; loses none. */
  compact(): Promise<WriteOutcome>;
}
