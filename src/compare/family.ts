import type { JudgedRow } from './bench.ts';
import { adjustedP, FALSE_DISCOVERY_RATE } from './bh.ts';
import { type Comparison, isSigned } from './comparison.ts';
import { reason } from './judgement.ts';
import { plainPercent } from './percent.ts';

/**
 * The rows of a whole report after the correction of Benjamini and Hochberg at 5 % over all that a test decided: a flag that
 * falls is `inconclusive` and says so. Rows without a p stay as they are. Call it once, with all configurations' rows.
 */
export function judgeReport(rows: readonly JudgedRow[], rate: number = FALSE_DISCOVERY_RATE): Comparison[] {
  const tested = rows.filter(({ p }) => p !== null);
  const adjusted = adjustedP(tested.map(({ p }) => p ?? 1));
  const fallen = new Set(tested.filter((_, index) => (adjusted[index] ?? 1) > rate));
  return rows.map((row) => {
    const { verdict } = row.comparison;
    const flagged = isSigned(verdict);
    return flagged && fallen.has(row) ? withdrawn(row.comparison, tested.length, rate) : row.comparison;
  });
}

function withdrawn(row: Comparison, count: number, rate: number): Comparison {
  const note = `one of ${count} rows that were tested together: alone it would be a change, among so many it may be chance (Benjamini–Hochberg at ${plainPercent(rate)})`;
  return { ...row, verdict: 'inconclusive', magnitude: null, why: [reason(note), ...row.why].slice(0, 50) };
}
