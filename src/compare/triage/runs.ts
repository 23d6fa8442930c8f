import type { HistoryRecord } from '../../measure/history-record.ts';
import type { TriageCommit } from './entry.ts';

/** A measured commit of one configuration, in its place on main. */
export interface Run {
  /** Index on the line. */
  readonly position: number;
  readonly record: HistoryRecord;
  /** Index of the newest run before whose build worked, which it is compared with; -1: none. */
  readonly previous: number;
  /** Index on the line of the commit that its ratios compare with, recorded or not; null: none that is known. */
  readonly parentAt: number | null;
  /** Whether it was compared with an earlier commit of the line. */
  readonly compared: boolean;
  /** Whether other runs' changes were divided out of its ratios. */
  readonly divided?: boolean;
}

/** The runs of one configuration, oldest first. */
export interface ConfigurationRuns {
  readonly configuration: string;
  readonly runs: readonly Run[];
}

export interface OrderedRuns {
  readonly configurations: readonly ConfigurationRuns[];
  /** Commits of records that are not on the line, though they are no older than the first one that is. */
  readonly unknown: readonly string[];
}

/**
 * Puts records in the order of main. Of several records of a commit and configuration, the one that was compared with a parent
 * wins, then the newest. `line`: first-parent commits, oldest first. Configurations are in the order of their names.
 */
export function orderRuns(records: readonly HistoryRecord[], line: readonly string[]): OrderedRuns {
  const places = new Map(line.map((sha, position) => [sha, position]));
  const chosen = new Map<string, Map<number, HistoryRecord>>();
  const unknown = new Map<string, string>();
  for (const record of records) {
    const position = places.get(record.commit);
    if (position === undefined) {
      unknown.set(record.commit, record.committed);
      continue;
    }
    const own = chosen.get(record.configuration) ?? new Map<number, HistoryRecord>();
    chosen.set(record.configuration, own);
    const other = own.get(position);
    if (other === undefined || isBetter(record, other)) own.set(position, record);
  }
  const configurations = [...chosen.keys()].sort().map((configuration) => ({
    configuration,
    runs: chained(chosen.get(configuration) ?? new Map<number, HistoryRecord>(), places),
  }));
  const oldest = configurations.flatMap(({ runs }) => runs[0]?.record.committed ?? []).sort()[0] ?? '';
  return { configurations, unknown: [...unknown.keys()].filter((sha) => (unknown.get(sha) ?? '') >= oldest) };
}

/** What a reader is told of a run's commit. */
export function commitOf({ commit, subject, author, pullRequest, committed }: HistoryRecord): TriageCommit {
  return { sha: commit, subject, author, pullRequest, committed };
}

function isBetter(one: HistoryRecord, other: HistoryRecord): boolean {
  const compared = Number(one.parent !== null) - Number(other.parent !== null);
  return compared === 0 ? one.recorded > other.recorded : compared > 0;
}

function chained(records: ReadonlyMap<number, HistoryRecord>, places: ReadonlyMap<string, number>): Run[] {
  let previous = -1;
  const positions = [...records.keys()].sort((a, b) => a - b);
  return positions.flatMap((position, index) => {
    const record = records.get(position);
    if (record === undefined) return [];
    const parent = record.parent === null ? undefined : places.get(record.parent);
    // A parent behind the commit is a record of another history.
    const parentAt = parent !== undefined && parent < position ? parent : null;
    const isCompared = parentAt !== null || (previous !== -1 && isBuilt(record));
    const run = { position, record, previous, parentAt, compared: isCompared };
    if (isBuilt(record)) previous = index;
    return [run];
  });
}

/** Whether its build worked: one that failed says so, and has no identity and no numbers. */
export function isBuilt({ identity, values, failed }: HistoryRecord): boolean {
  return failed.length === 0 || values.length > 0 || Object.keys(identity).length > 0;
}
