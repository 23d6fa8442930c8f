import { z } from 'zod';
import { HISTORY_SCHEMA } from '../../measure/history-record.ts';

/** Makes a document of one schema into one of the next. */
export type Migration = (document: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** By the schema that they lead away from. There is only one schema so far. */
const MIGRATIONS: ReadonlyMap<number, Migration> = new Map();

export type Migrated =
  | { readonly ok: true; readonly document: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly reason: string };

const versioned = z.looseObject({ schema: z.number().int().positive() });

/** A document of any schema so far as one of `target`. `steps` and `target` are given by tests only. */
export function migrated(
  value: unknown,
  steps: ReadonlyMap<number, Migration> = MIGRATIONS,
  target: number = HISTORY_SCHEMA,
): Migrated {
  const parsed = versioned.safeParse(value);
  if (!parsed.success) return { ok: false, reason: 'it names no schema' };
  let { schema } = parsed.data;
  if (schema > target) {
    return {
      ok: false,
      reason: `it has schema ${schema}, and this version of Tare reads up to ${target}; update Tare`,
    };
  }
  let document: Readonly<Record<string, unknown>> = parsed.data;
  for (; schema < target; schema += 1) {
    const step = steps.get(schema);
    if (step === undefined)
      return { ok: false, reason: `it has schema ${schema}, which no version of Tare wrote` };
    document = { ...step(document), schema: schema + 1 };
  }
  return { ok: true, document };
}
