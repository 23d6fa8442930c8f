import { open, realpath, stat } from 'node:fs/promises';
import nodePath from 'node:path';
import { UserError } from '../errors.ts';
import { MAX_FILE_BYTES } from './defaults.ts';
import { isOutside, type ReadFile } from './load.ts';

/**
 * Reads files of the repository at `root` (absolute) for the configuration, at most one byte over its size limit;
 * an absolute path is read wherever it is.
 * Errors: UserError for a file that a link leads out of the repository and for anything but a regular file; what the
 * system says when it cannot be read.
 */
export function repositoryFiles(root: string): ReadFile {
  return async (path) => {
    const target = await realpath(nodePath.resolve(root, path)).catch(nullWhenMissing);
    if (target === null) return null;
    if (!nodePath.isAbsolute(path) && isOutside(nodePath.relative(await realpath(root), target))) {
      throw new UserError(`${path} is a link out of the repository; make it a file inside it`);
    }
    if (!(await stat(target)).isFile())
      throw new UserError(`${path} is not a file; make it one, or remove it`);
    return await firstBytes(target, MAX_FILE_BYTES + 1);
  };
}

async function firstBytes(path: string, limit: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const buffer = new Uint8Array(limit);
    let length = 0;
    while (length < limit) {
      const { bytesRead } = await file.read(buffer, length, limit - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await file.close();
  }
}

function nullWhenMissing(error: unknown): null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT' || code === 'ENOTDIR') return null;
  throw error;
}
