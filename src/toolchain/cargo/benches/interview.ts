import path from 'node:path';
import { UserError } from '../../../errors.ts';
import type { Completed, ProcessRunner } from '../../../process/command.ts';
import { tail } from '../../../process/inert.ts';
import type { BuiltBench, BuiltBenchmark, FailedBench } from '../../bench.ts';
import type { Variables } from '../environment.ts';
import { isKnownHarness, type Recognised, recognise, terseNames, threadCounts } from './listing.ts';
import { CRITERION_FLAGS, divanWithThreads, OLD_CRITERION_FLAGS, shortRun } from './short-run.ts';

/** A finished program that is to be asked. */
export interface Candidate {
  readonly name: string;
  readonly kind: BuiltBench['kind'];
  readonly package: string;
  readonly path: string;
  readonly directory: string;
  /** Names of the crates that its package uses. */
  readonly dependencies: ReadonlySet<string>;
}

export interface Interviewer {
  readonly runner: ProcessRunner;
  readonly env: Variables;
  /** A private folder for what a harness may leave, absolute. */
  readonly home: string;
  /** Longest time that a program of a known harness may take for an answer. Default 60. */
  readonly listSeconds?: number;
}

/** A list is short, but the code around the benchmarks runs before it is given. */
const LIST_SECONDS = 60;
/** A program of an unknown harness may run all of its benchmarks instead. */
const OTHER_SECONDS = 10;
const MAX_OUTPUT = 8 << 20;
const MAX_BENCHMARKS = 10_000;
/** Longest name of a benchmark; a case's name has a prefix and a program's name besides. */
const MAX_LENGTH = 300;

export interface Interviewed {
  /** null when `failed` is not. */
  readonly bench: BuiltBench | null;
  readonly failed: FailedBench | null;
  readonly warnings: string[];
}

/** Asks a program which benchmarks it has. Never fails for what the program does. Errors: Cancelled. */
export async function interview(interviewer: Interviewer, candidate: Candidate): Promise<Interviewed> {
  const { dependencies, ...program } = candidate;
  const who = `benchmark program ${candidate.name} of package ${candidate.package}`;
  const known = [...dependencies].some(isKnownHarness);
  const seconds = known ? (interviewer.listSeconds ?? LIST_SECONDS) : OTHER_SECONDS;
  const ask: Ask = (args, env = {}) => told(interviewer, candidate, args, env, seconds);
  const is = (
    harness: BuiltBench['harness'],
    benchmarks: readonly BuiltBenchmark[],
    warnings: string[] = [],
  ) => ({
    ...{ bench: { ...program, harness, benchmarks }, failed: null, warnings },
  });
  const answer = await ask(['--bench', '--list']);
  if (answer === null) return is('other', [], [`${who} does not start on this machine`]);
  // A program of an unknown harness may run all of its benchmarks instead, for as long as it likes.
  if (answer.timedOut && known) {
    const message = `the program did not list its benchmarks within ${seconds} s and was ended`;
    return {
      bench: null,
      failed: { name: candidate.name, message, output: lastLines(answer) },
      warnings: [],
    };
  }
  const { harness, names: listed, runner } = recognise(answer, dependencies);
  if (runner !== null) return is(harness, [], [advice(who, runner)]);
  if (harness === 'other') {
    const { bench, ...rest } = is('other', [shortRun('other', candidate.name, candidate.name)]);
    return { ...rest, bench: answer.exitCode === 0 ? { ...bench, printed: answer.stdout } : bench };
  }
  const names = harness === 'divan' ? await divanNames(ask) : listed;
  const { kept, warnings } = bounded(names, who);
  if (harness === 'divan') return is(harness, await withThreads(kept, ask), warnings);
  const flags = harness === 'criterion' && kept.length > 0 ? await criterionFlags(ask) : CRITERION_FLAGS;
  return is(
    harness,
    kept.map((name) => shortRun(harness, name, candidate.name, flags)),
    warnings,
  );
}

type Ask = (args: readonly string[], env?: Variables) => Promise<Completed | null>;

function lastLines({ stdout, stderr }: Completed): string {
  return tail(`${stdout}\n${stderr}`, 20, 2000);
}

async function divanNames(ask: Ask): Promise<string[]> {
  return terseNames((await ask(['--bench', '--list', '--format', 'terse'], { NEXTEST: '1' }))?.stdout ?? '');
}

/** Its list does not tell that a benchmark runs with several numbers of threads; running each once does. */
async function withThreads(names: readonly string[], ask: Ask): Promise<BuiltBenchmark[]> {
  const once = names.length === 0 ? null : await ask(['--test', '--color', 'never']);
  const threads = threadCounts(once?.stdout ?? '', new Set(names));
  return names.flatMap((name) => {
    const counts = threads.get(name) ?? [];
    if (counts.length < 2) return [shortRun('divan', name, name)];
    return counts.map((count) => divanWithThreads(name, count));
  });
}

/** null: the program cannot be started. A program that gave no list in time ended by a signal, and is of another harness. */
async function told(
  { runner, env, home }: Interviewer,
  { path: file, directory }: Candidate,
  args: readonly string[],
  more: Variables,
  timeoutSeconds: number,
): Promise<Completed | null> {
  const homes = Object.fromEntries(
    ['CRITERION_HOME', 'GUNGRAUN_HOME', 'IAI_CALLGRIND_HOME'].map((name) => [name, path.join(home, name)]),
  );
  try {
    const own = { ...env, CARGO_MANIFEST_DIR: directory, ...homes, ...more };
    return await runner.run({
      file,
      args,
      cwd: directory,
      env: own,
      timeoutSeconds,
      maxOutputBytes: MAX_OUTPUT,
    });
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** A list with the flags shows whether this criterion takes them. */
async function criterionFlags(ask: Ask): Promise<readonly string[]> {
  const answer = await ask(['--bench', '--list', ...CRITERION_FLAGS]);
  return answer?.exitCode === 0 ? CRITERION_FLAGS : OLD_CRITERION_FLAGS;
}

function bounded(names: readonly string[], who: string): { kept: string[]; warnings: string[] } {
  const fitting = [...new Set(names)].filter((name) => name.length <= MAX_LENGTH);
  const kept = fitting.slice(0, MAX_BENCHMARKS);
  const lost = new Set(names).size - kept.length;
  const warning = `${who}: ${lost} benchmarks are left out, beyond ${MAX_BENCHMARKS} or with names longer than ${MAX_LENGTH} characters`;
  return { kept, warnings: lost === 0 ? [] : [warning] };
}

function advice(who: string, runner: NonNullable<Recognised['runner']>): string {
  const crate = runner.replace(/-runner$/, '');
  return `${who} is left out: ${crate} needs ${runner} and valgrind; install both before Tare, ${runner} in the version of ${crate} that Cargo.lock has`;
}
