import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { MAX_PROGRAM_BYTES, MEASUREMENT_SCHEMA } from '../measure/measurement.ts';

/** The JSON files of an entry; beside them it holds only the folders {@link PROGRAM_FOLDERS}. */
export const MEASUREMENT_FILE = 'measurement.json';
export const HISTORY_FILE = 'history.json';
export const MANIFEST_FILE = 'manifest.json';
export const PROGRAM_FOLDERS: readonly string[] = ['bin', 'bench'];

/** Most bytes of one JSON file: a larger one is refused unread. */
export const MAX_JSON_BYTES = 64 * 1024 * 1024;
/** Most bytes that an entry may hold, unpacked, all files together. */
export const MAX_ENTRY_BYTES = MAX_PROGRAM_BYTES + MAX_JSON_BYTES;

const listedFile = z.strictObject({
  /** Path inside the entry, `/`-separated. */
  file: z.string().max(500),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ListedFile = z.infer<typeof listedFile>;

/** `manifest.json`: which baseline an entry is, and every other file in it. */
export const manifestSchema = z.strictObject({
  schema: z.literal(MEASUREMENT_SCHEMA),
  key: z.string().max(512),
  files: z.array(listedFile).max(2002),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** Whether `file` is a program's path inside an entry: `bin/NAME` or `bench/NAME`, NAME a real file name. */
export function isProgramPath(file: string): boolean {
  const name = /^(?:bin|bench)\/([^/\\\0]+)$/.exec(file)?.[1];
  return name !== undefined && name !== '.' && name !== '..';
}

/** Size and SHA-256 (64 hex digits) of a file's content, read once. */
export async function sha256File(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Bytes in a reader's words: `612.4 MB` (10^6 bytes). */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
