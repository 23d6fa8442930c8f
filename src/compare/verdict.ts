import { type Comparison, isSigned, type Verdict } from './comparison.ts';
import { atLeast } from './magnitude.ts';

/** Verdict over many rows. */
export type JoinedVerdict = Verdict | 'mixed';

/**
 * Verdict over the headline rows. Primary rows decide; secondary rows count only when no primary row moved, since stress
 * cases alone made two of five "mixed" verdicts on perf.rust-lang.org. Without a row that moved: `inconclusive` when a
 * relevant row is undecided, else `none`.
 */
export function joinedVerdict(comparisons: readonly Comparison[]): JoinedVerdict {
  const deciding = decidingRows(comparisons);
  if (deciding.length > 0) return categoryVerdict(deciding);
  return comparisons.some((row) => row.headline && row.relevant && row.verdict === 'inconclusive')
    ? 'inconclusive'
    : 'none';
}

/** The relevant headline rows that moved, of the one category that decides: primary, else secondary. */
export function decidingRows(comparisons: readonly Comparison[]): Comparison[] {
  const moved = comparisons.filter(isMoved);
  const primary = moved.filter((row) => row.category === 'primary');
  return primary.length > 0 ? primary : moved;
}

/** Whether a row takes part in the verdict with a sign: headline, relevant, regression or improvement. */
export function isMoved(row: Comparison): boolean {
  return row.headline && row.relevant && isSigned(row.verdict);
}

/**
 * Both signs are `mixed` unless the minor side is negligible: r is the share of regressions, "weighty" a row of magnitude
 * medium or more. Source: rustc-perf 169b07b0, site/src/comparison.rs, `ArtifactComparisonSummary::direction`.
 */
function categoryVerdict(rows: readonly Comparison[]): JoinedVerdict {
  const regressions = rows.filter((row) => row.verdict === 'regression');
  const improvements = rows.filter((row) => row.verdict === 'improvement');
  if (improvements.length === 0) return 'regression';
  if (regressions.length === 0) return 'improvement';
  const ratio = regressions.length / rows.length;
  const worse = regressions.some(isWeighty);
  const better = improvements.some(isWeighty);
  if (worse && better) return 'mixed';
  if (better) return ratio >= 0.15 ? 'mixed' : 'improvement';
  if (worse) return ratio < 0.85 ? 'mixed' : 'regression';
  if (ratio >= 0.1 && ratio <= 0.9) return 'mixed';
  return ratio < 0.1 ? 'improvement' : 'regression';
}

function isWeighty(row: Comparison): boolean {
  return atLeast(row.magnitude, 'medium');
}
