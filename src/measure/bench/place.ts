import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Copies programs into folders of equally long names below `folder`, `base-00/NAME` and `head-00/NAME`, and counting on
 * for further layouts of a side; at most 100. The length of a program's own path moves its stack (see pad.ts).
 * Gives the new absolute paths in the same order. Errors: those of the file system.
 */
export async function placePrograms(
  folder: string,
  name: string,
  sides: { readonly base: readonly string[]; readonly head: readonly string[] },
): Promise<{ base: string[]; head: string[] }> {
  const place = async (side: 'base' | 'head'): Promise<string[]> => {
    const placed: string[] = [];
    for (const [index, program] of sides[side].entries()) {
      const target = join(folder, `${side}-${String(index).padStart(2, '0')}`);
      await mkdir(target, { recursive: true });
      const path = join(target, name);
      await copyFile(program, path);
      await chmod(path, 0o755);
      placed.push(path);
    }
    return placed;
  };
  return { base: await place('base'), head: await place('head') };
}
