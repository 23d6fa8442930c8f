import { type Comparison, isSigned } from '../comparison.ts';
import { worstFirst } from '../summary.ts';
import { joinedVerdict } from '../verdict.ts';
import type { Entry, Returned, TriageRow } from './entry.ts';
import { comesBack } from './returned.ts';
import { commitOf } from './runs.ts';
import { type Judged, ownCauses } from './steps.ts';

/** What the commits of a range moved. */
export interface RangeEntries {
  /** Oldest commit first. */
  readonly entries: readonly Entry[];
  readonly returned: readonly Returned[];
  /** Runs that were compared with a parent. */
  readonly compared: number;
}

/**
 * Compares each run from index `from` on with its parent. A row that the next measured commit takes back is one line of `returned`
 * instead of a row of two entries; a commit that has no other row is no entry.
 */
export function rangeEntries(judged: Judged, from: number): RangeEntries {
  const { runs } = judged;
  const rows = runs.map((_, index) => (index < from ? [] : judged.rows(index)));
  const returned: Returned[] = [];
  for (let index = from; index + 1 < runs.length; index++) {
    if (runs[index + 1]?.parent !== index) continue;
    const [here = [], next = []] = [rows[index], rows[index + 1]];
    for (const row of here) {
      const back = comesBack(judged, index, row, next);
      if (back === null) continue;
      returned.push(back.returned);
      rows[index] = (rows[index] ?? []).filter((other) => other !== row);
      rows[index + 1] = (rows[index + 1] ?? []).filter((other) => other !== back.row);
    }
  }
  const entries = rows.flatMap((own, index) => (own.length === 0 ? [] : entryOf(judged, index, own)));
  const compared = runs.filter(({ compared: is }, index) => index >= from && is).length;
  return { entries, returned, compared };
}

function entryOf(judged: Judged, index: number, rows: readonly TriageRow[]): Entry[] {
  const run = judged.runs[index];
  if (run === undefined || run.record.parent === null) return [];
  const verdict = joinedVerdict(rows.map(asComparison));
  const { record } = run;
  return [
    {
      configuration: judged.configuration,
      commit: commitOf(record),
      parent: record.parent ?? '',
      distance: record.distance ?? 1,
      verdict: verdict === 'none' ? 'inconclusive' : verdict,
      rows: worstRows(rows),
      causes: ownCauses(record, null),
      culprit: null,
    },
  ];
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
