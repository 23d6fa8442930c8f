import type { Verdict } from './comparison.ts';
import { estimate } from './estimate.ts';
import { fastHalfCount, isUsableTime, type TimePair } from './fast-half.ts';
import { studentQuantile, twoSidedP } from './student.ts';

/** Parameters of the rule; every one has its measured default. */
export interface PairedRule {
  /** Significance level; the interval covers 1 − level. */
  readonly level: number;
  /** Smallest relative change that is called one: 0.01 is 1 %. */
  readonly minimumEffect: number;
  /** Nothing changed when the whole interval is within this relative change. */
  readonly equivalence: number;
  /** Fewest pairs that are judged. */
  readonly minimumPairs: number;
}

export const PAIRED_RULE: PairedRule = {
  level: 0.01,
  minimumEffect: 0.01,
  equivalence: 0.02,
  minimumPairs: 12,
};

export interface JudgedPairs {
  readonly kind: 'judged';
  readonly verdict: Verdict;
  readonly samples: number;
  /** exp(T) − 1: 0.065 is +6.5 %; null without pairs. */
  readonly change: number | null;
  /** Confidence interval of `change` at 1 − level; null for fewer than two pairs. */
  readonly ci: [number, number] | null;
  /** Two-sided; 1 for fewer than two pairs. */
  readonly p: number;
  /** T, the estimate as a log ratio; 0 without pairs. */
  readonly logRatio: number;
  /** Standard error of T. */
  readonly error: number;
  /** Smallest relative change that these pairs could have shown; null for fewer than two pairs. */
  readonly smallest: number | null;
}

/** Pairs that cannot be judged, with the first one that is not two positive, finite times. */
export interface RejectedPairs {
  readonly kind: 'rejected';
  /** From 0. */
  readonly pair: number;
  readonly side: 'base' | 'head';
  /** One line without a full stop, e.g. `pair 3: the time of the head is 0`. */
  readonly message: string;
}

/**
 * Judges times of base and head from the same rounds on the same machine (any unit, the same for both).
 *
 * T and its standard error as {@link estimate} gives them; p and the interval from Student's t with one degree of freedom less
 * than the fastest half has times, since about as many carry the estimate (docs/adr/0007-paired-rule.md). Regression or
 * improvement: p < level and |T| ≥ ln(1 + minimumEffect); else none: the interval inside ± ln(1 + equivalence); else, and for
 * too few pairs, inconclusive. Source: the rule measured for issue 3 (detection, "The rule", 1 to 4). Equal `seed`s give equal
 * answers.
 */
export function judgePairs(
  pairs: readonly TimePair[],
  seed: string,
  rule: PairedRule = PAIRED_RULE,
): JudgedPairs | RejectedPairs {
  const rejected = rejectedPair(pairs);
  if (rejected !== null) return rejected;
  const samples = pairs.length;
  const { logRatio, error } = estimate(pairs, seed);
  const change = samples === 0 ? null : relative(logRatio);
  if (samples < 2) {
    const nothing = { ci: null, p: 1, smallest: null } as const;
    return { kind: 'judged', verdict: 'inconclusive', samples, change, logRatio, error, ...nothing };
  }
  const degrees = fastHalfCount(samples) - 1;
  const p = twoSidedP(logRatio / error, degrees);
  const margin = studentQuantile(rule.level, degrees) * error;
  const ci: [number, number] = [relative(logRatio - margin), relative(logRatio + margin)];
  const smallest = relative(Math.max(margin, Math.log1p(rule.minimumEffect)));
  const verdict = verdictOf({ samples, logRatio, p, margin }, rule);
  return { kind: 'judged', verdict, samples, change, ci, p, logRatio, error, smallest };
}

interface Sure {
  readonly samples: number;
  readonly logRatio: number;
  readonly p: number;
  /** Half the width of the interval, in log ratio. */
  readonly margin: number;
}

function verdictOf({ samples, logRatio, p, margin }: Sure, rule: PairedRule): Verdict {
  if (samples < rule.minimumPairs) return 'inconclusive';
  const size = Math.abs(logRatio);
  if (p < rule.level && size >= Math.log1p(rule.minimumEffect)) {
    return logRatio > 0 ? 'regression' : 'improvement';
  }
  return size + margin <= Math.log1p(rule.equivalence) ? 'none' : 'inconclusive';
}

function rejectedPair(pairs: readonly TimePair[]): RejectedPairs | null {
  for (const [pair, [base, head]] of pairs.entries()) {
    if (!isUsableTime(base)) return rejection(pair, 'base', base);
    if (!isUsableTime(head)) return rejection(pair, 'head', head);
  }
  return null;
}

function rejection(pair: number, side: 'base' | 'head', time: number): RejectedPairs {
  const message = `pair ${pair + 1}: the time of the ${side} is ${time}, not a positive, finite number`;
  return { kind: 'rejected', pair, side, message };
}

/** The relative change of a log ratio, kept finite. */
function relative(logRatio: number): number {
  return Math.expm1(Math.min(logRatio, 700));
}
