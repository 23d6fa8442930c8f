import { existsSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { benchFilter } from '../../config/benches.ts';
import type { Bench, Config } from '../../config/config.ts';
import { fillWords, programsOf } from '../../config/words.ts';
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
  /** Files of both sides' entries that are placed in the case's commands, in the same order. */
  readonly files: { readonly base: readonly string[]; readonly head: readonly string[] };
  /** The case with other programs of the same names: absolute paths in the order of `files`, by side. */
  readonly withPrograms: (side: 'base' | 'head', paths: readonly string[]) => BenchCommand;
}

export interface PairedUp {
  readonly cases: readonly SidedCase[];
  /** Names of cases that only one side has. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly failed: readonly { readonly case: string; readonly message: string }[];
}

const HARNESS_SECONDS = 300;

/** Joins both sides' benchmarks by name, and adds the commands of the configuration. `folder`: absolute, for copies of programs. */
export async function pairUp(
  sides: Sides,
  config: Config,
  configuration: string,
  folder: string,
): Promise<PairedUp> {
  const base = new Map(sides.base.measurement.benches.map((bench) => [bench.case, bench]));
  const head = new Map(sides.head.measurement.benches.map((bench) => [bench.case, bench]));
  const cases: SidedCase[] = [];
  const failed: { case: string; message: string }[] = [];
  const add = async (name: string, make: () => Promise<SidedCase>) => {
    try {
      cases.push(await make());
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failed.push({ case: name, message: error.message });
    }
  };
  for (const [name, bench] of head) {
    const before = base.get(name);
    if (before !== undefined) await add(name, () => harnessCase(before, bench, sides, folder));
  }
  for (const bench of commandsOf(config, configuration)) {
    const name = `bench ${bench.name}`;
    if (head.has(name))
      failed.push({ case: name, message: 'a [[bench]] has the name of a benchmark; rename it' });
    else await add(name, () => commandCase(bench, sides, folder));
  }
  return {
    cases,
    added: [...head.keys()].filter((name) => !base.has(name)),
    removed: [...base.keys()].filter((name) => !head.has(name)),
    failed,
  };
}

function commandsOf({ benches }: Config, configuration: string): readonly Bench[] {
  const wanted = benchFilter(benches);
  return benches.commands.filter(
    ({ name, configurations }) =>
      wanted(`bench ${name}`) && (configurations?.includes(configuration) ?? true),
  );
}

async function harnessCase(
  before: StoredBench,
  after: StoredBench,
  sides: Sides,
  folder: string,
): Promise<SidedCase> {
  const stored = { base: before, head: after };
  const files = { base: [before.file], head: [after.file] };
  const place = await placed(files, sides, folder);
  const homes = { base: join(folder, 'home-base'), head: join(folder, 'home-head') };
  await Promise.all(Object.values(homes).map((home) => mkdir(home, { recursive: true })));
  const withPrograms = (side: 'base' | 'head', [file = '']: readonly string[]): BenchCommand => ({
    file,
    args: stored[side].args,
    cwd: existing(join(sides[side].root, stored[side].directory), sides[side].root),
    env: Object.fromEntries(stored[side].home.map((name) => [name, homes[side]])),
    timeoutSeconds: HARNESS_SECONDS,
  });
  const { case: name, metric, reads } = after;
  const time: BenchTime =
    reads === null
      ? { from: 'process' }
      : { from: 'stdout', format: reads.format, ...(reads.row === null ? {} : { row: reads.row }) };
  return sided(name, 'primary', metric, time, files, withPrograms, place);
}

async function commandCase(bench: Bench, sides: Sides, folder: string): Promise<SidedCase> {
  const names = [...new Set([...programsOf(bench.run), ...programsOf(bench.prepare ?? [])])];
  const files = {
    base: names.map((name) => fileOf(name, sides.base.measurement, 'base')),
    head: names.map((name) => fileOf(name, sides.head.measurement, 'head')),
  };
  const place = await placed(files, sides, folder);
  for (const side of [sides.base, sides.head]) {
    await insideCheckout(bench.cwd, side.root);
    if (bench.stdin !== null) await insideCheckout(bench.stdin, side.root);
  }
  const withPrograms = (side: 'base' | 'head', paths: readonly string[]): BenchCommand => {
    const pathOf = (program: string) => paths[names.indexOf(program)] ?? program;
    const [file = '', ...args] = fillWords(bench.run, pathOf);
    const [tool, ...rest] = fillWords(bench.prepare ?? [], pathOf);
    return {
      file,
      args,
      cwd: join(sides[side].root, bench.cwd),
      env: bench.env,
      ...(bench.stdin === null ? {} : { stdinFile: join(sides[side].root, bench.stdin) }),
      ...(tool === undefined ? {} : { prepare: { file: tool, args: rest } }),
      timeoutSeconds: bench.timeoutSeconds,
    };
  };
  return sided(
    `bench ${bench.name}`,
    bench.category,
    'wall-time',
    { from: 'process' },
    files,
    withPrograms,
    place,
  );
}

function sided(
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

/** Both sides' programs at equally long paths, so that the path does not move the stack. */
async function placed(files: SidedCase['files'], { base, head }: Sides, folder: string) {
  const paths = { base: [] as string[], head: [] as string[] };
  for (const [index, file] of files.head.entries()) {
    const other = files.base[index] ?? file;
    const place = await placePrograms(join(folder, `programs-${basename(file)}`), basename(file), {
      base: [join(base.directory, other)],
      head: [join(head.directory, file)],
    });
    paths.base.push(...place.base);
    paths.head.push(...place.head);
  }
  return paths;
}

function fileOf(program: string, { programs, commit }: Measurement, side: string): string {
  const found = programs.find(({ name, kind }) => name === program && kind === 'bin');
  if (found !== undefined) return found.file;
  const names = programs.filter(({ kind }) => kind === 'bin').map(({ name }) => name);
  throw new UserError(
    `{bin:${program}}: the ${side} ${commit.slice(0, 10)} has no such program; it has ${names.join(', ') || 'none'}`,
  );
}

/** A package's folder that moved is no reason to fail: most benchmarks read no files. */
function existing(path: string, root: string): string {
  return existsSync(path) ? path : root;
}

async function insideCheckout(path: string, root: string): Promise<void> {
  const real = await realpath(join(root, path)).catch(() => null);
  if (real === null)
    throw new UserError(`${path} is not in the commit; correct cwd or stdin of the [[bench]]`);
  if (relative(await realpath(root), real).split(sep)[0] === '..') {
    throw new UserError(`${path} is a link out of the repository; make it a file inside it`);
  }
}
