import { createHash, randomUUID } from 'node:crypto';
import { chmod, constants, copyFile, lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  historySchema,
  MEASUREMENT_SCHEMA,
  measurementSchema,
  type StoredProgram,
} from '../measure/measurement.ts';
import type { BaselineDraft } from './baseline.ts';
import {
  HISTORY_FILE,
  isProgramPath,
  type ListedFile,
  MANIFEST_FILE,
  MAX_ENTRY_BYTES,
  MAX_JSON_BYTES,
  type Manifest,
  MEASUREMENT_FILE,
  megabytes,
  PROGRAM_FOLDERS,
  sha256File,
} from './entry.ts';
import { baselineKey } from './key.ts';

/** First letters of a folder that is still being written, or is being thrown away. */
export const UNFINISHED_PREFIX = '.unfinished-';

/** The draft cannot become an entry. `message`: one line with the cause and what to do. */
export class EntryRefused extends Error {
  override readonly name = 'EntryRefused';
}

export interface WrittenEntry {
  readonly key: string;
  /** All files together. */
  readonly bytes: number;
}

/**
 * Writes an entry to `directory`, which must not exist: everything goes to a folder beside it, named
 * {@link UNFINISHED_PREFIX}…, that is renamed when complete, so that a reader sees a whole entry or none.
 * Programs keep their permission bits. Errors: EntryRefused for a draft over `maxBytes` or whose programs are not what
 * the measurement says; system errors (`code`) as they come, `ENOTEMPTY`, `EEXIST` or `EPERM` when `directory` exists.
 */
export async function writeEntry(
  draft: BaselineDraft,
  directory: string,
  maxBytes: number = MAX_ENTRY_BYTES,
): Promise<WrittenEntry> {
  refusePrograms(draft.measurement.programs, maxBytes);
  const unfinished = join(dirname(directory), `${UNFINISHED_PREFIX}${randomUUID()}`);
  try {
    const written = await fill(draft, unfinished, maxBytes);
    await rename(unfinished, directory);
    return written;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function fill(draft: BaselineDraft, directory: string, maxBytes: number): Promise<WrittenEntry> {
  await mkdir(directory);
  for (const folder of PROGRAM_FOLDERS) await mkdir(join(directory, folder));
  const files: ListedFile[] = [
    await writeJson(directory, MEASUREMENT_FILE, measurementSchema.parse(draft.measurement)),
    await writeJson(directory, HISTORY_FILE, historySchema.parse(draft.history)),
  ];
  for (const program of draft.measurement.programs)
    files.push(await copyProgram(program, draft.directory, directory));
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > maxBytes) throw new EntryRefused(oversize(bytes, maxBytes));
  const key = baselineKey(draft.series, draft.measurement.commit);
  await writeJson(directory, MANIFEST_FILE, { schema: MEASUREMENT_SCHEMA, key, files } satisfies Manifest);
  return { key, bytes };
}

async function writeJson(directory: string, file: string, value: unknown): Promise<ListedFile> {
  const content = Buffer.from(`${JSON.stringify(value)}\n`);
  if (content.length > MAX_JSON_BYTES)
    throw new EntryRefused(
      `${file} would hold ${megabytes(content.length)}, and at most ${megabytes(MAX_JSON_BYTES)} are stored; measure fewer programs`,
    );
  await writeFile(join(directory, file), content);
  return { file, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

async function copyProgram(program: StoredProgram, from: string, to: string): Promise<ListedFile> {
  const { file, bytes, sha256 } = program;
  if (!isProgramPath(file))
    throw new EntryRefused(`${JSON.stringify(file)} is not a program's path in an entry`);
  const source = join(from, file);
  const target = join(to, file);
  const { mode } = await regularFile(source, file);
  await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await chmod(target, (mode & 0o777) | 0o600);
  const copied = await sha256File(target);
  if (copied.bytes !== bytes || copied.sha256 !== sha256)
    throw new EntryRefused(`${file} changed after it was measured; measure again`);
  return { file, bytes, sha256 };
}

async function regularFile(path: string, file: string): Promise<{ readonly mode: number }> {
  const stats = await lstat(path);
  if (!stats.isFile()) throw new EntryRefused(`${file} is not a regular file, and only those are stored`);
  return stats;
}

function refusePrograms(programs: readonly StoredProgram[], maxBytes: number): void {
  const files = new Set(programs.map(({ file }) => file));
  if (files.size !== programs.length)
    throw new EntryRefused('two programs have the same file; rename one of them');
  const bytes = programs.reduce((sum, program) => sum + program.bytes, 0);
  if (bytes > maxBytes) throw new EntryRefused(oversize(bytes, maxBytes));
}

function oversize(bytes: number, maxBytes: number): string {
  return `the baseline would hold ${megabytes(bytes)}, and at most ${megabytes(maxBytes)} are stored; name fewer programs under bins, or strip them`;
}
