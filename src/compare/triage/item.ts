import { z } from 'zod';
import { MAX_NAME } from '../../measure/measurement.ts';
import { TIERS, UNITS } from '../../measure/metric.ts';
import { CATEGORIES } from '../comparison.ts';
import { commitSchema, culpritSchema, MAX_LISTED } from './entry.ts';

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const name = z.string().min(1).max(MAX_NAME);

/**
 * What became of a regression. `open`: nobody has decided; `justified`: accepted with a reason; `fixed`: a later commit took it back;
 * `recovered`: back without one commit that did it; `noise`: the next measured commit was back within noise.
 */
export const ITEM_STATES = ['open', 'justified', 'fixed', 'recovered', 'noise'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

const settledSchema = z.strictObject({
  state: z.enum(ITEM_STATES),
  /** The commit that settled it; null: none, or it is open. */
  commit: sha.nullable(),
  /** Who accepted it and why; null unless `justified`. */
  by: z.string().max(200).nullable(),
  reason: z.string().max(1000).nullable(),
});
export type Settled = z.infer<typeof settledSchema>;

export const OPEN: Settled = { state: 'open', commit: null, by: null, reason: null };

/** One series of an item. */
export const itemRowSchema = settledSchema.extend({
  case: name,
  metric: name,
  unit: z.enum(UNITS),
  tier: z.enum(TIERS),
  category: z.enum(CATEGORIES),
  before: z.number().nonnegative().nullable(),
  after: z.number().nonnegative().nullable(),
  change: z.number().nullable(),
  threshold: z.number().nonnegative(),
});
export type ItemRow = z.infer<typeof itemRowSchema>;

/** A regression or a drift that is followed from report to report. */
export const itemSchema = z.strictObject({
  /** The same in every report. */
  id: z.string().min(1).max(2000),
  kind: z.enum(['regression', 'drift']),
  configuration: name,
  commit: commitSchema,
  /** Date of the report that opened it, `yyyy-mm-dd`. */
  opened: z.iso.date(),
  /** Where the commit was compared over several others: which of them made it, or which may have. Absent: it was compared with the one before. */
  culprit: culpritSchema.optional(),
  rows: z.array(itemRowSchema).min(1).max(MAX_LISTED),
});
export type Item = z.infer<typeof itemSchema>;

/** The state of an item: the least settled of its rows'. */
export function stateOf(item: Item): Settled {
  const order = (row: Settled) => ITEM_STATES.indexOf(row.state);
  return item.rows.reduce<Settled>(
    (least, row) => (order(row) < order(least) ? row : least),
    item.rows[0] ?? OPEN,
  );
}

export function isOpen(item: Item): boolean {
  return stateOf(item).state === 'open';
}
