import { constants } from 'node:fs';
import { copyFile, link, lstat, mkdir, readdir, readlink, symlink, utimes } from 'node:fs/promises';
import path from 'node:path';

/** Cargo and rustc replace large files and write small ones in place: those must not be shared. In bytes. */
const SHARED_FROM = 64 * 1024;

/**
 * Copies a build directory, with its times, by which cargo tells what is up to date. Large files are hard links where the
 * file system has them, so it costs little room. `to` must not exist. Errors: those of the file system.
 */
export async function copyBuild(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await copyBuild(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else if (entry.isFile()) await copyOne(source, target);
  }
}

async function copyOne(from: string, to: string): Promise<void> {
  const { size, atimeMs, mtimeMs } = await lstat(from);
  if (size >= SHARED_FROM && (await isLinked(from, to))) return;
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await utimes(to, atimeMs / 1000, mtimeMs / 1000);
}

async function isLinked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch {
    return false;
  }
}
