import type { z } from 'zod';
import { type RejectedOutput, rejected } from './rows.ts';

export type Read<T> = { readonly kind: 'read'; readonly value: T } | RejectedOutput;

/** Parses JSON of a known shape. `format` names it in the rejection. */
export function readJson<T>(schema: z.ZodType<T>, text: string, format: string): Read<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return rejected(
      text.trim() === '' ? `there is no output where ${format} should be` : `${format} is not JSON`,
    );
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { kind: 'read', value: parsed.data };
  const [issue] = parsed.error.issues;
  const where =
    issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.').slice(0, 100)}`;
  return rejected(`the output is not ${format}${where}: ${(issue?.message ?? 'unknown').slice(0, 200)}`);
}
