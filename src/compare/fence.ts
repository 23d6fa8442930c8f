/** A step beyond Q3 by more than this many interquartile ranges is an outlier. */
const IQR_MULTIPLIER = 3;

/** First and third quartile. */
export type Quartiles = readonly [number, number];

/**
 * Quartiles as medians of the lower and the upper half; an odd number of values leaves out the middle one, an even number the
 * middle two. Source: rustc-perf 169b07b0, site/src/comparison.rs, `HistoricalData::quartiles`.
 * Errors: throws for fewer than 3 values, for which the halves are not defined.
 */
export function quartiles(values: readonly number[]): Quartiles {
  if (values.length < 3) throw new Error(`quartiles of ${values.length} values`);
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const size = sorted.length % 2 === 0 ? half - 1 : half;
  return [median(sorted.slice(0, size)), median(sorted.slice(half + 1))];
}

/** Q3 + 3 × (Q3 − Q1), in the unit of the values. Source: rustc-perf, `HistoricalData::significance_threshold`. */
export function upperFence(values: readonly number[]): number {
  const [q1, q3] = quartiles(values);
  return q3 + IQR_MULTIPLIER * (q3 - q1);
}

/** Fewest of main's own ratios that a case's minimum effect is raised from, and most that are looked at, the newest. */
const RATIOS = { least: 10, most: 30 };

/**
 * The minimum effect of a case: the fence of |ln ratio| over main's own ratios to its parents (head / base, oldest first), so
 * that a case which moves by itself must move further to count. Never under `least`, and `least` alone for fewer than 10
 * usable ratios. A relative change: 0.01 is 1 %. Source: detection §5.
 */
export function minimumEffect(ratios: readonly number[], least: number): number {
  const steps = ratios
    .filter((ratio) => ratio > 0 && Number.isFinite(ratio))
    .slice(-RATIOS.most)
    .map((ratio) => Math.abs(Math.log(ratio)));
  return steps.length < RATIOS.least ? least : Math.max(least, Math.expm1(upperFence(steps)));
}

/** Median of sorted values. */
function median(sorted: readonly number[]): number {
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const high = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return (low + high) / 2;
}
