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

/** Median of sorted values. */
function median(sorted: readonly number[]): number {
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const high = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return (low + high) / 2;
}
