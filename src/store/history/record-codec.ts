import type { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { type HistoryRecord, historyRecordSchema } from '../../measure/history-record.ts';
import { pathOf } from './layout.ts';
import { migrated } from './migrate.ts';

/** Most bytes of one record's file: a larger one is skipped unread. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

export type Decoded =
  | { readonly ok: true; readonly record: HistoryRecord }
  /** `reason` follows the file's name and a colon. */
  | { readonly ok: false; readonly reason: string };

/** The text of a record's file. Errors: Error for what is no record, which is a bug of ours. */
export function encodeRecord(record: HistoryRecord): string {
  const text = `${JSON.stringify(historyRecordSchema.parse(record))}\n`;
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_RECORD_BYTES) throw new Error(`a record of ${bytes} bytes is more than any reader takes`);
  return text;
}

/** Reads a record's file. A record under another one's name is refused: it could stand there twice. */
export function decodeRecord(path: string, text: string): Decoded {
  const value = parseJson(text);
  if (value === undefined) return { ok: false, reason: 'it is not JSON, or cut off' };
  const document = migrated(value);
  if (!document.ok) return document;
  const parsed = historyRecordSchema.safeParse(document.document);
  if (!parsed.success) return { ok: false, reason: described(parsed.error) };
  if (pathOf(parsed.data) !== path) return { ok: false, reason: 'it holds the record of another file' };
  return { ok: true, record: parsed.data };
}

/** undefined for what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw new Error(messageOf(error), { cause: error });
  }
}

/** What is wrong with a document, in one line. */
export function described({ issues }: z.ZodError): string {
  const [first] = issues;
  if (first === undefined) return 'it is no record';
  const at = first.path.length === 0 ? '' : ` at ${JSON.stringify(first.path.join('.').slice(0, 120))}`;
  return `it is no record: ${first.message.slice(0, 200)}${at}`;
}
