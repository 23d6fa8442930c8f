import { isSigned } from '../comparison.ts';
import { judgeExact } from '../exact.ts';
import type { Returned, TriageRow } from './entry.ts';
import { logRatioOf } from './ratio.ts';
import type { Judged } from './steps.ts';

/**
 * The row of the run at index `later`, the next one, that takes `row` back, and the line that stands for both; null where it does not come back. A run time
 * comes back when both changes together are within the threshold, or within what the two intervals leave open; an exact number when the
 * next value beside the one before the change is no change.
 */
export function comesBack(
  { configuration, runs }: Judged,
  index: number,
  row: TriageRow,
  later: number,
  next: readonly TriageRow[],
): { readonly returned: Returned; readonly row: TriageRow } | null {
  if (!isSigned(row.verdict) || row.overBudget) return null;
  const other = next.find((each) => each.case === row.case && each.metric === row.metric);
  if (other === undefined || !isSigned(other.verdict) || other.verdict === row.verdict) return null;
  const kind = row.tier === 'paired' ? 'noise' : 'undone';
  if (!(kind === 'noise' ? isBackInTime(row, other) : isBackExactly(row, other))) return null;
  const { case: name, metric, change } = row;
  const [commit, back] = [runs[index]?.record.commit ?? '', runs[later]?.record.commit ?? ''];
  return { returned: { configuration, case: name, metric, commit, back, change, kind }, row: other };
}

function isBackInTime(row: TriageRow, other: TriageRow): boolean {
  const [one, two] = [logRatioOf(row), logRatioOf(other)];
  if (one === null || two === null) return false;
  return (
    Math.abs(one.log + two.log) <= Math.max(Math.log1p(row.threshold), Math.hypot(one.margin, two.margin))
  );
}

function isBackExactly(row: TriageRow, other: TriageRow): boolean {
  if (row.before === null || other.after === null) return false;
  return !judgeExact(row.before, other.after, { floor: row.before * row.threshold, change: row.threshold })
    .relevant;
}
