import { constants, lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import {
  historySchema,
  MEASUREMENT_SCHEMA,
  type Measurement,
  measurementSchema,
} from '../measure/measurement.ts';
import type { Baseline } from './baseline.ts';
import {
  HISTORY_FILE,
  isProgramPath,
  type ListedFile,
  MANIFEST_FILE,
  MAX_ENTRY_BYTES,
  MAX_JSON_BYTES,
  type Manifest,
  MEASUREMENT_FILE,
  manifestSchema,
  megabytes,
  PROGRAM_FOLDERS,
  sha256File,
} from './entry.ts';

export const REJECTIONS = [
  'absent',
  'incomplete',
  'irregular',
  'unlisted',
  'oversize',
  'truncated',
  'altered',
  'corrupt',
  'newer',
  'foreign',
  'unreadable',
] as const;
/**
 * Why an entry is not used. `absent`: nothing is there · `incomplete`: a listed file is missing · `irregular`: a link,
 * device or folder where a file belongs · `unlisted`: a file that the manifest does not name · `truncated`/`altered`:
 * size or SHA-256 differs · `corrupt`: JSON that cannot be parsed or does not fit · `newer`: a later schema ·
 * `foreign`: another commit, configuration or series · `unreadable`: the system refused.
 */
export type RejectionKind = (typeof REJECTIONS)[number];

export interface Rejection {
  readonly kind: RejectionKind;
  /** One line that names the entry. */
  readonly reason: string;
}

export interface ExpectedEntry {
  readonly key: string;
  readonly commit: string;
  readonly configuration: string;
}

export type EntryReading =
  | { readonly ok: true; readonly baseline: Baseline }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Reads an entry that anybody may have written. Only its own folder is read, links are never followed, no size is
 * trusted before it is checked. Never throws: whatever is wrong comes back as a rejection.
 */
export async function readEntry(
  directory: string,
  expected: ExpectedEntry,
  maxBytes: number = MAX_ENTRY_BYTES,
): Promise<EntryReading> {
  try {
    return { ok: true, baseline: await readVerified(directory, expected, maxBytes) };
  } catch (thrown) {
    const kind = thrown instanceof Rejected ? thrown.kind : 'unreadable';
    const reason = `baseline ${expected.key}: ${oneLine(messageOf(thrown))}`;
    return { ok: false, rejection: { kind, reason } };
  }
}

class Rejected extends Error {
  readonly kind: RejectionKind;

  constructor(kind: RejectionKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

async function readVerified(directory: string, expected: ExpectedEntry, maxBytes: number): Promise<Baseline> {
  const sizes = await listFiles(directory);
  const total = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  if (total > maxBytes)
    throw new Rejected(
      'oversize',
      `it holds ${megabytes(total)}, and at most ${megabytes(maxBytes)} are read`,
    );
  const manifest = await readManifest(directory, sizes);
  if (manifest.key !== expected.key)
    throw new Rejected('foreign', `it was written as ${quoted(manifest.key)}, which is another baseline`);
  checkFileList(manifest.files, sizes);
  await checkContents(directory, manifest.files);
  const measurement = await readJson(directory, MEASUREMENT_FILE, sizes, measurementSchema);
  const history = await readJson(directory, HISTORY_FILE, sizes, historySchema);
  checkOrigin(measurement, expected);
  checkPrograms(measurement, manifest.files);
  return { measurement, history, directory };
}

/** Sizes of all files by their path inside the entry. */
async function listFiles(directory: string): Promise<Map<string, number>> {
  const root = await lstat(directory).catch((error: unknown) => {
    if (isNotFound(error)) throw new Rejected('absent', 'nothing is stored');
    throw error;
  });
  if (!root.isDirectory()) throw new Rejected('irregular', 'the entry is not a folder');
  const sizes = new Map<string, number>();
  for (const name of await readdir(directory)) {
    if (PROGRAM_FOLDERS.includes(name)) await listPrograms(directory, name, sizes);
    else sizes.set(name, await fileSize(directory, name));
  }
  return sizes;
}

async function listPrograms(directory: string, folder: string, sizes: Map<string, number>): Promise<void> {
  const stats = await lstat(join(directory, folder));
  if (!stats.isDirectory()) throw new Rejected('irregular', `${folder} is not a folder`);
  for (const name of await readdir(join(directory, folder))) {
    const file = `${folder}/${name}`;
    sizes.set(file, await fileSize(directory, file));
  }
}

async function fileSize(directory: string, file: string): Promise<number> {
  const stats = await lstat(join(directory, file));
  if (!stats.isFile()) throw new Rejected('irregular', `${quoted(file)} is not a regular file`);
  return stats.size;
}

async function readManifest(directory: string, sizes: ReadonlyMap<string, number>): Promise<Manifest> {
  const value = await readJson(directory, MANIFEST_FILE, sizes, z.unknown());
  const version = z.looseObject({ schema: z.number() }).safeParse(value);
  if (version.success && version.data.schema > MEASUREMENT_SCHEMA)
    throw new Rejected(
      'newer',
      `it has schema ${version.data.schema}, and this version of Tare reads schema ${MEASUREMENT_SCHEMA}; update Tare`,
    );
  return fitting(MANIFEST_FILE, value, manifestSchema);
}

async function readJson<T>(
  directory: string,
  file: string,
  sizes: ReadonlyMap<string, number>,
  schema: z.ZodType<T>,
): Promise<T> {
  const bytes = sizes.get(file);
  if (bytes === undefined) throw new Rejected('incomplete', `${file} is missing`);
  if (bytes > MAX_JSON_BYTES)
    throw new Rejected(
      'oversize',
      `${file} holds ${megabytes(bytes)}, and at most ${megabytes(MAX_JSON_BYTES)} are read`,
    );
  const text = await readText(join(directory, file));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Rejected('corrupt', `${file} is not JSON`);
  }
  return fitting(file, value, schema);
}

async function readText(path: string): Promise<string> {
  // O_NOFOLLOW is undefined on Windows, where it counts as 0.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function fitting<T>(file: string, value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${quoted(issue.path.join('.'))}`;
  throw new Rejected(
    'corrupt',
    `${file} does not fit its schema${where}: ${issue?.message ?? 'no reason given'}`,
  );
}

function checkFileList(files: readonly ListedFile[], sizes: ReadonlyMap<string, number>): void {
  const listed = new Set([MANIFEST_FILE, ...files.map(({ file }) => file)]);
  if (listed.size !== files.length + 1) throw new Rejected('corrupt', `${MANIFEST_FILE} lists a file twice`);
  for (const file of sizes.keys())
    if (!listed.has(file))
      throw new Rejected('unlisted', `it holds ${quoted(file)}, which its manifest does not list`);
  for (const { file, bytes } of files) {
    const actual = sizes.get(file);
    if (actual === undefined) throw new Rejected('incomplete', `${quoted(file)} is missing`);
    if (actual !== bytes)
      throw new Rejected(
        actual < bytes ? 'truncated' : 'altered',
        `${quoted(file)} holds ${actual} bytes, and ${bytes} were written`,
      );
  }
}

async function checkContents(directory: string, files: readonly ListedFile[]): Promise<void> {
  for (const { file, sha256 } of files) {
    const actual = await sha256File(join(directory, file));
    if (actual.sha256 !== sha256)
      throw new Rejected('altered', `${quoted(file)} does not have the SHA-256 it was written with`);
  }
}

function checkOrigin(measurement: Measurement, expected: ExpectedEntry): void {
  if (measurement.commit !== expected.commit)
    throw new Rejected('foreign', `it holds a measurement of commit ${measurement.commit}`);
  if (measurement.configuration !== expected.configuration)
    throw new Rejected(
      'foreign',
      `it holds a measurement of configuration ${quoted(measurement.configuration)}`,
    );
}

function checkPrograms(measurement: Measurement, files: readonly ListedFile[]): void {
  const stored = new Map(files.map((file) => [file.file, file]));
  for (const { file, bytes, sha256 } of measurement.programs) {
    const copy = stored.get(file);
    if (!isProgramPath(file) || copy === undefined)
      throw new Rejected('incomplete', `${quoted(file)} was measured and is missing`);
    if (copy.bytes !== bytes || copy.sha256 !== sha256)
      throw new Rejected('altered', `${quoted(file)} is not the program that was measured`);
  }
  const known = new Set([MEASUREMENT_FILE, HISTORY_FILE, ...measurement.programs.map(({ file }) => file)]);
  const stray = files.find(({ file }) => !known.has(file));
  if (stray !== undefined)
    throw new Rejected('unlisted', `it holds ${quoted(stray.file)}, which was not measured`);
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 500);
}
