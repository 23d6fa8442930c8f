import { isUsableTime } from './fast-half.ts';
import { minimumEffect } from './fence.ts';
import { PAIRED_RULE, type PairedRule } from './paired.ts';

/** What a case says about the change that counts for it. */
export interface EffectRequest {
  /** The user's smallest relative change; null: the rule's own 1 %. */
  readonly change: number | null;
  /** The user's smallest absolute change, in seconds; null: none. */
  readonly floor: number | null;
  /** A time of the base, in seconds, that the floor is set against; null when none is known. */
  readonly before: number | null;
  /** Main's own ratios to its parents (head / base), oldest first; may be empty. */
  readonly earlier: readonly number[];
  /** Relative change seen between two runs of the same program in this job; 0 when it was not measured. */
  readonly noise: number;
}

/**
 * The paired rule of one case: its minimum effect is the largest of the user's relative change (1 % without one), the user's
 * floor against the base, the fence of main's own ratios, and the job's A/A noise. The range that counts as no change stays
 * twice as wide, as 2 % is for 1 %. Source: detection §2 and §5.
 */
export function pairedRule({ change, floor, before, earlier, noise }: EffectRequest): PairedRule {
  const least = Math.max(
    change ?? PAIRED_RULE.minimumEffect,
    floor !== null && before !== null && isUsableTime(before) ? floor / before : 0,
    Number.isFinite(noise) ? Math.abs(noise) : 0,
  );
  const effect = minimumEffect(earlier, least);
  const { equivalence, minimumEffect: usual } = PAIRED_RULE;
  return {
    ...PAIRED_RULE,
    minimumEffect: effect,
    equivalence: Math.max(equivalence, (effect * equivalence) / usual),
  };
}
