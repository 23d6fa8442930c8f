import type { CaseRule } from '../../config/config.ts';
import { METRICS } from '../../measure/metric.ts';
import type { JudgedRow } from '../bench.ts';
import { type Cause, isSigned } from '../comparison.ts';
import type { TimePair } from '../fast-half.ts';
import { reason } from '../judgement.ts';
import { magnitudeOf } from '../magnitude.ts';
import { plainPercent, signedPercent } from '../percent.ts';
import { type Limits, limitsFor, mainMetric, ruleMatcher } from '../rules.ts';
import { type CrateRounds, crateCauses } from './crates.ts';
import { type JudgedRounds, judgeRounds, ROUNDS_RULE, type RoundsRule } from './rounds.ts';

/** The case that all costs of compiling belong to. */
export const COMPILE_CASE = 'compile workspace';
export const OWN_METRIC = 'own-cpu-seconds';

/** Smallest change in CPU seconds that counts: time is accounted in hundredths of a second. */
const FLOOR = 0.05;

/** What was measured of the workspace's own crates. */
export interface OwnCratesCase {
  /** CPU seconds of base and head. */
  readonly rounds: readonly TimePair[];
  readonly crates: readonly CrateRounds[];
}

export interface CompileContext {
  readonly configuration: string;
  readonly cases: readonly CaseRule[];
}

/** The rule with the user's limits; `before`: a cost of the base that the absolute floor is set against, null when none is known. */
export function roundsRule(context: CompileContext, before: number | null): RoundsRule {
  const { change, floor } = limitsOf(context);
  const least = before === null || before <= 0 ? 0 : (floor ?? FLOOR) / before;
  const minimumEffect = Math.max(change ?? ROUNDS_RULE.minimumEffect, least);
  const { equivalence } = ROUNDS_RULE;
  return { ...ROUNDS_RULE, minimumEffect, equivalence: Math.max(equivalence, minimumEffect) };
}

/**
 * The row `own-cpu-seconds` (paired tier); null without a round that can be judged. Pass it to `judgeReport` with the rows of
 * the whole report before it is shown.
 */
export function judgeOwnCrates({ rounds, crates }: OwnCratesCase, context: CompileContext): JudgedRow | null {
  const first = judgeRounds(rounds);
  if (first.samples === 0) return null;
  const rule = roundsRule(context, first.before);
  const judged = judgeRounds(rounds, rule);
  const { category, budget } = limitsOf(context);
  const { unit, tier, headline } = METRICS.compile[OWN_METRIC];
  const { verdict, before, after, change, ci, samples, p } = judged;
  const signed = isSigned(verdict);
  return {
    p,
    comparison: {
      configuration: context.configuration,
      case: COMPILE_CASE,
      metric: OWN_METRIC,
      ...{ unit, tier, category, headline, before, after, change, ci, samples, verdict },
      threshold: rule.minimumEffect,
      magnitude: signed ? magnitudeOf(change, rule.minimumEffect, 'noisy') : null,
      relevant: signed,
      budget,
      overBudget: budget !== null && after > budget,
      why: signed ? crateCauses(crates, after - before) : openReason(judged, rule),
    },
  };
}

/** Why rounds decide nothing. */
function openReason({ verdict, samples, ci }: JudgedRounds, { rounds, equivalence }: RoundsRule): Cause[] {
  if (verdict !== 'inconclusive') return [];
  const between = ci === null ? '' : `: between ${signedPercent(ci[0])} and ${signedPercent(ci[1])}`;
  const few =
    samples < rounds.least
      ? `, where ${rounds.least} are needed`
      : `, and within ± ${plainPercent(equivalence)} would be no change`;
  return [reason(`undecided after ${samples} rounds${between}${few}`)];
}

function limitsOf({ cases }: CompileContext): Limits {
  const metric = METRICS.compile[OWN_METRIC];
  const main = mainMetric(COMPILE_CASE, 'loadable', () => true);
  return limitsFor(ruleMatcher(cases)(COMPILE_CASE), OWN_METRIC, metric, main);
}
