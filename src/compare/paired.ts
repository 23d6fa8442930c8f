import type { Verdict } from './comparison.ts';
import { fastHalfCount, fastHalfRatio, isUsableTime, type TimePair } from './fast-half.ts';
import { type RandomBits, randomBits } from './random.ts';
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

/** Label swaps behind the standard error. */
const SWAPS = 300;
/** Standard error, in log ratio, that repetition cannot remove: placement of file and pages. */
const ERROR_FLOOR = 0.002;

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
 * T = ln(F(head) / F(base)), F the mean of the fastest half. Its standard error: head divided by exp(T), then in 300 draws
 * base and head of each pair swapped with probability ½; the root mean square of T over the draws, joined by `hypot` with
 * 0.2 %. p and the interval from Student's t with one degree of freedom less than the fastest half has times, since only those
 * carry the estimate (docs/adr/0007-paired-rule.md). Regression or improvement: p < level and
 * |T| ≥ ln(1 + minimumEffect); else none: the interval inside ± ln(1 + equivalence); else, and for too few pairs, inconclusive.
 * Source: the rule measured for issue 3 (detection, "The rule", 1, 2 and 4). Equal `seed`s give equal answers.
 */
export function judgePairs(
  pairs: readonly TimePair[],
  seed: string,
  rule: PairedRule = PAIRED_RULE,
): JudgedPairs | RejectedPairs {
  const rejected = rejectedPair(pairs);
  if (rejected !== null) return rejected;
  const samples = pairs.length;
  const logRatio = samples === 0 ? 0 : fastHalfRatio(pairs);
  const change = samples === 0 ? null : relative(logRatio);
  if (samples < 2) {
    const nothing = { ci: null, p: 1, error: ERROR_FLOOR, smallest: null } as const;
    return { kind: 'judged', verdict: 'inconclusive', samples, change, logRatio, ...nothing };
  }
  const error = Math.hypot(swapError(pairs, logRatio, randomBits(seed)), ERROR_FLOOR);
  const degrees = fastHalfCount(samples) - 1;
  const p = twoSidedP(logRatio / error, degrees);
  const margin = studentQuantile(rule.level, degrees) * error;
  const ci: [number, number] = [relative(logRatio - margin), relative(logRatio + margin)];
  const smallest = relative(Math.max(margin, Math.log1p(rule.minimumEffect)));
  const verdict = verdictOf({ samples, logRatio, p, margin }, rule);
  return { kind: 'judged', verdict, samples, change, ci, p, logRatio, error, smallest };
}

interface Estimate {
  readonly samples: number;
  readonly logRatio: number;
  readonly p: number;
  /** Half the width of the interval, in log ratio. */
  readonly margin: number;
}

function verdictOf({ samples, logRatio, p, margin }: Estimate, rule: PairedRule): Verdict {
  if (samples < rule.minimumPairs) return 'inconclusive';
  const size = Math.abs(logRatio);
  if (p < rule.level && size >= Math.log1p(rule.minimumEffect)) {
    return logRatio > 0 ? 'regression' : 'improvement';
  }
  return size + margin <= Math.log1p(rule.equivalence) ? 'none' : 'inconclusive';
}

/**
 * Root mean square of T over random label swaps of aligned pairs. The 2n times are sorted once: the fastest half of a side
 * is then the first ones of that side in one walk, whatever the labels are.
 */
function swapError(pairs: readonly TimePair[], logRatio: number, bits: RandomBits): number {
  const aligned = sortedTimes(pairs, Math.exp(logRatio));
  const fast = fastHalfCount(pairs.length);
  const swapped = new Uint8Array(pairs.length);
  let squares = 0;
  for (let draw = 0; draw < SWAPS; draw++) {
    toss(swapped, bits);
    squares += labelledRatio(aligned, swapped, fast) ** 2;
  }
  return Math.sqrt(squares / SWAPS);
}

interface Aligned {
  readonly times: Float64Array;
  /** Which pair and which side (0 base, 1 head) each time belongs to. */
  readonly pair: Uint32Array;
  readonly side: Uint8Array;
}

function sortedTimes(pairs: readonly TimePair[], ratio: number): Aligned {
  const entries = pairs
    .flatMap(([base, head], pair) => [
      { time: base, pair, side: 0 },
      { time: head / ratio, pair, side: 1 },
    ])
    .sort((a, b) => a.time - b.time);
  return {
    times: Float64Array.from(entries, (entry) => entry.time),
    pair: Uint32Array.from(entries, (entry) => entry.pair),
    side: Uint8Array.from(entries, (entry) => entry.side),
  };
}

function labelledRatio({ times, pair, side }: Aligned, swapped: Uint8Array, fast: number): number {
  const sums = [0, 0] as [number, number];
  const counts = [0, 0] as [number, number];
  for (let i = 0; i < times.length; i++) {
    const label = ((side[i] ?? 0) ^ (swapped[pair[i] ?? 0] ?? 0)) as 0 | 1;
    if (counts[label] === fast) continue;
    counts[label] += 1;
    sums[label] += times[i] ?? 0;
    if (counts[0] === fast && counts[1] === fast) break;
  }
  return Math.log(sums[1] / sums[0]);
}

/** Fills `coins` with zeros and ones of probability ½. */
function toss(coins: Uint8Array, bits: RandomBits): void {
  let word = 0;
  for (let i = 0; i < coins.length; i++) {
    if (i % 32 === 0) word = bits();
    coins[i] = (word >>> (i % 32)) & 1;
  }
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
