import path from 'node:path';
import { UserError } from '../../../errors.ts';
import type { Completed, ProcessRunner } from '../../../process/command.ts';
import type { BuiltBench } from '../../bench.ts';
import type { Variables } from '../environment.ts';
import { isKnownHarness, type Recognised, recognise, terseNames } from './listing.ts';
import { CRITERION_FLAGS, OLD_CRITERION_FLAGS, shortRun } from './short-run.ts';

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
}

/** A list is short, but the code around the benchmarks runs before it is given. */
const LIST_SECONDS = 60;
/** A program of an unknown harness may run all of its benchmarks instead. */
const OTHER_SECONDS = 10;
const MAX_OUTPUT = 8 << 20;
const MAX_BENCHMARKS = 10_000;
/** Longest name of a benchmark; a case's name has a prefix and a program's name besides. */
const MAX_LENGTH = 300;

/** Asks a program which benchmarks it has. Never fails: what cannot be had is a warning of one line. */
export async function interview(
  interviewer: Interviewer,
  candidate: Candidate,
): Promise<{ bench: BuiltBench; warnings: string[] }> {
  const { dependencies, ...program } = candidate;
  const who = `benchmark program ${candidate.name} of package ${candidate.package}`;
  const seconds = [...dependencies].some(isKnownHarness) ? LIST_SECONDS : OTHER_SECONDS;
  const ask = (args: readonly string[], env: Variables = {}) =>
    told(interviewer, candidate, args, env, seconds);
  const answer = await ask(['--bench', '--list']);
  if (answer === null) {
    return {
      bench: { ...program, harness: 'other', benchmarks: [] },
      warnings: [`${who} does not start on this machine`],
    };
  }
  const { harness, names: listed, runner } = recognise(answer, dependencies);
  if (runner !== null)
    return { bench: { ...program, harness, benchmarks: [] }, warnings: [advice(who, runner)] };
  if (harness === 'other') {
    const benchmarks = [shortRun('other', candidate.name, candidate.name)];
    return { bench: { ...program, harness, benchmarks }, warnings: [] };
  }
  const names =
    harness === 'divan'
      ? terseNames((await ask(['--bench', '--list', '--format', 'terse'], { NEXTEST: '1' }))?.stdout ?? '')
      : listed;
  const { kept, warnings } = bounded(names, who);
  const flags = harness === 'criterion' && kept.length > 0 ? await criterionFlags(ask) : CRITERION_FLAGS;
  const benchmarks = kept.map((name) => shortRun(harness, name, candidate.name, flags));
  return { bench: { ...program, harness, benchmarks }, warnings };
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
async function criterionFlags(
  ask: (args: readonly string[]) => Promise<Completed | null>,
): Promise<readonly string[]> {
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
