import { copyFile, link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** The folder of the profiles `release` and `bench`, which share it. */
const SHARED = 'release';

/**
 * Does `work`, which builds with the profile `bench`, and puts back the shipped programs: cargo builds the programs of a package for
 * its benchmarks too, to the very paths of those that the profile `release` made. `scratch`: absolute, on the same disk.
 */
export async function keepingShipped<T>(
  buildDirectory: string,
  scratch: string,
  work: () => Promise<T>,
): Promise<T> {
  const aside = path.join(scratch, 'shipped');
  const kept: Kept[] = [];
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  for (const folder of await sharedFolders(buildDirectory)) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isFile() || entry.name.endsWith('.d')) continue;
      kept.push(await keep(path.join(folder, entry.name), path.join(aside, String(kept.length))));
    }
  }
  try {
    return await work();
  } finally {
    for (const each of kept) await putBack(each);
  }
}

interface Kept {
  readonly file: string;
  readonly copy: string;
  readonly inode: number;
}

async function keep(file: string, copy: string): Promise<Kept> {
  // Cargo takes a file away before it makes another, so the link stays what it is.
  await link(file, copy).catch(() => copyFile(file, copy));
  return { file, copy, inode: (await stat(file)).ino };
}

async function putBack({ file, copy, inode }: Kept): Promise<void> {
  const now = await stat(file).catch(() => null);
  if (now?.ino === inode) await rm(copy);
  else await rename(copy, file);
}

/** Also those of a target that was asked for. */
async function sharedFolders(buildDirectory: string): Promise<string[]> {
  const entries = await readdir(buildDirectory, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const candidates = folders.map((name) =>
    name === SHARED ? path.join(buildDirectory, name) : path.join(buildDirectory, name, SHARED),
  );
  const found = await Promise.all(
    candidates.map(async (folder) => (await stat(folder).catch(() => null))?.isDirectory() === true),
  );
  return candidates.filter((_, index) => found[index]);
}
