import { type Comparison, isSigned } from '../comparison.ts';
import { worstFirst } from '../summary.ts';
import { joinedVerdict } from '../verdict.ts';
import type { Entry, Returned, TriageRow } from './entry.ts';
import { comesBack } from './returned.ts';
import { commitOf, type Run } from './runs.ts';
import { earliestBase, type Judged, ownCauses } from './steps.ts';

/** What the commits of a range moved. */
export interface RangeEntries {
  /** Oldest commit first. */
  readonly entries: readonly Entry[];
  readonly returned: readonly Returned[];
  /** Runs that were compared with an earlier commit. */
  readonly compared: number;
}

/** Runs before the range whose rows are paired: which of several jumps belong together is told by where they begin. */
const LOOKBACK = 10;

/**
 * Compares each run from index `from` on with the run before. A row that the next measured commit takes back is one line of `returned`
 * instead of a row of two entries, also where the first of them was told in the range before; a commit that has no other row is no entry.
 */
export function rangeEntries(judged: Judged, from: number): RangeEntries {
  const { runs } = judged;
  const start = Math.max(0, from - LOOKBACK);
  const rows = runs.map((_, index) => (index < start ? [] : judged.rows(index)));
  const returned: Returned[] = [];
  for (let index = start + 1; index < runs.length; index++) {
    const earlier = runs[index]?.previous ?? -1;
    for (const row of rows[earlier] ?? []) {
      const back = comesBack(judged, earlier, row, index, rows[index] ?? []);
      if (back === null) continue;
      if (index >= from) returned.push(back.returned);
      rows[earlier] = (rows[earlier] ?? []).filter((other) => other !== row);
      rows[index] = (rows[index] ?? []).filter((other) => other !== back.row);
    }
  }
  const entries = rows.flatMap((own, index) =>
    index < from || own.length === 0 ? [] : entryOf(judged, index, own),
  );
  const compared = runs.filter(({ compared: is }, index) => index >= from && is).length;
  return { entries, returned, compared };
}

function entryOf(judged: Judged, index: number, rows: readonly TriageRow[]): Entry[] {
  const run = judged.runs[index];
  const base = run === undefined ? null : baseOf(judged, index, run, rows);
  if (run === undefined || base === null) return [];
  const verdict = joinedVerdict(rows.map(asComparison));
  const { record } = run;
  return [
    {
      configuration: judged.configuration,
      commit: commitOf(record),
      ...base,
      verdict: verdict === 'none' ? 'inconclusive' : verdict,
      rows: worstRows(rows),
      causes: ownCauses(record, null),
      culprit: null,
    },
  ];
}

/**
 * The commit that rows compare with: the run before, or the one before that has all their values; of ratios as they were measured,
 * their own. What lies between is not to be blamed on the entry's commit.
 */
function baseOf(
  judged: Judged,
  index: number,
  run: Run,
  rows: readonly TriageRow[],
): Pick<Entry, 'parent' | 'distance'> | null {
  const { runs } = judged;
  const earliest = earliestBase(judged, index, rows);
  const previous = runs[earliest === -1 ? run.previous : earliest];
  const { parent, distance } = run.record;
  const isMeasured = rows.every(({ tier }) => tier === 'paired') && run.divided !== true;
  const usesParent = previous === undefined || isMeasured || previous.record.commit === parent;
  if (parent !== null && usesParent) return { parent, distance: distance ?? 1 };
  if (previous === undefined) return null;
  return { parent: previous.record.commit, distance: run.position - previous.position };
}

/** Rows with the worst first. */
export function worstRows(rows: readonly TriageRow[]): TriageRow[] {
  const originals = new Map(rows.map((row) => [asComparison(row), row]));
  const worst = worstFirst([...originals.keys()]);
  // What moved says more than what could not be decided beside it.
  const decided = worst.filter(({ verdict }) => isSigned(verdict));
  return [...decided, ...worst.filter(({ verdict }) => !isSigned(verdict))].flatMap(
    (key) => originals.get(key) ?? [],
  );
}

/** A row in the shape that summaries and verdicts are made of; they look at its change, not at `after`. */
export function asComparison(row: TriageRow): Comparison {
  return { ...row, after: row.after ?? 0 };
}

/** Whether a row takes part in the verdict as a regression. */
export function isRegression(row: TriageRow): boolean {
  return row.headline && row.relevant && isSigned(row.verdict) && row.verdict === 'regression';
}
