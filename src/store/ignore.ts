import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What stands in the store's folder beside what its user may keep there. */
const OWN = new Set(['baselines', 'history', '.gitignore']);

/** Keeps the store's folder out of the project's repository; where it holds files of the user's too, only `part`, a folder of it. */
export async function ignoreInGit(directory: string, part: string): Promise<void> {
  const alone = directory === part || (await readdir(directory)).every((name) => OWN.has(name));
  try {
    await writeFile(join(alone ? directory : part, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
