import { z } from 'zod';
import { type Item, itemSchema } from '../../compare/triage/item.ts';
import type { Reached } from '../../compare/triage/reached.ts';
import { MAX_NAME } from '../../measure/measurement.ts';
import type { HistoryStore } from '../../store/history-store.ts';

/** Where the state stands in the history. */
export const STATE_FILE = 'triage/state.json';
const STATE_SCHEMA = 1;

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

const reachedSchema = z
  .array(z.strictObject({ configuration: z.string().min(1).max(MAX_NAME), commit: sha.nullable() }))
  .max(20_000);

const stateSchema = z.strictObject({
  schema: z.literal(STATE_SCHEMA),
  tare: z.string().max(40),
  /** Of the last report. */
  week: z.string().regex(/^\d{4}-W\d{2}$/),
  date: z.iso.date(),
  since: sha.nullable(),
  until: sha,
  /** How far that report got by its records, and the one before it; absent: not known. What is recorded later belongs to the next report. */
  reached: reachedSchema.optional(),
  reachedBefore: reachedSchema.optional(),
  /** What was open before that report: from this it is made again when the schedule runs twice in a week. */
  before: z.array(itemSchema).max(20_000),
  /** As that report left them. */
  items: z.array(itemSchema).max(20_000),
});

/** What one weekly report hands on to the next. */
export type TriageState = z.infer<typeof stateSchema>;

export interface ReadState {
  /** null: there is none that can be used. */
  readonly state: TriageState | null;
  /** Why it cannot be used; null when it can, or there is none. */
  readonly warning: string | null;
  /** Text that would be lost if a new state were written in its place; null: nothing would be. */
  readonly unreadable: string | null;
}

/** Reads what the last report left. Never throws for what stands there: an unusable state is a warning. */
export async function readState(history: HistoryStore): Promise<ReadState> {
  let text: string | null;
  try {
    text = await history.readFile(STATE_FILE);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { state: null, warning: `${STATE_FILE} cannot be read: ${why}`, unreadable: null };
  }
  if (text === null) return { state: null, warning: null, unreadable: null };
  const parsed = stateSchema.safeParse(jsonOf(text));
  if (parsed.success) return { state: parsed.data, warning: null, unreadable: null };
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? '' : ` (${issue.path.join('.') || 'the whole'}: ${issue.message})`;
  const warning = `${STATE_FILE} is not as this version of Tare writes it${where}; this report begins without what was open before, and the file is kept as ${keptName(text)}`;
  return { state: null, warning, unreadable: text };
}

/** Where an unreadable state is kept: the same text is kept once. */
export function keptName(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return `triage/state-unreadable-${(hash >>> 0).toString(16).padStart(8, '0')}.json`;
}

export function encodeState(state: Omit<TriageState, 'schema'>): string {
  return `${JSON.stringify(stateSchema.parse({ schema: STATE_SCHEMA, ...state }), null, 1)}\n`;
}

/** As the state holds it. */
export function reachedOf(held: TriageState['reached']): Reached | undefined {
  return held && new Map(held.map(({ configuration, commit }) => [configuration, commit]));
}

export function heldReached(reached: Reached | undefined): TriageState['reached'] {
  return reached && [...reached].map(([configuration, commit]) => ({ configuration, commit }));
}

/** What a report leaves to the next one: settled items have been told. */
export function stillOpen(items: readonly Item[]): Item[] {
  return items.filter(({ rows }) => rows.some(({ state }) => state === 'open'));
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
