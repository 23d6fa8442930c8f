import { randomUUID } from 'node:crypto';
import { constants, copyFile, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../errors.ts';
import type {
  BaselineDraft,
  BaselineQuery,
  BaselineSeries,
  BaselineStore,
  FoundBaseline,
  SaveOutcome,
} from './baseline.ts';
import { HISTORY_FILE, MANIFEST_FILE, MEASUREMENT_FILE, PROGRAM_FOLDERS } from './entry.ts';
import { ignoreInGit } from './ignore.ts';
import { baselineKey, seriesPrefix } from './key.ts';
import { type EntryReading, readEntry } from './read-entry.ts';
import { telling, type Warner } from './telling.ts';
import { EntryRefused, UNFINISHED_PREFIX, writeEntry } from './write-entry.ts';

/** Entries that are kept of each series. */
export const KEPT_PER_SERIES = 50;

/** An unfinished folder this old belongs to a process that was killed. */
const ABANDONED_MILLISECONDS = 24 * 60 * 60 * 1000;

export interface DirectoryStoreOptions {
  /** The store's folder, usually `.tare`, absolute; made on the first save. */
  readonly directory: string;
  readonly logger: Warner;
  /** Entries kept of each series, the newest; default {@link KEPT_PER_SERIES}. */
  readonly kept?: number;
}

/**
 * Keeps baselines in a plain folder, one folder per key under `baselines/`. Several processes may use it at once: an
 * entry appears whole or not at all, and the first writer of a key wins. An entry is never changed, but one that cannot
 * be read any more gives way to a new one. After each save the oldest entries of the series beyond `kept` are removed.
 */
export function createDirectoryStore(options: DirectoryStoreOptions): BaselineStore {
  const baselines = join(options.directory, 'baselines');
  const kept = Math.max(1, options.kept ?? KEPT_PER_SERIES);
  return {
    find: (query) => find(baselines, query, telling(options.logger, query.onWarning)),
    save: async (draft) => {
      try {
        const outcome = await save(
          options.directory,
          baselines,
          draft,
          telling(options.logger, draft.onWarning),
        );
        if (outcome.saved) await removeOld(baselines, draft.series, kept, options.logger);
        return outcome;
      } catch (error) {
        if (!(error instanceof EntryRefused) && systemCode(error) === null) throw error;
        return {
          saved: false,
          reason: `${options.directory} cannot be written: ${messageOf(error)}; make it a folder that may be written, or name another with --store`,
        };
      }
    },
  };
}

async function find(baselines: string, query: BaselineQuery, logger: Warner): Promise<FoundBaseline | null> {
  for (const [distance, commit] of query.commits.entries()) {
    const key = baselineKey(query.series, commit);
    const expected = { key, commit, configuration: query.series.configuration };
    const stored = await readEntry(join(baselines, key), expected);
    const reading = stored.ok
      ? await adopt(stored, query.into, () => readEntry(query.into, expected))
      : stored;
    if (reading.ok) return { ...reading.baseline, distance, source: 'directory' };
    if (reading.rejection.kind !== 'absent') logger.warning(`${reading.rejection.reason}; skipped`);
  }
  return null;
}

/** Copies a verified entry and reads the copy again: another process may have removed the original meanwhile. */
async function adopt(
  stored: EntryReading & { ok: true },
  into: string,
  readCopy: () => Promise<EntryReading>,
): Promise<EntryReading> {
  const { directory, measurement } = stored.baseline;
  for (const folder of PROGRAM_FOLDERS) await mkdir(join(into, folder), { recursive: true });
  const programs = measurement.programs.map(({ file }) => file);
  try {
    for (const file of [MEASUREMENT_FILE, HISTORY_FILE, MANIFEST_FILE, ...programs])
      await copyFile(join(directory, file), join(into, file), constants.COPYFILE_FICLONE);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  const copy = await readCopy();
  if (!copy.ok) for (const name of await readdir(into)) await rm(join(into, name), { recursive: true });
  return copy;
}

async function save(
  directory: string,
  baselines: string,
  draft: BaselineDraft,
  logger: Warner,
): Promise<SaveOutcome> {
  const { commit, configuration } = draft.measurement;
  const key = baselineKey(draft.series, commit);
  const entry = join(baselines, key);
  await makeFolder(baselines);
  await ignoreInGit(directory, baselines);
  const present = await readEntry(entry, { key, commit, configuration });
  if (present.ok) return alreadyRecorded(commit, entry);
  if (present.rejection.kind !== 'absent') {
    logger.warning(`${present.rejection.reason}; replaced`);
    await remove(entry);
  }
  try {
    await writeEntry(draft, entry);
  } catch (error) {
    const lost = ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(systemCode(error) ?? '');
    if (!lost || !(await exists(entry))) throw error;
    return alreadyRecorded(commit, entry);
  }
  return { saved: true, key };
}

function alreadyRecorded(commit: string, entry: string): SaveOutcome {
  const reason = `a baseline of commit ${commit} is already recorded; delete ${entry} to record it again`;
  return { saved: false, recorded: true, reason };
}

/** Not `mkdir` with `recursive`, which never ends where the system denies that an existing parent exists (`/proc`). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return;
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path).catch((again: unknown) => {
      if (systemCode(again) !== 'EEXIST') throw again;
    });
  }
}

async function removeOld(
  baselines: string,
  series: BaselineSeries,
  kept: number,
  logger: Warner,
): Promise<void> {
  try {
    const prefix = seriesPrefix(series);
    const entries: { readonly path: string; readonly written: number }[] = [];
    for (const name of await readdir(baselines)) {
      const path = join(baselines, name);
      const written = await writtenAt(path);
      if (written === null) continue;
      if (name.startsWith(prefix) && /^[0-9a-f]+$/.test(name.slice(prefix.length)))
        entries.push({ path, written });
      if (name.startsWith(UNFINISHED_PREFIX) && Date.now() - written > ABANDONED_MILLISECONDS)
        await rm(path, { recursive: true, force: true });
    }
    entries.sort((left, right) => right.written - left.written);
    for (const { path } of entries.slice(kept)) await remove(path);
  } catch (error) {
    logger.warning(`old baselines in ${baselines} were not removed: ${messageOf(error)}`);
  }
}

/** Renames first, so that no reader sees half an entry. */
async function remove(entry: string): Promise<void> {
  const away = join(dirname(entry), `${UNFINISHED_PREFIX}${randomUUID()}`);
  try {
    await rename(entry, away);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  await rm(away, { recursive: true, force: true });
}

async function writtenAt(path: string): Promise<number | null> {
  try {
    return (await lstat(path)).mtimeMs;
  } catch {
    return null;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await writtenAt(path)) !== null;
}

function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
