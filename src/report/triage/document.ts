import { z } from 'zod';
import {
  bumpSchema,
  driftSchema,
  type Entry,
  entrySchema,
  hintSchema,
  MAX_LISTED,
  returnedSchema,
  stoppedSchema,
  triageRowSchema,
} from '../../compare/triage/entry.ts';
import { itemSchema } from '../../compare/triage/item.ts';
import { MAX_NAME } from '../../measure/measurement.ts';

export const TRIAGE_SCHEMA = 1;

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const name = z.string().min(1).max(MAX_NAME);
const text = z.string().max(4000);
const count = z.number().int().nonnegative();

/** How the run times of the whole range came about. */
const totalRunSchema = z.strictObject({
  /** `measured`: the first and the last programs were run against each other; `summed`: from the stored ratios; `none`: no run times. */
  how: z.enum(['measured', 'summed', 'none']),
  pairs: count,
  minutes: z.number().nonnegative(),
  /** Why they were not measured, or why nothing was run to measure them; null otherwise. */
  reason: text.nullable(),
});
export type TotalRun = z.infer<typeof totalRunSchema>;

const configurationSchema = z.strictObject({
  configuration: name,
  measured: count,
  compared: count,
  first: sha.nullable(),
  last: sha.nullable(),
  total: z.array(triageRowSchema).max(MAX_LISTED),
  totalRun: totalRunSchema,
  entries: z.array(entrySchema).max(MAX_LISTED),
  returned: z.array(returnedSchema).max(MAX_LISTED),
  drifts: z.array(driftSchema).max(MAX_LISTED),
  hints: z.array(hintSchema).max(MAX_LISTED),
  bumps: z.array(bumpSchema).max(MAX_LISTED),
  stopped: z.array(stoppedSchema).max(MAX_LISTED),
});
export type TriagedConfiguration = z.infer<typeof configurationSchema>;

/** `triage.json`: everything that the weekly report shows is rendered from this document. */
export const triageSchema = z.strictObject({
  schema: z.literal(TRIAGE_SCHEMA),
  tare: z.string().max(40),
  /** ISO week of the report, `2026-W47`, and the day that it was first made for. */
  week: z.string().regex(/^\d{4}-W\d{2}$/),
  date: z.iso.date(),
  /** The range begins behind `since`; null: with the first commit. */
  since: sha.nullable(),
  until: sha,
  /** First-parent commits of the range, and those that were compared in any configuration. */
  commits: count,
  compared: count,
  configurations: z.array(configurationSchema).max(1000),
  /** Regressions and drifts, carried over and new, with their states. */
  items: z.array(itemSchema).max(MAX_LISTED),
  /** What nobody has decided: open items and series that stopped. */
  needsHuman: count,
  warnings: z.array(text).max(1000),
});
export type TriageDocument = z.infer<typeof triageSchema>;

/** What a reader is told that an entry is: one without a verdict that only went over a budget is no open question. */
export type EntryKind = Entry['verdict'] | 'over budget';

export function kindOf({ verdict, rows }: Pick<Entry, 'verdict' | 'rows'>): EntryKind {
  if (verdict !== 'inconclusive') return verdict;
  const isOpen = rows.some((row) => row.relevant && row.verdict === 'inconclusive');
  return !isOpen && rows.some((row) => row.overBudget) ? 'over budget' : verdict;
}

/** Entries by what they are. */
export interface EntryCounts {
  readonly regressions: number;
  readonly improvements: number;
  readonly mixed: number;
  readonly overBudget: number;
  readonly undecided: number;
}

export function countEntries({ configurations }: Pick<TriageDocument, 'configurations'>): EntryCounts {
  const kinds = configurations.flatMap(({ entries }) => entries.map(kindOf));
  const of = (wanted: EntryKind) => kinds.filter((kind) => kind === wanted).length;
  return {
    regressions: of('regression'),
    improvements: of('improvement'),
    mixed: of('mixed'),
    overBudget: of('over budget'),
    undecided: of('inconclusive'),
  };
}
