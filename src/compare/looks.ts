import type { JudgedPairs } from './paired.ts';

/** Numbers of pairs after which a case is looked at. Source: detection rule 5, measured with all looks together. */
export const LOOKS = [12, 20, 30, 45, 60] as const;
/** Pairs that every flagged case gets before a report with several flags goes out (detection rule 6). */
export const FULL_PAIRS = 60;

/** The number of pairs at which to look next after `pairs`; null when all looks are spent. */
export function nextLook(pairs: number): number | null {
  return LOOKS.find((look) => look > pairs) ?? null;
}

/** How many pairs to have before judging again; null: stop, with the verdict as it is. */
export function morePairs(judgement: JudgedPairs): number | null {
  return judgement.verdict === 'inconclusive' ? nextLook(judgement.samples) : null;
}
