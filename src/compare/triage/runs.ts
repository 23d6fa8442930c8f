import type { HistoryRecord } from '../../measure/history-record.ts';
import type { TriageCommit } from './entry.ts';

/** A measured commit of one configuration, in its place on main. */
export interface Run {
  /** Index on the line. */
  readonly position: number;
  readonly record: HistoryRecord;
  /** Index among the configuration's runs of the one that it is compared with; -1: none that is known. */
  readonly parent: number;
  /** Whether it was compared with an earlier commit of the line, recorded or not: its ratios hold without that one's record. */
  readonly compared: boolean;
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
  const positions = [...records.keys()].sort((a, b) => a - b);
  const indexes = new Map(positions.map((position, index) => [position, index]));
  return positions.flatMap((position) => {
    const record = records.get(position);
    if (record === undefined) return [];
    const parent = record.parent === null ? undefined : places.get(record.parent);
    // A parent behind the commit is a record of another history.
    const usable = parent !== undefined && parent < position;
    return [{ position, record, parent: usable ? (indexes.get(parent) ?? -1) : -1, compared: usable }];
  });
}
