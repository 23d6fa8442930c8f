import { isSigned } from './comparison.ts';
import { fastHalfMean, isUsableTime, type TimePair } from './fast-half.ts';
import { type JudgedPairs, judgePairs, PAIRED_RULE, type PairedRule, type RejectedPairs } from './paired.ts';

/** Fewest code layouts a side that placement is ruled out with. Source: detection, §3. */
export const MIN_LAYOUTS = 4;

/** Times of one side by layout and round: `times[layout][round]`; all layouts of both sides run in every round. */
export type LayoutTimes = readonly (readonly number[])[];

/**
 * `survives`: the change is there between the best layouts too, so it is not placement. `placement`: it is not.
 * `undecided`: between the best layouts it is as large, and not significant; more rounds may decide.
 * `not ruled out`: fewer layouts than {@link MIN_LAYOUTS} on a side.
 */
export type LayoutOutcome = 'survives' | 'placement' | 'undecided' | 'not ruled out';

export interface LayoutJudgement {
  readonly kind: 'judged';
  readonly outcome: LayoutOutcome;
  /** Layouts on the side with fewer. */
  readonly layouts: number;
  /** The best layout of base and of head against each other, round by round; null without rounds. */
  readonly best: JudgedPairs | null;
}

/**
 * Judges whether a change found between one layout a side is code placement: the best layout of each side, by the mean of
 * its fastest half, is compared by the same rule. Source: detection §3, where the best of K = 4 left 2 % of layout-only
 * differences beyond 2 %, against 23 % for K = 1. `single`: the judgement of the one-layout pairs, a regression or improvement.
 */
export function judgeLayouts(
  single: JudgedPairs,
  base: LayoutTimes,
  head: LayoutTimes,
  seed: string,
  rule: PairedRule = PAIRED_RULE,
): LayoutJudgement | RejectedPairs {
  const layouts = Math.min(base.length, head.length);
  const best = judgeBest(base, head, seed, rule);
  if (best?.kind === 'rejected') return best;
  const outcome = best === null || layouts < MIN_LAYOUTS ? 'not ruled out' : outcomeOf(single, best, rule);
  return { kind: 'judged', outcome, layouts, best };
}

function outcomeOf(single: JudgedPairs, best: JudgedPairs, rule: PairedRule): LayoutOutcome {
  if (best.samples < rule.minimumPairs) return 'undecided';
  const along = best.logRatio * Math.sign(single.logRatio);
  if (along < Math.log1p(rule.minimumEffect)) return 'placement';
  return isSigned(best.verdict) ? 'survives' : 'undecided';
}

function judgeBest(
  base: LayoutTimes,
  head: LayoutTimes,
  seed: string,
  rule: PairedRule,
): JudgedPairs | RejectedPairs | null {
  const rounds = Math.min(...[...base, ...head].map((times) => times.length));
  if (!Number.isFinite(rounds) || rounds === 0 || base.length === 0 || head.length === 0) return null;
  const bad = firstBad('base', base) ?? firstBad('head', head);
  if (bad !== null) return bad;
  const fastest = [fastestOf(base, rounds), fastestOf(head, rounds)] as const;
  const pairs = fastest[0].map((time, round): TimePair => [time, fastest[1][round] ?? Number.NaN]);
  return judgePairs(pairs, seed, rule);
}

/** The times of the layout whose fastest half has the least mean, over the rounds that all layouts have. */
function fastestOf(layouts: LayoutTimes, rounds: number): readonly number[] {
  const cut = layouts.map((times) => times.slice(0, rounds));
  const means = cut.map(fastHalfMean);
  return cut[means.indexOf(Math.min(...means))] ?? [];
}

/** A garbage time of any layout rejects them all: which layout is best could not be told. */
function firstBad(side: 'base' | 'head', layouts: LayoutTimes): RejectedPairs | null {
  for (const [layout, times] of layouts.entries()) {
    const round = times.findIndex((time) => !isUsableTime(time));
    if (round === -1) continue;
    const message = `layout ${layout + 1} of the ${side}, round ${round + 1}: the time is ${times[round]}, not a positive, finite number`;
    return { kind: 'rejected', pair: round, side, message };
  }
  return null;
}
