import type { z } from 'zod';
import { type RejectedOutput, rejected } from './rows.ts';

export type Read<T> = { readonly kind: 'read'; readonly value: T } | RejectedOutput;

/** Parses JSON of a known shape; a bare NaN or Infinity, as Python writes them, is null. `format` names the shape in the rejection. */
export function readJson<T>(schema: z.ZodType<T>, text: string, format: string): Read<T> {
  const json = parse(text) ?? parse(withoutBareWords(text));
  if (json === null) {
    return rejected(
      text.trim() === '' ? `there is no output where ${format} should be` : `${format} is not JSON`,
    );
  }
  const parsed = schema.safeParse(json.value);
  if (parsed.success) return { kind: 'read', value: parsed.data };
  const [issue] = parsed.error.issues;
  const where =
    issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.').slice(0, 100)}`;
  return rejected(`the output is not ${format}${where}: ${(issue?.message ?? 'unknown').slice(0, 200)}`);
}

/** null: it is not JSON. */
function parse(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

function withoutBareWords(text: string): string {
  let isQuoted = false;
  return text.replace(/\\.|"|-?\b(?:NaN|Infinity)\b/gs, (found) => {
    if (found === '"') isQuoted = !isQuoted;
    return isQuoted || found === '"' || found.startsWith('\\') ? found : 'null';
  });
}
