import { z } from 'zod';
import { MAX_NAME } from '../measure/measurement.ts';
import { TIERS, UNITS } from '../measure/metric.ts';

export const VERDICTS = ['regression', 'improvement', 'none', 'inconclusive'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Whether a verdict has a direction: a regression or an improvement. */
export function isSigned(verdict: string): boolean {
  return verdict === 'regression' || verdict === 'improvement';
}

export const CATEGORIES = ['primary', 'secondary'] as const;
export type Category = (typeof CATEGORIES)[number];

export const MAGNITUDES = ['very small', 'small', 'medium', 'large', 'very large'] as const;
export type Magnitude = (typeof MAGNITUDES)[number];

const text = z.string().max(4000);

/** A likely cause or a reason for a verdict. Every string is outside text: plain, to be rendered inert. */
export const causeSchema = z.strictObject({
  kind: z.enum(['setting', 'toolchain', 'machine', 'lockfile', 'crate', 'function', 'judgement']),
  /** What moved: `profile.lto`, `serde 1.0.1`, a function. Empty for a judgement. */
  subject: text,
  before: text.nullable(),
  after: text.nullable(),
  /** How much of the change it explains, in the comparison's unit; null when not known. */
  amount: z.number().nullable(),
  /** The rest of the sentence, e.g. the documented effect. What stands behind `; ` is detail, which headings and tables leave out. */
  note: text,
});
export type Cause = z.infer<typeof causeSchema>;

/** One metric of one case, base against head. */
export const comparisonSchema = z.strictObject({
  configuration: z.string().min(1).max(MAX_NAME),
  case: z.string().min(1).max(MAX_NAME),
  metric: z.string().min(1).max(MAX_NAME),
  unit: z.enum(UNITS),
  tier: z.enum(TIERS),
  category: z.enum(CATEGORIES),
  /** Whether the row takes part in the report's verdict. */
  headline: z.boolean(),
  /** null for a row without a base value, which is judged by its budget alone. */
  before: z.number().nonnegative().nullable(),
  after: z.number().nonnegative(),
  /** (after − before) / before: 0.065 is +6.5 %; null when there is no before, or it is 0 and after is not. */
  change: z.number().nullable(),
  /** Confidence interval of `change`; null for exact metrics. */
  ci: z.tuple([z.number(), z.number()]).nullable(),
  /** Smallest relative change that counts for this row. */
  threshold: z.number().nonnegative(),
  /** Values or pairs behind the row. */
  samples: z.number().int().nonnegative(),
  verdict: z.enum(VERDICTS),
  magnitude: z.enum(MAGNITUDES).nullable(),
  /** Whether a reader must see it: significant and at least small, or suspicious and undecided. */
  relevant: z.boolean(),
  /** Absolute limit that the user set, in the unit; null without one. */
  budget: z.number().nonnegative().nullable(),
  overBudget: z.boolean(),
  why: z.array(causeSchema).max(50),
});
export type Comparison = z.infer<typeof comparisonSchema>;
