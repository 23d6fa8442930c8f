import { basename, join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { BenchCase, BenchCommand, BenchTime } from '../../measure/bench/case.ts';
import { placePrograms } from '../../measure/bench/place.ts';
import type { Measurement, StoredBench } from '../../measure/measurement.ts';

/** One side of the comparison: its programs, and the checkout whose data files they read. */
export interface BenchSide {
  readonly measurement: Measurement;
  /** Absolute path of the folder with `bin/` and `bench/`. */
  readonly directory: string;
  /** Root of a checkout of this side's commit, absolute. */
  readonly root: string;
}

export interface Sides {
  readonly base: BenchSide;
  readonly head: BenchSide;
}

/** A case that both sides have, and the stored programs that it runs. */
export interface SidedCase {
  readonly benchCase: BenchCase;
  readonly metric: StoredBench['metric'];
  /** Whether equal runs do equal work, so that its instructions can be counted: not where a harness chooses its own rounds. */
  readonly countable?: boolean;
  /** Files of both sides' entries that are placed in the case's commands, in the same order. */
  readonly files: { readonly base: readonly string[]; readonly head: readonly string[] };
  /** The case with other programs of the same names: absolute paths in the order of `files`, by side. */
  readonly withPrograms: (side: 'base' | 'head', paths: readonly string[]) => BenchCommand;
}

/** A case with the commands of its placed programs. */
export function sided(
  name: string,
  category: BenchCase['category'],
  metric: StoredBench['metric'],
  time: BenchTime,
  files: SidedCase['files'],
  withPrograms: SidedCase['withPrograms'],
  place: { readonly base: readonly string[]; readonly head: readonly string[] },
): SidedCase {
  const base = withPrograms('base', place.base);
  const head = withPrograms('head', place.head);
  return { benchCase: { name, category, base, head, time }, metric, files, withPrograms };
}

/** Both sides' programs at equally long paths, so that the path does not move the stack: each two copied once, however many cases run them. */
export class Copies {
  readonly folder: string;
  readonly #sides: Sides;
  readonly #made = new Map<string, Awaited<ReturnType<typeof placePrograms>>>();

  /** `folder`: absolute, for the copies. */
  constructor(sides: Sides, folder: string) {
    this.#sides = sides;
    this.folder = folder;
  }

  /** The paths of the copies, in the order of the files. Errors: those of the file system. */
  async placed(files: SidedCase['files']): Promise<{ readonly base: string[]; readonly head: string[] }> {
    const paths = { base: [] as string[], head: [] as string[] };
    for (const [index, file] of files.head.entries()) {
      const place = await this.#both(files.base[index] ?? file, file);
      paths.base.push(...place.base);
      paths.head.push(...place.head);
    }
    return paths;
  }

  async #both(before: string, after: string) {
    const { base, head } = this.#sides;
    const folder = join(this.folder, `programs-${after.replace('/', '-')}`, before.replace('/', '-'));
    const made =
      this.#made.get(folder) ??
      (await placePrograms(folder, basename(after), {
        base: [join(base.directory, before)],
        head: [join(head.directory, after)],
      }));
    this.#made.set(folder, made);
    return made;
  }
}

/** The stored file of a shipped program. Errors: UserError when the side has none of that name. */
export function fileOf(program: string, { programs, commit }: Measurement, side: string): string {
  const found = programs.find(({ name, kind }) => name === program && kind === 'bin');
  if (found !== undefined) return found.file;
  const names = programs.filter(({ kind }) => kind === 'bin').map(({ name }) => name);
  throw new UserError(
    `{bin:${program}}: the ${side} ${commit.slice(0, 10)} has no such program; it has ${names.join(', ') || 'none'}`,
  );
}
