import { z } from 'zod';
import { MAX_NAME } from '../../measure/measurement.ts';
import { causeSchema, comparisonSchema } from '../comparison.ts';

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const name = z.string().min(1).max(MAX_NAME);
const text = z.string().max(4000);

/** Most rows, causes and items that a list of the document holds; what is beyond is counted in a warning. */
export const MAX_LISTED = 5000;

/**
 * A comparison whose numbers may be known only as a ratio: `before` and `after` are null where the two programs' own times were not kept.
 * Numbers of different machines never stand beside each other.
 */
export const triageRowSchema = comparisonSchema.extend({ after: z.number().nonnegative().nullable() });
export type TriageRow = z.infer<typeof triageRowSchema>;

/** A main commit as a reader is told of it. Every string is outside text. */
export const commitSchema = z.strictObject({
  sha,
  subject: z.string().max(1000),
  author: z.string().max(200),
  pullRequest: z.number().int().positive().nullable(),
  /** ISO 8601, UTC. */
  committed: z.iso.datetime(),
});
export type TriageCommit = z.infer<typeof commitSchema>;

/** Which of several commits made a change, found by running their stored programs. */
export const culpritSchema = z.strictObject({
  /** Case and metric that the search followed. */
  case: name,
  metric: name,
  /** The change lies behind `after` and not behind `until`; one commit apart: `until` made it. */
  after: sha,
  until: sha,
  /** First-parent commits that are still possible; 1: found. */
  candidates: z.number().int().positive(),
  /** What was done and what could not be, one line. */
  note: text,
  /** `until` as a reader is told of it; null: it was not found alone, or nothing more is known of it. */
  commit: commitSchema.omit({ committed: true }).nullable(),
});
export type Culprit = z.infer<typeof culpritSchema>;

/** What one commit moved in one configuration. */
export const entrySchema = z.strictObject({
  configuration: name,
  commit: commitSchema,
  /** The commit that it is compared with, and how many commits lie between, the later one included. */
  parent: sha,
  distance: z.number().int().positive(),
  verdict: z.enum(['regression', 'improvement', 'mixed', 'inconclusive']),
  /** Relevant headline rows, the worst first. */
  rows: z.array(triageRowSchema).max(MAX_LISTED),
  /** Causes that hold for the whole commit. */
  causes: z.array(causeSchema).max(200),
  /** null: not searched, or there is nothing to search. */
  culprit: culpritSchema.nullable(),
});
export type Entry = z.infer<typeof entrySchema>;

/** A change that the next measured commit took back. */
export const returnedSchema = z.strictObject({
  configuration: name,
  case: name,
  metric: name,
  commit: sha,
  back: sha,
  change: z.number().nullable(),
  /** `noise`: run time that jumped and came back; `undone`: an exact number whose change the next commit took back. */
  kind: z.enum(['noise', 'undone']),
});
export type Returned = z.infer<typeof returnedSchema>;

/** A change that grew over many commits, none of which shows it alone. */
export const driftSchema = z.strictObject({
  configuration: name,
  /** The sum of what no single commit was called out for. */
  row: triageRowSchema,
  from: sha,
  to: sha,
  /** Measured commits in it. */
  steps: z.number().int().positive(),
  /** The commits that added most, largest first; relative change each. */
  largest: z.array(z.strictObject({ commit: commitSchema, change: z.number() })).max(3),
});
export type Drift = z.infer<typeof driftSchema>;

/** A level shift in a number that depends on the machine: a hint, never a verdict. */
export const hintSchema = z.strictObject({
  configuration: name,
  case: name,
  metric: name,
  /** First measured commit at the new level. */
  commit: commitSchema,
  /** Medians of the values on the same hardware before and from then on, in the metric's unit. */
  before: z.number().nonnegative(),
  after: z.number().nonnegative(),
  change: z.number(),
  /** Of the permutation test, before the correction over all series. */
  p: z.number().min(0).max(1),
  samples: z.tuple([z.number().int().positive(), z.number().int().positive()]),
});
export type Hint = z.infer<typeof hintSchema>;

/** Something that a measurement depends on changed: toolchain, image, settings, dependencies. */
export const bumpSchema = z.strictObject({
  configuration: name,
  commit: commitSchema,
  kind: z.enum(['toolchain', 'image', 'setting', 'dependency']),
  subject: text,
  before: text.nullable(),
  after: text.nullable(),
  note: text,
  /** Whether the commit's own change made it, rather than the runner. */
  byCommit: z.boolean(),
});
export type Bump = z.infer<typeof bumpSchema>;

/** A series that was recorded and is no more. */
export const stoppedSchema = z.strictObject({
  configuration: name,
  /** null: nothing of the configuration is recorded any more. */
  case: name.nullable(),
  /** Last commit with a value. */
  last: commitSchema,
  /** Measured commits of the configuration since then; of main where the configuration itself stopped. */
  missing: z.number().int().positive(),
  /** Why, where a later measurement says so. */
  reason: text.nullable(),
});
export type Stopped = z.infer<typeof stoppedSchema>;
