import { fastHalfRatio, type TimePair } from './fast-half.ts';
import { labelSwaps, type Spread } from './label-swaps.ts';
import { midmean } from './midmean.ts';
import { randomBits } from './random.ts';

/** How much slower the head is, as a log ratio, and the standard error of that. */
export interface Estimate {
  readonly logRatio: number;
  readonly error: number;
}

/** Standard error, in log ratio, that repetition cannot remove: placement of file and pages. */
export const ERROR_FLOOR = 0.002;
/** The least, rounded up, that keeps unchanged pairs of made-up noisy programs at the level (docs/adr/0007-paired-rule.md). */
const WEIGHING = 4;

/**
 * The log ratio of base and head from their pairs: two estimates, each good where the other is not, weighted by how far label
 * swaps of these very pairs move them. The ratio of the fastest halves leaves out what bursts of other work slowed down; the
 * midmean of the pairs' own ratios leaves out what drifts from pair to pair, as a processor's clock does. The weights are those
 * of least variance for two correlated estimates of one quantity (Bates and Granger, "The Combination of Forecasts", 1969),
 * held within 0 and 1. They come from the pairs that they weigh, which makes the variance look smaller than it is: it is raised by
 * {@link WEIGHING} over the number of pairs. The error is joined by `hypot` with 0.2 %. Measured in docs/adr/0007-paired-rule.md.
 * Errors: none; fewer than two pairs have the floor as their error, and none the log ratio 0.
 */
export function estimate(pairs: readonly TimePair[], seed: string): Estimate {
  if (pairs.length === 0) return { logRatio: 0, error: ERROR_FLOOR };
  const fastHalf = fastHalfRatio(pairs);
  if (pairs.length === 1) return { logRatio: fastHalf, error: ERROR_FLOOR };
  const middle = midmean(pairs.map(([base, head]) => Math.log(head / base)));
  const spread = labelSwaps(pairs, { fastHalf, midmean: middle }, randomBits(seed));
  const weight = weightOf(spread);
  const rest = 1 - weight;
  const variance =
    weight ** 2 * spread.fastHalf + rest ** 2 * spread.midmean + 2 * weight * rest * spread.covariance;
  return {
    logRatio: weight * fastHalf + rest * middle,
    error: Math.hypot(Math.sqrt(Math.max(0, variance) * (1 + WEIGHING / pairs.length)), ERROR_FLOOR),
  };
}

/** Below this share of their variances, the difference of two estimates is rounding, and so would be a weight from it. */
const SAME = 1e-6;

/** Of the fastest halves; ½ where both estimates are one. */
function weightOf({ fastHalf, midmean, covariance }: Spread): number {
  const difference = fastHalf + midmean - 2 * covariance;
  if (difference <= SAME * (fastHalf + midmean)) return 0.5;
  return Math.min(1, Math.max(0, (midmean - covariance) / difference));
}
