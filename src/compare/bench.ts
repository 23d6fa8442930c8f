import type { CaseRule } from '../config/config.ts';
import { METRICS } from '../measure/metric.ts';
import { type Category, type Comparison, isSigned } from './comparison.ts';
import { pairedRule } from './effect.ts';
import { instructionsThreshold, judgeExact } from './exact.ts';
import { fastHalfMean, isUsableTime } from './fast-half.ts';
import { reason } from './judgement.ts';
import { magnitudeOf } from './magnitude.ts';
import type { PairedRule } from './paired.ts';
import { signedPercent } from './percent.ts';
import { decide, type PairedOutcome, type PairedState } from './procedure.ts';
import { type Limits, limitsFor, ruleMatcher } from './rules.ts';

/** What was measured of one case of the bench axis. Times in seconds, of whole processes. */
export interface PairedCase extends Omit<PairedState, 'case' | 'rule' | 'spent'> {
  /** Full name, e.g. `bench sort/10k`. */
  readonly name: string;
  readonly category: Category;
  /** Main's own ratios to its parents (head / base), oldest first; may be empty. */
  readonly earlier: readonly number[];
  readonly instructions: InstructionCounts | null;
}

export interface InstructionCounts {
  readonly before: number;
  readonly after: number;
  /** Relative difference of two runs of the same program; null when it was run once. */
  readonly spread: number | null;
}

export interface BenchContext {
  readonly configuration: string;
  readonly cases: readonly CaseRule[];
  /** Relative change seen between base and base in this job; 0 when it was not measured. */
  readonly noise: number;
}

/** A row that the correction over the report is still to be applied to. */
export interface JudgedRow {
  readonly comparison: Comparison;
  /** Two-sided; null for a row that no test decided. */
  readonly p: number | null;
}

export interface JudgedBench {
  readonly rows: readonly JudgedRow[];
  /** Cases without numbers that can be judged. */
  readonly failed: readonly { readonly case: string; readonly message: string }[];
}

/** The rule of one case, which `decide` asks for; it follows the user's limits, main's own ratios and the job's noise. */
export function ruleOf(
  measured: Pick<PairedCase, 'name' | 'category' | 'screening' | 'earlier'>,
  context: BenchContext,
): PairedRule {
  const { change, floor } = limitsOf(measured, 'wall-time', context);
  const base = fastHalfMean(measured.screening.map(([time]) => time));
  const before = isUsableTime(base) ? base : null;
  return pairedRule({ change, floor, before, earlier: measured.earlier, noise: context.noise });
}

/**
 * The rows of what was measured side by side: `wall-time` (paired tier) of each case, and `instructions` (exact tier) where they
 * were counted. Nothing more is asked for: a case whose next step is still open is judged with what there is.
 * Pass the rows of the whole report to `judgeReport` before they are shown.
 */
export function judgeBench(cases: readonly PairedCase[], context: BenchContext): JudgedBench {
  const rows: JudgedRow[] = [];
  const failed: { case: string; message: string }[] = [];
  for (const measured of cases) {
    const { instructions } = measured;
    const counted = instructions === null ? null : instructionRow({ ...measured, instructions }, context);
    const timed = timeRow(measured, counted?.comparison ?? null, context);
    if (typeof timed === 'string') failed.push({ case: measured.name, message: timed });
    else rows.push(timed);
    if (counted !== null) rows.push(counted);
  }
  return { rows, failed };
}

/** A case whose instructions alone were counted. */
export type CountedCase = Pick<PairedCase, 'name' | 'category'> & {
  readonly instructions: InstructionCounts;
};

/** The `instructions` rows of cases that have no times. They join the others for `judgeReport`. */
export function judgeCounts(cases: readonly CountedCase[], context: BenchContext): JudgedRow[] {
  return cases.map((counted) => instructionRow(counted, context));
}

function timeRow(
  measured: PairedCase,
  counted: Comparison | null,
  context: BenchContext,
): JudgedRow | string {
  const rule = ruleOf(measured, context);
  const decision = decide({ ...measured, case: measured.name, rule, spent: true });
  if (decision.kind === 'failed') return decision.message;
  if (decision.kind !== 'done') throw new Error(`${decision.kind} asked for when the time is spent`);
  const { pairs, judged } = decision.outcome;
  if (pairs.length === 0 || judged.change === null) return 'no pairs were run: the time was spent';
  const outcome = witnessed(decision.outcome, counted);
  const signed = isSigned(outcome.verdict);
  const { budget, ...limits } = limitsOf(measured, 'wall-time', context);
  const before = fastHalfMean(pairs.map(([base]) => base));
  return {
    // A flag that the layouts or the instructions took back is no discovery that could lend weight to others.
    p: outcome.placement !== null && !signed ? 1 : judged.p,
    comparison: {
      configuration: context.configuration,
      case: measured.name,
      metric: 'wall-time',
      ...described('wall-time'),
      category: limits.category,
      before,
      after: afterOf(before, judged.change),
      change: judged.change,
      ci: judged.ci,
      threshold: rule.minimumEffect,
      samples: judged.samples,
      verdict: outcome.verdict,
      magnitude: signed ? magnitudeOf(judged.change, rule.minimumEffect, 'noisy') : null,
      relevant: signed || outcome.suspicious || outcome.placement === 'placement',
      budget,
      overBudget: budget !== null && afterOf(before, judged.change) > budget,
      why: outcome.why.map(reason),
    },
  };
}

/**
 * Heard beside the time: instructions that did not change. They leave a change that survives the layouts as it is, and keep
 * one whose placement could not be looked into from being called one.
 */
function witnessed(outcome: PairedOutcome, counted: Comparison | null): PairedOutcome {
  const { placement, verdict } = outcome;
  if (counted === null || counted.verdict !== 'none' || placement === null) return outcome;
  const change = counted.change === null ? '' : ` (${signedPercent(counted.change, 2)})`;
  const why = [...outcome.why, `instructions unchanged${change}: placement, cache or noise`];
  const open = placement === 'not ruled out' && verdict !== 'none';
  return open ? { ...outcome, verdict: 'inconclusive', suspicious: true, why } : { ...outcome, why };
}

function instructionRow(measured: CountedCase, context: BenchContext): JudgedRow {
  const { before, after, spread } = measured.instructions;
  const { budget, ...limits } = limitsOf(measured, 'instructions', context);
  const own = instructionsThreshold(spread ?? 0);
  const judged = judgeExact(before, after, {
    floor: limits.floor ?? 0,
    change: limits.change === null ? own : Math.max(limits.change, 5 * Math.abs(spread ?? 0)),
  });
  const unknown = spread === null ? [reason('counted once: how far two runs differ is not known')] : [];
  return {
    p: null,
    comparison: {
      configuration: context.configuration,
      case: measured.name,
      metric: 'instructions',
      ...described('instructions'),
      category: limits.category,
      before,
      after,
      ...judged,
      budget,
      overBudget: budget !== null && after > budget,
      why: [...judged.why, ...unknown],
    },
  };
}

/** What the head takes where the base takes `before`: its own fastest runs may fall into a calmer or busier moment. */
function afterOf(before: number, change: number): number {
  return before * (1 + change);
}

function described(metric: keyof (typeof METRICS)['bench']) {
  const { unit, tier, headline } = METRICS.bench[metric];
  return { unit, tier, headline };
}

/** What the user's rules say; the case's own category counts where none names one. */
function limitsOf(
  { name, category }: Pick<PairedCase, 'name' | 'category'>,
  metric: keyof (typeof METRICS)['bench'],
  { cases }: BenchContext,
): Limits {
  const own: CaseRule = { match: name, metric: null, category, floor: null, change: null, budget: null };
  const main = { name: 'wall-time', unit: METRICS.bench['wall-time'].unit };
  return limitsFor([own, ...ruleMatcher(cases)(name)], metric, METRICS.bench[metric], main);
}
