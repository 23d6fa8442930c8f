import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { link, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../errors.ts';
import type { HistoryRecord } from '../../measure/history-record.ts';
import type { HistoryFile, HistoryStore, ReadHistory, WriteOutcome } from '../history-store.ts';
import { ignoreInGit } from '../ignore.ts';
import { UNFINISHED_PREFIX } from '../write-entry.ts';
import { Collection, type ListedFile, readable } from './collection.ts';
import { planCompaction } from './compaction.ts';
import { checkPublished, pathOf, RECORDS_FOLDER } from './layout.ts';
import { encodeRecord } from './record-codec.ts';

export interface HistoryDirectoryOptions {
  /** The history's folder, usually `.tare/history`, absolute; made on the first write. */
  readonly directory: string;
  /** The current time. Default: the clock's. */
  readonly now?: () => Date;
}

/** Most bytes of a published file that are read back. */
const MAX_PUBLISHED_BYTES = 16 * 1024 * 1024;
/** An unfinished file this old belongs to a process that was killed. */
const ABANDONED_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * Keeps the history in a folder, in the layout of the data branch. Several processes may use it at once: a file appears whole or
 * not at all, and is removed only after one that holds all of it was written.
 */
export function createHistoryDirectory(options: HistoryDirectoryOptions): HistoryStore {
  const { directory } = options;
  const now = options.now ?? (() => new Date());
  const writing = async (work: () => Promise<void>): Promise<WriteOutcome> => {
    try {
      await mkdir(directory, { recursive: true });
      await ignoreInGit(directory, directory);
      await work();
      return { written: true, revision: null };
    } catch (error) {
      if (codeOf(error) === null) throw error;
      return {
        written: false,
        reason: `${directory} cannot be written: ${messageOf(error)}; make it a folder that may be written, or name another with --store`,
      };
    }
  };
  return {
    read: () => read(directory),
    append: (records) => writing(() => append(directory, records)),
    publish: (files) => writing(() => publish(directory, files)),
    readFile: (path) => readText(join(directory, checkPublished(path)), MAX_PUBLISHED_BYTES),
    compact: () => writing(() => compact(directory, now())),
  };
}

/** Most times that the folder is listed again because files went while it was read: a compaction joined them. */
const MAX_LISTINGS = 50;

async function read(directory: string): Promise<ReadHistory> {
  const collection = new Collection();
  const seen = new Set<string>();
  let gone = true;
  for (let listings = 0; gone && listings < MAX_LISTINGS; listings += 1) {
    gone = false;
    const listed = await list(directory, collection.warn, () => {
      gone = true;
    });
    for (const file of readable(listed, collection.warn)) {
      if (seen.has(file.path)) continue;
      const text = await readText(join(directory, file.path), Number.POSITIVE_INFINITY).catch(
        (error: unknown) => {
          collection.warn(file.path, `it cannot be read: ${messageOf(error)}`);
          return undefined;
        },
      );
      if (text === null) gone = true;
      else seen.add(file.path);
      if (text) collection.add(file, text);
    }
  }
  const read = { ...collection.finish(), complete: true };
  const warning = `${directory} changed all the while it was read, so that records may be missing; read it again`;
  return gone ? { ...read, warnings: [...read.warnings, warning] } : read;
}

async function append(directory: string, records: readonly HistoryRecord[]): Promise<void> {
  for (const record of records)
    await writeFile(join(directory, pathOf(record)), encodeRecord(record), 'keep');
}

async function publish(directory: string, files: readonly HistoryFile[]): Promise<void> {
  for (const { path } of files) checkPublished(path);
  for (const { path, content } of files) await writeFile(join(directory, path), content, 'replace');
}

async function compact(directory: string, now: Date): Promise<void> {
  const files = readable(await list(directory, () => undefined), () => undefined);
  const text = (path: string) => readText(join(directory, path), Number.POSITIVE_INFINITY).catch(() => null);
  const { write, remove } = await planCompaction({ files, read: text, now });
  let whole = true;
  for (const [path, content] of write) {
    await writeFile(join(directory, path), content, 'keep');
    // Something else may have that name: a link, a folder, a file too large to be listed.
    whole &&= (await text(path)) === content;
  }
  if (whole) for (const path of remove) await rm(join(directory, path), { force: true });
  await removeAbandoned(directory);
}

/** Every file under `runs/`; links are listed and not followed. `gone` is told of one that went meanwhile. */
async function list(
  directory: string,
  warn: (path: string, why: string) => void,
  gone: () => void = () => undefined,
): Promise<ListedFile[]> {
  const files: ListedFile[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    const names = await readdir(join(directory, folder)).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') warn(folder, `it cannot be read: ${messageOf(error)}`);
      return [];
    });
    for (const name of names) {
      if (name.startsWith(UNFINISHED_PREFIX)) continue;
      const path = `${folder}/${name}`;
      const stats = await statOf(join(directory, path));
      if (stats === null) gone();
      else if (stats.isDirectory() && depth < 2) await walk(path, depth + 1);
      else files.push({ path, bytes: stats.isFile() ? stats.size : null });
    }
  };
  await walk(RECORDS_FOLDER, 0);
  return files;
}

async function removeAbandoned(directory: string): Promise<void> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  for (const name of names) {
    if (!/(^|[\\/])\.unfinished-[0-9a-f-]{36}$/.test(name)) continue;
    const stats = await statOf(join(directory, name));
    if (stats?.isFile() && Date.now() - stats.mtimeMs > ABANDONED_MILLISECONDS)
      await rm(join(directory, name), { force: true }).catch(() => undefined);
  }
}

/** Writes a whole file under another name first. `keep`: one that is there already stays as it is. */
async function writeFile(path: string, content: string, present: 'keep' | 'replace'): Promise<void> {
  if (present === 'keep' && (await statOf(path)) !== null) return;
  await mkdir(dirname(path), { recursive: true });
  const unfinished = join(dirname(path), `${UNFINISHED_PREFIX}${randomUUID()}`);
  try {
    const file = await open(unfinished, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    if (present === 'replace') await rename(unfinished, path);
    else await linkOrRename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** A link fails where the name is taken. Some file systems have none, and there the last of two writers wins. */
async function linkOrRename(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if ((await statOf(to)) === null) await rename(from, to);
  }
}

/** null: there is none. Errors: the system's, and Error for what is no plain file of at most `maxBytes`. */
async function readText(path: string, maxBytes: number): Promise<string | null> {
  try {
    // O_NOFOLLOW and O_NONBLOCK are undefined on Windows, where they count as 0.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    const file = await open(path, flags);
    try {
      const stats = await file.stat();
      if (!stats.isFile() || stats.size > maxBytes) throw new Error('it is no plain file, or too large');
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function statOf(path: string): Promise<Stats | null> {
  return lstat(path).catch(() => null);
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
