import { twoSidedP } from '../student.ts';

/** One measured step of a series. */
export interface Step {
  /** ln(after / before). */
  readonly log: number;
  /** Its standard error; 0 for a step that is left out. */
  readonly error: number;
}

export interface Segment {
  /** Indexes of the first and the last step. */
  readonly first: number;
  readonly last: number;
  /** Sum of the log ratios. */
  readonly log: number;
  readonly error: number;
  /** Two-sided, times the number of segments that were looked at (Bonferroni); at most 1. */
  readonly p: number;
}

/**
 * The run of at least `least` consecutive steps, ending at or behind `from`, whose sum stands out most against its own error
 * (scan statistic with known variances; the union bound over all segments keeps a false alarm at p). null where there is none.
 * Quadratic in the number of steps.
 */
export function heaviestSegment(steps: readonly Step[], from: number, least: number): Segment | null {
  let best: Segment | null = null;
  let looked = 0;
  for (let first = 0; first < steps.length; first++) {
    let [log, variance] = [0, 0];
    for (let last = first; last < steps.length; last++) {
      const step = steps[last];
      log += step?.log ?? 0;
      variance += (step?.error ?? 0) ** 2;
      if (last < from || last - first + 1 < least || variance === 0) continue;
      looked += 1;
      const error = Math.sqrt(variance);
      if (best === null || Math.abs(log) / error > Math.abs(best.log) / best.error + 1e-12) {
        best = { first, last, log, error, p: 1 };
      }
    }
  }
  if (best === null) return null;
  return { ...best, p: Math.min(1, twoSidedP(best.log / best.error, NORMAL) * looked) };
}

/** Degrees of freedom at which Student's t is the normal distribution to four digits. */
const NORMAL = 10_000;
