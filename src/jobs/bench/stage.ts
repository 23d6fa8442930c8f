import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { benchFilter } from '../../config/benches.ts';
import type { Config } from '../../config/config.ts';
import { programsOf } from '../../config/words.ts';
import { BuildError, UserError } from '../../errors.ts';
import {
  type Identity,
  MAX_NAME,
  type Measurement,
  type StoredBench,
  type StoredProgram,
} from '../../measure/measurement.ts';
import type { BuiltBench, BuiltBenchmark } from '../../toolchain/bench.ts';
import type { BuildRequest, BuiltProgram, Toolchain } from '../../toolchain/toolchain.ts';
import type { JobPorts } from '../ports.ts';
import { storeProgram } from '../programs.ts';
import type { FailedCase } from './failed-case.ts';
import { isPairable } from './numbers.ts';
import { benchmarksOf } from './printed.ts';
import { type Room, roomOf } from './room.ts';
import { unfitLine } from './unfit.ts';

export interface StageRequest {
  readonly build: BuildRequest;
  readonly toolchain: Toolchain;
  readonly config: Config;
  /** Root of the checkout, absolute. */
  readonly root: string;
  /** The entry's folder, absolute; already holds `bin/`. */
  readonly directory: string;
  /** The shipped programs: how they were built, by the file that they are stored as. */
  readonly shipped: ReadonlyMap<string, BuiltProgram>;
  /** The shipped programs as they are stored. */
  readonly stored: readonly StoredProgram[];
}

/** Most characters of what the compiler said. */
const MAX_OUTPUT = 8000;

/** What can be run again and again, in an entry's folder. */
export interface Staged {
  readonly benches: StoredBench[];
  readonly programs: StoredProgram[];
  /** How each stored program that benchmarks use was built, by its file. */
  readonly built: ReadonlyMap<string, BuiltProgram | BuiltBench>;
  readonly failed: readonly FailedCase[];
  readonly warnings: string[];
  /** `profile.*` fields of the benchmark programs; left out: there are none. */
  readonly profile?: Identity;
}

const NOTHING: Staged = { benches: [], programs: [], built: new Map(), failed: [], warnings: [] };

/** Builds and stores the benchmark programs of a side; a benchmark that does not build is a warning. */
export async function stageBenches(request: StageRequest, ports: JobPorts): Promise<Staged> {
  const { config } = request;
  if (!config.benches.enabled) return NOTHING;
  const harness = await stageHarness(request, ports);
  const used = new Set([
    ...config.benches.commands.flatMap(({ run, prepare }) => [
      ...programsOf(run),
      ...programsOf(prepare ?? []),
    ]),
    ...config.benches.numbers.filter(isPairable).flatMap(({ command }) => programsOf(command ?? [])),
  ]);
  const shipped = [...request.shipped].filter(([, program]) => used.has(program.name));
  return { ...harness, built: new Map([...harness.built, ...shipped]) };
}

/** Programs in other code layouts. */
export interface StagedLayouts {
  readonly layouts: Measurement['layouts'];
  readonly programs: StoredProgram[];
  /** Why there are none, by file. */
  readonly impossible: ReadonlyMap<string, string>;
}

async function stageHarness(request: StageRequest, ports: JobPorts): Promise<Staged> {
  const { toolchain, config, build } = request;
  if (!config.benches.harness || toolchain.benches === undefined) return NOTHING;
  try {
    const { programs, identity, warnings, failed = [] } = await toolchain.benches(build);
    const staged = await storeBenches(programs, warnings, failed.length === 0, request, ports);
    const isExcluded = excluded(config);
    const rows = failed.map(({ name, ...row }) => ({ case: programCase(name), ...row }));
    const profile = Object.keys(identity).length === 0 ? {} : { profile: identity };
    const told = rows.filter((row) => !isExcluded(row.case));
    return { ...staged, ...profile, failed: [...told, ...staged.failed] };
  } catch (error) {
    // A benchmark is no reason to lose the sizes and the compile time.
    if (!(error instanceof BuildError || error instanceof UserError)) throw error;
    const message = `the benchmarks cannot be built, and none was run: ${error.message}`;
    const output = error instanceof BuildError ? error.output.slice(0, MAX_OUTPUT) : '';
    return { ...NOTHING, failed: [{ case: ALL, message, output }] };
  }
}

/** Stands for every benchmark that the toolchain finds. */
const ALL = 'bench *';

/** The name that a program of benchmarks as a whole goes by. */
function programCase(name: string): string {
  return `bench ${name}`.slice(0, MAX_NAME);
}

/** Whether a name is left out; `filter` names benchmarks, which nobody knows of a program that tells none. */
function excluded({ benches }: Config): (name: string) => boolean {
  const wanted = benchFilter({ ...benches, filter: [] });
  return (name) => !wanted(name);
}

async function storeBenches(
  found: readonly BuiltBench[],
  warnings: readonly string[],
  areAll: boolean,
  request: StageRequest,
  ports: JobPorts,
): Promise<Staged> {
  const wanted = benchFilter(request.config.benches);
  const staged = { benches: [] as StoredBench[], programs: [] as StoredProgram[], warnings: [...warnings] };
  const built = new Map<string, BuiltBench>();
  const failed: FailedCase[] = [];
  const programs = found.map((program) => ({ ...program, benchmarks: benchmarksOf(program) }));
  const nameOf = caseNames(programs);
  const names = programs.flatMap((program) => program.benchmarks.map((each) => nameOf(program, each)));
  // A pattern may fit a benchmark of a program that failed.
  const unfit = areAll ? unfitLine(names, request.config) : null;
  if (unfit !== null) staged.warnings.push(unfit);
  const room = roomOf(request);
  let bytes = 0;
  for (const program of programs) {
    const benchmarks = program.benchmarks.filter((each) => wanted(nameOf(program, each)));
    if (benchmarks.length === 0) continue;
    // Windows starts no file without it.
    const extension = program.path.endsWith('.exe') ? '.exe' : '';
    const file = storedAs(`${program.package}-${program.kind}-${program.name}`) + extension;
    // What counts instructions finds its functions by name, and has no times that a layout could move.
    const symbols = benchmarks.some(({ metric }) => metric === 'instructions');
    const stored = await storeProgram(
      { name: program.name, kind: 'bench', file, path: program.path, symbols },
      request.directory,
      ports.runner,
    );
    if (bytes + stored.bytes > room.bytes) {
      failed.push(tooLarge(program, room));
      await rm(join(request.directory, file));
      continue;
    }
    bytes += stored.bytes;
    staged.programs.push(stored);
    if (!symbols) built.set(file, program);
    const directory = relative(request.root, program.directory).replaceAll('\\', '/');
    staged.benches.push(
      ...benchmarks.map((each) => ({
        ...storedBench(nameOf(program, each), each, file, directory),
        ...(program.starts === undefined ? {} : { starts: [...program.starts] }),
      })),
    );
  }
  return { ...staged, built, failed };
}

function storedAs(name: string): string {
  return `bench/${name}`.replace(/[^\w./-]/g, '_');
}

/** The targets that a program of benchmarks is built of. */
const HARNESSED: readonly BuiltBench['kind'][] = ['bench', 'lib', 'bin'];

/** Without the benchmarks of programs that the other side has too and that failed there: they were not removed. */
export function withoutFailed(
  removed: readonly string[],
  { benches }: Pick<Measurement, 'benches'>,
  failed: readonly FailedCase[],
): string[] {
  if (failed.some((row) => row.case === ALL)) return [];
  const ends = failed.flatMap((row) =>
    HARNESSED.map((kind) => storedAs(`-${kind}-${row.case.replace(/^bench /, '')}`).slice('bench/'.length)),
  );
  const lost = benches
    .filter(({ file }) => ends.some((end) => file.replace(/\.exe$/, '').endsWith(end)))
    .map((each) => each.case);
  return removed.filter((name) => !lost.includes(name));
}

function storedBench(name: string, benchmark: BuiltBenchmark, file: string, directory: string): StoredBench {
  const { args, home, metric, reads } = benchmark;
  return {
    case: name,
    file,
    args: [...args],
    home: [...home],
    metric,
    reads: reads === null ? null : { format: reads.format, row: reads.row ?? null },
    directory,
  };
}

/** A benchmark's own name; where several programs list the same one, the program's name stands before it. */
function caseNames(
  programs: readonly BuiltBench[],
): (program: BuiltBench, benchmark: BuiltBenchmark) => string {
  const seen = new Map<string, number>();
  for (const { name } of programs.flatMap((program) => program.benchmarks)) {
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  return (program, { name }) =>
    seen.get(name) === 1 ? `bench ${name}` : `bench ${program.package}/${program.name} ${name}`;
}

function tooLarge({ name }: BuiltBench, { limit, advice }: Room): FailedCase {
  const message = `the benchmark programs are larger than ${limit}, so ${name} was left out; ${advice}`;
  return { case: programCase(name), message, output: '' };
}
