import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UserError } from '../errors.ts';

/** A private directory of one run. */
export interface Workplace {
  /** Absolute path. */
  readonly directory: string;
  /** A fresh, empty directory of that name inside it, absolute. */
  empty(name: string): Promise<string>;
  /** Runs `work` while the folder of that name lies elsewhere, so that `work` may make another in its place. */
  setAside<T>(name: string, work: () => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

const SLOTS = 10;

/**
 * Takes the first free slot `tare-0` … `tare-9` of `temporary`.
 * The path is the same from run to run, because build scripts put the output directory's path into programs:
 * a random name would change the bytes of an unchanged program.
 * Errors: UserError when every slot is taken by a living process or the directory may not be written.
 */
export async function openWorkplace(temporary: string): Promise<Workplace> {
  await makeTemporary(temporary);
  await removeForgotten(temporary);
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const directory = join(temporary, `tare-${slot}`);
    if (await claim(directory)) return workplaceAt(directory);
  }
  throw new UserError(
    `${temporary}: all ${SLOTS} working directories tare-0 … tare-${SLOTS - 1} are in use; end the other runs or delete them`,
  );
}

function workplaceAt(directory: string): Workplace {
  return {
    directory,
    empty: async (name) => {
      const path = join(directory, name);
      await rm(path, { recursive: true, force: true });
      await mkdir(path, { recursive: true });
      return path;
    },
    setAside: async (name, work) => {
      const path = join(directory, name);
      const aside = `${path}.aside`;
      if (!existsSync(path)) return work();
      await rename(path, aside);
      try {
        return await work();
      } finally {
        await rm(path, { recursive: true, force: true });
        await rename(aside, path);
      }
    },
    remove: () => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

async function makeTemporary(temporary: string): Promise<void> {
  try {
    await mkdir(temporary, { recursive: true });
  } catch (error) {
    throw cannotCreate(temporary, error);
  }
}

/** A day: longer than any command that still writes its account (process/usage) there. */
const FORGOTTEN_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Accounts that a killed process left behind. What cannot be listed or removed, as another user's, stays. */
async function removeForgotten(temporary: string): Promise<void> {
  const names = await readdir(temporary).catch(() => []);
  for (const name of names.filter((each) => /^tare-time-[0-9a-f-]{36}$/.test(each))) {
    const path = join(temporary, name);
    const written = await stat(path).catch(() => null);
    if (written?.isFile() && Date.now() - written.mtimeMs > FORGOTTEN_MILLISECONDS)
      await rm(path, { force: true }).catch(() => undefined);
  }
}

async function claim(directory: string): Promise<boolean> {
  if (await create(directory)) return own(directory);
  return (await isAbandoned(directory)) && (await takeOver(directory));
}

async function own(directory: string): Promise<true> {
  await writeFile(join(directory, 'pid'), String(process.pid));
  return true;
}

/** One process at a time, which looks again: what two of them saw abandoned may be the other's by now. */
async function takeOver(directory: string): Promise<boolean> {
  const lock = `${directory}.lock`;
  if (!(await create(lock))) {
    if (await isOld(lock)) await rm(lock, { recursive: true, force: true });
    return false;
  }
  try {
    if (!(await isAbandoned(directory))) return false;
    await rm(directory, { recursive: true, force: true });
    return (await create(directory)) && (await own(directory));
  } catch (error) {
    // Another user's, whose slot it may be for ever.
    if (hasCode(error, 'EACCES') || hasCode(error, 'EPERM')) return false;
    throw error;
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function create(directory: string): Promise<boolean> {
  try {
    await mkdir(directory);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw cannotCreate(directory, error);
  }
}

function cannotCreate(directory: string, error: unknown): UserError {
  return new UserError(
    `${directory}: cannot be created (${messageOf(error)}); set TMPDIR to a directory that may be written`,
  );
}

async function isAbandoned(directory: string): Promise<boolean> {
  const owner = Number(await readFile(join(directory, 'pid'), 'utf8').catch(() => '0'));
  if (!Number.isInteger(owner) || owner <= 0) return isOld(directory);
  try {
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return hasCode(error, 'ESRCH');
  }
}

/** A slot without an owner may be one that another process is claiming right now. */
async function isOld(directory: string): Promise<boolean> {
  const claimed = await stat(directory).catch(() => null);
  return claimed === null || Date.now() - claimed.mtimeMs > 60_000;
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
