import type { HistoryRecord } from '../../measure/history-record.ts';
import type { TriagePorts } from './ports.ts';

/** How far back is asked, step by step, until the range's start is found. */
const LIMITS = [600, 2000, 50_000] as const;
/** Commits before the range that the judging looks back at. */
export const LOOKBACK = 500;

/**
 * Main's first-parent commits up to `head`, oldest first: as far back as `start` gives a commit, and {@link LOOKBACK} more.
 * Where git and GitHub know no more, the records' own parents go on, without the commits between them.
 * `start`: index of the range's start in commits that are nearest first; -1: not among them.
 */
export async function lineOf(
  head: string,
  records: readonly HistoryRecord[],
  start: (commits: readonly string[]) => number,
  ports: Pick<TriagePorts, 'ancestry'>,
): Promise<readonly string[]> {
  let commits: readonly string[] = [head];
  for (const limit of LIMITS) {
    commits = await ports.ancestry(head, limit);
    const found = start(commits);
    const enough = found !== -1 && commits.length - found > LOOKBACK;
    if (enough || commits.length < limit) break;
  }
  return [...earlierByRecords(commits, records), ...commits.toReversed()];
}

/** Measured commits before the oldest of `commits`, by the parents that records name; oldest first. */
function earlierByRecords(commits: readonly string[], records: readonly HistoryRecord[]): string[] {
  const parents = new Map<string, string>();
  for (const { commit, parent } of records) if (parent !== null) parents.set(commit, parent);
  const known = new Set(commits);
  const oldest = commits.findLast((sha) => parents.has(sha));
  const earlier: string[] = [];
  let next = oldest === undefined ? undefined : parents.get(oldest);
  while (next !== undefined && earlier.length < LOOKBACK) {
    if (!known.has(next)) earlier.push(next);
    else if (earlier.length > 0) break;
    known.add(next);
    next = parents.get(next);
  }
  return earlier.reverse();
}
