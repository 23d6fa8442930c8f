import { mainMetric } from '../rules.ts';
import { acceptedUntil } from './accepted.ts';
import type { Drift } from './entry.ts';
import { exactDrift } from './exact-drift.ts';
import { pairedDrift } from './paired-drift.ts';
import type { Judged } from './steps.ts';

/** Measured commits before the range that a drift may have begun in. */
const LOOKBACK = 100;
/** Newest measured commits that run times are looked through: the search is quadratic. */
const PAIRED_WINDOW = 400;

/**
 * Changes that grew over the commits up to the newest, in part at or behind index `from`, and that no single commit was called out
 * for: of headline numbers, exact ones by their sum, run times by the sum of the stored ratios against its error. What was accepted is
 * not added to.
 */
export function driftsOf(judged: Judged, from: number): Drift[] {
  const start = Math.max(0, from - LOOKBACK);
  const metrics = new Set(judged.table.map(({ case: name, metric }) => `${metric}\n${name}`));
  const gate = judged.rules.config.size.gate;
  const isMain = (name: string, metric: string) => {
    if (name.startsWith('bench ')) return metric === 'instructions';
    return mainMetric(name, gate, (other) => metrics.has(`${other}\n${name}`)).name === metric;
  };
  const sums = judged.table
    .filter(({ case: name, metric, exact }) => exact && isMain(name, metric))
    .flatMap(
      (series) => exactDrift(judged, series, Math.max(start, acceptedUntil(judged, series.case)), from) ?? [],
    );
  const window = Math.max(start, judged.runs.length - PAIRED_WINDOW);
  const paired = judged.ratios.flatMap((series) => {
    const begin = Math.max(window, acceptedUntil(judged, series.case) + 1);
    return pairedDrift(judged, series, begin, from) ?? [];
  });
  return [...sums, ...paired];
}
