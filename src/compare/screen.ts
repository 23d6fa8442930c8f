import { isSigned } from './comparison.ts';
import type { TimePair } from './fast-half.ts';
import { type JudgedPairs, judgePairs, PAIRED_RULE, type PairedRule, type RejectedPairs } from './paired.ts';

/** Screening: few pairs and a lenient rule, which only says what deserves confirming. */
export const SCREENING = { pairs: 20, rule: { ...PAIRED_RULE, level: 0.1, minimumEffect: 0.005 } } as const;
/** Confirming: fresh pairs, never those of the screening, and the full rule. */
export const CONFIRMING = { pairs: 40, rule: PAIRED_RULE } as const;

/**
 * Whether screened pairs look like a change that deserves fresh ones: p < 0.1 and at least 0.5 %.
 * Source: detection rule 7. Fewer pairs than {@link SCREENING} asks for never do.
 */
export function isSuspect(screened: JudgedPairs): boolean {
  if (screened.samples < SCREENING.pairs) return false;
  const { level, minimumEffect } = SCREENING.rule;
  return screened.p < level && Math.abs(screened.logRatio) >= Math.log1p(minimumEffect);
}

/**
 * Judges fresh pairs of a suspect. A change is confirmed only by enough pairs and in the direction of the screening; a
 * change that does not repeat is inconclusive, since the two samples contradict each other.
 */
export function confirm(
  screened: JudgedPairs,
  fresh: readonly TimePair[],
  seed: string,
  rule: PairedRule = CONFIRMING.rule,
): JudgedPairs | RejectedPairs {
  const judgement = judgePairs(fresh, seed, rule);
  if (judgement.kind === 'rejected') return judgement;
  const signed = isSigned(judgement.verdict);
  if (!signed) return judgement;
  const agrees = Math.sign(judgement.logRatio) === Math.sign(screened.logRatio);
  const enough = judgement.samples >= CONFIRMING.pairs;
  return agrees && enough ? judgement : { ...judgement, verdict: 'inconclusive' };
}
