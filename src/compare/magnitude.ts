import type { Magnitude } from './comparison.ts';
import { MAGNITUDES } from './comparison.ts';

/** How a relative change is bucketed: `precise` as rustc-perf's instructions:u, `noisy` as its every other metric. */
export type Precision = 'precise' | 'noisy';

/** Upper ends of the first four classes, as multiples of the threshold. */
const MULTIPLES = [1.5, 3, 6, 12];
/** Upper ends of the first four classes, as relative changes. */
const CHANGES: Record<Precision, readonly number[]> = {
  precise: [0.002, 0.01, 0.02, 0.05],
  noisy: [0.004, 0.02, 0.04, 0.1],
};
const NEGLIGIBLE = 0.0001;

/**
 * Class of a change: the floor of the mean of two scores from 1 to 5, one for the multiple of the threshold, one for the
 * relative change itself; below 0.01 % always `very small`.
 * Source: rustc-perf 169b07b0, site/src/comparison.rs, `TestResultComparison::magnitude` and `relative_change_magnitude`.
 * `change` and `threshold` are relative (0.01 is 1 %); null (something out of nothing) counts as beyond every bound.
 */
export function magnitudeOf(change: number | null, threshold: number, precision: Precision): Magnitude {
  const size = change === null ? Number.POSITIVE_INFINITY : Math.abs(change);
  if (!(size >= NEGLIGIBLE)) return 'very small';
  const byThreshold = score(
    size,
    MULTIPLES.map((multiple) => multiple * threshold),
  );
  const bySize = score(size, CHANGES[precision]);
  return MAGNITUDES[Math.floor((byThreshold + bySize) / 2) - 1] ?? 'very large';
}

/** Whether `magnitude` is `least` or more. */
export function atLeast(magnitude: Magnitude | null, least: Magnitude): boolean {
  return magnitude !== null && MAGNITUDES.indexOf(magnitude) >= MAGNITUDES.indexOf(least);
}

function score(size: number, bounds: readonly number[]): number {
  const index = bounds.findIndex((bound) => size < bound);
  return index === -1 ? bounds.length + 1 : index + 1;
}
