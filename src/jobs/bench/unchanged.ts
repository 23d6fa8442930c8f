import { basename, dirname, relative, resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import type { BenchCommand } from '../../measure/bench/case.ts';
import type { Measurement } from '../../measure/measurement.ts';
import type { Git } from '../../process/git.ts';
import type { PairedUp } from './cases.ts';
import type { SidedCase, Sides } from './sided-case.ts';

/** Cases that are worth running, and the names of those that do the same on both sides. */
export interface Split {
  readonly paired: PairedUp;
  readonly unchanged: readonly string[];
}

/**
 * Leaves out the run times that cannot differ: those of programs that are the same, byte for byte, with the same arguments and files.
 * `changed`: files that differ between the two sides' checkouts, as {@link changedFiles} gives them; null, not known, leaves out none.
 */
export function splitUnchanged(
  paired: PairedUp,
  { base, head }: Sides,
  changed: readonly string[] | null,
): Split {
  if (changed === null || changed.some((file) => !SELDOM_READ.test(file))) return { paired, unchanged: [] };
  const sides = {
    base: { digests: digestsOf(base.measurement), root: base.root },
    head: { digests: digestsOf(head.measurement), root: head.root },
  };
  const isSame = (each: SidedCase) =>
    each.metric === 'wall-time' && hasSamePrograms(each, sides) && !readsAny(each, changed, sides.head.root);
  const same = paired.cases.filter(isSame);
  const unchanged = same.map(({ benchCase }) => benchCase.name);
  return { paired: { ...paired, cases: paired.cases.filter((each) => !same.includes(each)) }, unchanged };
}

/**
 * Files that differ between two commits; null where that cannot be told. `head`: the checked-out commit; with files there that are not
 * committed it cannot be told.
 */
export async function changedFiles(
  base: string,
  head: string,
  git: Pick<Git, 'changedFiles' | 'isDirty'>,
): Promise<readonly string[] | null> {
  try {
    return (await git.isDirty()) ? null : await git.changedFiles(base, head);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** Files for people and services, which a benchmark reads only where its command names them. A .gitignore is none: search programs read it. */
const SELDOM_READ =
  /^\.github\/|^[^/]*\.md$|^docs?\/.*\.md$|(^|\/)(README\.md|LICEN[CS]E[^/]*)$|^tare\.toml$/i;

/** Whether a file is for people and services, which a benchmark reads only where its command names it. */
export function isSeldomRead(file: string): boolean {
  return SELDOM_READ.test(file);
}

interface Side {
  readonly digests: ReadonlyMap<string, string>;
  readonly root: string;
}

function digestsOf({ programs }: Measurement): Side['digests'] {
  return new Map(programs.map(({ file, sha256 }) => [file, sha256]));
}

function hasSamePrograms({ files, withPrograms }: SidedCase, sides: Record<'base' | 'head', Side>): boolean {
  if (files.head.length === 0 || files.base.length !== files.head.length) return false;
  const workOf = (side: 'base' | 'head') => {
    const { args, cwd } = withPrograms(side, files.head);
    return JSON.stringify([args, relative(sides[side].root, cwd)]);
  };
  return (
    workOf('base') === workOf('head') &&
    files.head.every((file, index) => {
      const digest = sides.head.digests.get(file);
      return digest !== undefined && digest === sides.base.digests.get(files.base[index] ?? '');
    })
  );
}

/** Whether one of the files lies in the case's own folder, or the command's words name it or a folder that it lies in. */
function readsAny({ files, withPrograms }: SidedCase, changed: readonly string[], root: string): boolean {
  const command = withPrograms('head', files.head);
  const folder = relative(root, command.cwd);
  const named = pathsIn(command).map((path) => relative(root, path));
  const words = wordsOf(command);
  return changed.some(
    (file) =>
      (folder !== '' && liesIn(file, folder)) ||
      named.some((path) => liesIn(file, path)) ||
      words.some((word) => word.includes(basename(file))),
  );
}

function wordsOf({ args, stdinFile, prepare }: BenchCommand): string[] {
  return [...args, ...(stdinFile === undefined ? [] : [stdinFile]), ...(prepare?.args ?? [])];
}

/** What may be a path in the words, absolute; of a pattern, the folder that it looks in. */
function pathsIn(command: BenchCommand): string[] {
  return wordsOf(command)
    .flatMap((word) => word.split(/[\s=:;,'"`|&<>()]+/))
    .filter((part) => part !== '')
    .map((part) => {
      const fixed = part.replace(/[*?[{].*$/s, '');
      return resolve(command.cwd, fixed === part || fixed.endsWith('/') ? fixed : dirname(fixed));
    });
}

/** `path`: a file or a folder, relative to the root as `file` is; '' is the root itself, and `..` what it lies in. */
function liesIn(file: string, path: string): boolean {
  const folder = path.replaceAll('\\', '/');
  return /^(\.\.(\/|$))*$/.test(folder) || file === folder || file.startsWith(`${folder}/`);
}
