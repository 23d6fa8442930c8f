import type { HistoryRecord } from '../../measure/history-record.ts';

/** By configuration, the newest commit that a report had a record of; null: none of its commits was on the line. */
export type Reached = ReadonlyMap<string, string | null>;

/** How far a report of these records gets. `line`: first-parent commits, oldest first. */
export function reachedBy(records: readonly HistoryRecord[], line: readonly string[]): Reached {
  const places = new Map(line.map((sha, position) => [sha, position]));
  const newest = new Map<string, number>();
  for (const { configuration, commit } of records) {
    const position = places.get(commit) ?? -1;
    newest.set(configuration, Math.max(newest.get(configuration) ?? -1, position));
  }
  return new Map([...newest].map(([configuration, position]) => [configuration, line[position] ?? null]));
}

/**
 * Where a configuration's range begins, as a position of the line: at `start`, or before it where records came after the report that
 * ended there. `reached`: how far that report got; undefined where that is not known.
 */
export function startOf(
  configuration: string,
  line: readonly string[],
  start: number,
  reached: Reached | undefined,
): number {
  if (reached === undefined) return start;
  const commit = reached.get(configuration);
  // Nothing of it was recorded at that time.
  if (commit === undefined) return -1;
  const position = commit === null ? -1 : line.indexOf(commit);
  return position === -1 ? start : Math.min(start, position);
}
