import { join } from 'node:path';
import { textsIn } from '../../process/texts-in.ts';
import { plural } from '../../report/wording.ts';
import type { SidedCase, Sides } from './sided-case.ts';
import { isSeldomRead } from './unchanged.ts';

/** Sources are compiled, not read. */
const COMPILED = /\.rs$|(^|\/)Cargo\.(toml|lock)$/;

/**
 * One line about the cases whose base reads the head's files: the path of the head's checkout was compiled into its program, as
 * `env!("CARGO_MANIFEST_DIR")` does, and files differ that it may read there. `changed`: as `splitUnchanged` takes it.
 */
export async function foreignFiles(
  cases: readonly SidedCase[],
  { base, head }: Sides,
  changed: readonly string[] | null,
): Promise<string[]> {
  const read = (changed ?? []).filter((file) => !COMPILED.test(file) && !isSeldomRead(file));
  const [first] = read;
  if (first === undefined || base.root === head.root) return [];
  const known = new Map<string, boolean>();
  const holds = async (file: string): Promise<boolean> => {
    const told = known.get(file) ?? (await textsIn(join(base.directory, file), [head.root])).length > 0;
    known.set(file, told);
    return told;
  };
  const names: string[] = [];
  for (const { benchCase, files } of cases) {
    for (const file of files.base) {
      if (!names.includes(benchCase.name) && (await holds(file))) names.push(benchCase.name);
    }
  }
  const [name] = names;
  if (name === undefined) return [];
  const others = names.length === 1 ? '' : ` and ${names.length - 1} more`;
  const more = read.length === 1 ? '' : ` and ${plural(read.length - 1, 'other file')}`;
  return [
    `${name}${others}: the base's program was compiled with the path of this checkout (CARGO_MANIFEST_DIR), so what it reads by that path are the head's files, and ${first}${more} changed.`,
  ];
}
