/** A measured ratio on the log scale. */
export interface LogRatio {
  /** ln(after / before). */
  readonly log: number;
  /** Half the width of its 99 % interval; 0 where none was kept. */
  readonly margin: number;
}

/** The log ratio of a row's relative change and interval; null without a usable change. */
export function logRatioOf(row: {
  readonly change: number | null;
  readonly ci: readonly [number, number] | null;
}): LogRatio | null {
  if (row.change === null || !(row.change > -1)) return null;
  const log = Math.log1p(row.change);
  if (row.ci === null) return { log, margin: 0 };
  const margin = (Math.log1p(row.ci[1]) - Math.log1p(row.ci[0])) / 2;
  return Number.isFinite(margin) ? { log, margin: Math.abs(margin) } : { log, margin: 0 };
}
