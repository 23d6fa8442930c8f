import type { HistoryRecord } from '../../measure/history-record.ts';

/**
 * Records by the time of their commits, except that a commit comes after the parent that its records name: the clocks of
 * authors differ. A circle of parents, which only a damaged history has, is left in the order of time.
 */
export function inOrder(records: readonly HistoryRecord[]): HistoryRecord[] {
  const byTime = records.toSorted(
    (one, other) =>
      compare(one.committed, other.committed) ||
      compare(one.commit, other.commit) ||
      compare(one.recorded, other.recorded) ||
      compare(one.configuration, other.configuration) ||
      compare(one.run, other.run),
  );
  const position = new Map<string, number>();
  for (const [index, { commit }] of byTime.entries()) if (!position.has(commit)) position.set(commit, index);
  const early = byTime.some(({ parent }, index) => parent !== null && (position.get(parent) ?? -1) > index);
  return early ? parentsFirst(byTime) : byTime;
}

/** Not by recursion: a chain may be as long as the history. */
function parentsFirst(byTime: readonly HistoryRecord[]): HistoryRecord[] {
  const commits = grouped(byTime);
  const seen = new Set<string>();
  const ordered: HistoryRecord[] = [];
  for (const { commit } of byTime) {
    const open = seen.has(commit) ? [] : [commit];
    seen.add(commit);
    while (open.length > 0) {
      const rows = commits.get(open.at(-1) ?? '') ?? [];
      const next = rows.find(({ parent }) => parent !== null && commits.has(parent) && !seen.has(parent));
      if (next?.parent) {
        seen.add(next.parent);
        open.push(next.parent);
      } else {
        open.pop();
        ordered.push(...rows);
      }
    }
  }
  return ordered;
}

function grouped(records: readonly HistoryRecord[]): Map<string, HistoryRecord[]> {
  const groups = new Map<string, HistoryRecord[]>();
  for (const record of records) {
    const group = groups.get(record.commit);
    if (group === undefined) groups.set(record.commit, [record]);
    else group.push(record);
  }
  return groups;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
