import type { Verdict } from '../comparison.ts';
import { isUsableTime, type TimePair } from '../fast-half.ts';
import { studentQuantile, twoSidedP } from '../student.ts';

/** Parameters of the rule; every one has its measured default. */
export interface RoundsRule {
  /** Significance level; the interval covers 1 − level. */
  readonly level: number;
  /** Smallest relative change that is called one. */
  readonly minimumEffect: number;
  /** Nothing changed when the whole interval is within this relative change. */
  readonly equivalence: number;
  /** Least standard deviation of a round's log ratio: rounds that happen to agree prove no more than this. */
  readonly deviation: number;
  /** Fewest rounds that are judged, and most that are run while nothing is decided. */
  readonly rounds: { readonly least: number; readonly most: number };
}

/** Source: detection §4, "Paired". */
export const ROUNDS_RULE: RoundsRule = {
  level: 0.01,
  minimumEffect: 0.03,
  equivalence: 0.05,
  deviation: 0.015,
  rounds: { least: 5, most: 10 },
};

export interface JudgedRounds {
  readonly verdict: Verdict;
  /** Rounds with two usable costs. */
  readonly samples: number;
  /** Geometric means of the sides, so that `after / before − 1` is `change`; 0 without rounds. */
  readonly before: number;
  readonly after: number;
  readonly change: number;
  /** Confidence interval of `change` at 1 − level; null for fewer than two rounds. */
  readonly ci: [number, number] | null;
  /** Two-sided; 1 for fewer than two rounds. */
  readonly p: number;
}

/**
 * Judges the costs of base and head (CPU seconds) of rounds in which both were built one after the other.
 *
 * T = mean of ln(head / base) over the n rounds, s = max(their standard deviation with n − 1, rule.deviation),
 * t = T / (s / √n) with n − 1 degrees of freedom; the interval is T ± t(level) · s / √n. Regression or improvement: p < level and
 * |T| ≥ ln(1 + minimumEffect); else none: the interval inside ± ln(1 + equivalence); else, and for too few rounds, inconclusive.
 * Source: detection §4; Student, "The probable error of a mean", 1908, for paired differences.
 */
export function judgeRounds(rounds: readonly TimePair[], rule: RoundsRule = ROUNDS_RULE): JudgedRounds {
  const usable = rounds.filter(([base, head]) => isUsableTime(base) && isUsableTime(head));
  const samples = usable.length;
  if (samples === 0) {
    return { verdict: 'inconclusive', samples, before: 0, after: 0, change: 0, ci: null, p: 1 };
  }
  const before = Math.exp(mean(usable.map(([base]) => Math.log(base))));
  const logs = usable.map(([base, head]) => Math.log(head / base));
  const logRatio = mean(logs);
  const change = relative(logRatio);
  const sides = { samples, before, after: before * (1 + change), change };
  if (samples < 2) return { verdict: 'inconclusive', ...sides, ci: null, p: 1 };
  const error = Math.max(deviation(logs, logRatio), rule.deviation) / Math.sqrt(samples);
  const p = twoSidedP(logRatio / error, samples - 1);
  const margin = studentQuantile(rule.level, samples - 1) * error;
  const ci: [number, number] = [relative(logRatio - margin), relative(logRatio + margin)];
  return { verdict: verdictOf(samples, logRatio, p, margin, rule), ...sides, ci, p };
}

/** Rounds that are still wanted: until the fewest, and then until the most while they decide nothing; 0: none. */
export function roundsWanted(rounds: readonly TimePair[], rule: RoundsRule = ROUNDS_RULE): number {
  const { least, most } = rule.rounds;
  if (rounds.length < least) return least - rounds.length;
  if (rounds.length >= most || judgeRounds(rounds, rule).verdict !== 'inconclusive') return 0;
  return most - rounds.length;
}

function verdictOf(
  samples: number,
  logRatio: number,
  p: number,
  margin: number,
  { level, minimumEffect, equivalence, rounds }: RoundsRule,
): Verdict {
  if (samples < rounds.least) return 'inconclusive';
  const size = Math.abs(logRatio);
  if (p < level && size >= Math.log1p(minimumEffect)) return logRatio > 0 ? 'regression' : 'improvement';
  return size + margin <= Math.log1p(equivalence) ? 'none' : 'inconclusive';
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[], middle: number): number {
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** The relative change of a log ratio, kept finite. */
function relative(logRatio: number): number {
  return Math.expm1(Math.min(logRatio, 700));
}
