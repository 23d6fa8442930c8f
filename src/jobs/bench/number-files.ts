import { open, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { isOutside } from '../../config/load.ts';
import { messageOf, UserError } from '../../errors.ts';
import { fits } from '../../wildcard.ts';

/** Most files that one pattern may fit, and most bytes of one of them. */
export const MAX_FILES = 200;
export const MAX_FILE_BYTES = 16 << 20;
/** Most names that are looked at in all folders together. */
const MAX_NAMES = 100_000;

/**
 * Absolute paths that fit a pattern, sorted: relative to `root` (absolute), or absolute. `*` stands for any text within one
 * name, but for the dot that a hidden name begins with. Errors: UserError for more than {@link MAX_FILES}.
 */
export async function filesOf(pattern: string, root: string): Promise<string[]> {
  const absolute = isAbsolute(pattern);
  const start = absolute ? parse(pattern).root : root;
  const names = (absolute ? pattern.slice(start.length) : pattern).split(absolute ? sep : '/');
  const looked = { names: 0 };
  let found = [start];
  for (const [index, name] of names.entries()) {
    const last = index === names.length - 1;
    const below: string[] = [];
    for (const folder of found) below.push(...(await fitting(folder, name, last, looked)));
    if (looked.names > MAX_NAMES)
      throw new UserError(`${pattern} looks through too many files; name a folder`);
    found = below;
  }
  if (found.length > MAX_FILES)
    throw new UserError(`${pattern} fits ${found.length} files; at most ${MAX_FILES} are read`);
  return found.sort();
}

async function fitting(
  folder: string,
  name: string,
  last: boolean,
  looked: { names: number },
): Promise<string[]> {
  if (!name.includes('*')) {
    const path = join(folder, name);
    return !last || (await stat(path).catch(() => null)) !== null ? [path] : [];
  }
  const pieces = name.split('*');
  const entries = await readdir(folder).catch(() => []);
  looked.names += entries.length;
  if (looked.names > MAX_NAMES) return [];
  return entries
    .filter((entry) => fits(pieces, entry) && (name.startsWith('.') || !entry.startsWith('.')))
    .map((entry) => join(folder, entry));
}

/** What tells that a file was written again; null for a file that is not there. */
export async function stampOf(path: string): Promise<string | null> {
  const { ctimeNs, ino, size } = (await stat(path, { bigint: true }).catch(() => null)) ?? {};
  return ctimeNs === undefined ? null : `${ctimeNs} ${ino} ${size}`;
}

/**
 * The text of a file of numbers. `root`: the repository, absolute, which a link may not lead out of; null: anywhere.
 * Errors: UserError for such a link, for what is no file or is larger than {@link MAX_FILE_BYTES}, and for what cannot be read.
 */
export async function readNumbers(path: string, root: string | null): Promise<string> {
  try {
    const target = await realpath(path);
    if (root !== null && isOutside(relative(await realpath(root), resolve(target))))
      throw new UserError('it is a link out of the repository; make it a file inside it');
    // Opened only when it is a file: a pipe would be waited for.
    if (!(await stat(target)).isFile()) throw new UserError('it is not a file');
    return await textOf(target);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`it cannot be read (${messageOf(error)})`);
  }
}

async function textOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > MAX_FILE_BYTES)
      throw new UserError(`it has ${size} bytes; at most ${MAX_FILE_BYTES} are read`);
    const buffer = Buffer.alloc(size);
    const { bytesRead } = await file.read(buffer, 0, size, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
