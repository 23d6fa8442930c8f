import { direction, type Judgement, relativeChange } from './judgement.ts';
import { magnitudeOf } from './magnitude.ts';

export interface ExactLimits {
  /** Smallest absolute change that counts, in the metric's unit. */
  readonly floor: number;
  /** Smallest relative change that counts: 0.001 is 0.1 %. */
  readonly change: number;
}

/**
 * Judges two numbers that repeat exactly: a change counts when it reaches the absolute **and** the relative floor, and
 * every change that counts is relevant (facts: sizes have no noise, so no statistics). The threshold is the larger of both as
 * a relative change, max(floor / before, change); of nothing, the relative floor.
 */
export function judgeExact(before: number, after: number, limits: ExactLimits): Judgement {
  const change = relativeChange(before, after);
  const difference = Math.abs(after - before);
  const significant =
    difference > 0 && difference >= limits.floor && (change === null || Math.abs(change) >= limits.change);
  const threshold = thresholdOf(before, limits);
  return {
    change,
    ci: null,
    threshold,
    samples: 1,
    verdict: significant ? direction(before, after) : 'none',
    magnitude: significant ? magnitudeOf(change, threshold, 'precise') : null,
    relevant: significant,
    why: [],
  };
}

/**
 * Smallest relative change of an instruction count that counts: max(0.1 %, 5 × the case's own A/A spread), which is the
 * relative difference of two runs of the same program.
 */
export function instructionsThreshold(spread: number): number {
  return Number.isFinite(spread) ? Math.max(0.001, 5 * Math.abs(spread)) : 0.001;
}

function thresholdOf(before: number, limits: ExactLimits): number {
  const floor = limits.floor / before;
  return Number.isFinite(floor) ? Math.max(floor, limits.change) : limits.change;
}
