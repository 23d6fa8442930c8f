import path from 'node:path';
import { UserError } from '../../../errors.ts';
import type { Completed, ProcessRunner } from '../../../process/command.ts';
import { tail } from '../../../process/inert.ts';
import type { BuiltBench, BuiltBenchmark, FailedBench } from '../../bench.ts';
import type { Variables } from '../environment.ts';
import { listedNames, rowsOf } from './divan-rows.ts';
import { isKnownHarness, type Recognised, recognise, terseNames } from './listing.ts';
import { CRITERION_FLAGS, divanRow, OLD_CRITERION_FLAGS, shortRun } from './short-run.ts';

/** A finished program that is to be asked. */
export interface Candidate {
  readonly name: string;
  readonly kind: BuiltBench['kind'];
  readonly package: string;
  readonly path: string;
  readonly directory: string;
  /** Names of the crates that its package uses. */
  readonly dependencies: ReadonlySet<string>;
  /** Whether it was built for another target than this machine's. Default false. */
  readonly isForeign?: boolean;
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
  const { dependencies, isForeign = false, ...program } = candidate;
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
  const failed = (message: string, output: string): Interviewed => ({
    ...{ bench: null, failed: { name: candidate.name, message, output }, warnings: [] },
  });
  if (answer === null) {
    // A program of another system or processor is left out, as it always is here.
    return isForeign
      ? is('other', [], [`${who} does not start on this machine`])
      : failed('the program does not start on this machine', '');
  }
  // A program of an unknown harness may run all of its benchmarks instead, for as long as it likes.
  if (answer.timedOut && known) {
    const message = `the program did not list its benchmarks within ${seconds} s and was ended`;
    return failed(message, lastLines(answer));
  }
  const { harness, names: listed, runner } = recognise(answer, dependencies);
  if (runner !== null) return is(harness, [], [advice(who, runner)]);
  if (harness === 'other' && known && hasCrashed(answer)) {
    return failed(`the program ${howEnded(answer)} when it was asked for its benchmarks`, lastLines(answer));
  }
  if (harness === 'other') {
    const { bench, ...rest } = is('other', [shortRun('other', candidate.name, candidate.name)]);
    return { ...rest, bench: answer.exitCode === 0 ? { ...bench, printed: answer.stdout } : bench };
  }
  if (harness === 'divan') {
    const { rows, warnings } = await divanRows(ask, answer.stdout, who);
    return is(harness, ...bounded(rows.map(divanRow), who, [...warnings, ...none(rows, answer, who)]));
  }
  const flags = harness === 'criterion' && listed.length > 0 ? await criterionFlags(ask) : CRITERION_FLAGS;
  const benchmarks = listed.map((name) => shortRun(harness, name, candidate.name, flags));
  return is(harness, ...bounded(benchmarks, who, none(listed, answer, who)));
}

type Ask = (args: readonly string[], env?: Variables) => Promise<Completed | null>;

/** What Rust gives a program that panicked. A program that merely knows no such arguments ends otherwise. */
const PANICKED = 101;

function hasCrashed({ exitCode, signal, timedOut }: Completed): boolean {
  return !timedOut && (signal !== null || exitCode === PANICKED);
}

function lastLines({ stdout, stderr }: Completed): string {
  return tail(`${stdout}\n${stderr}`, 20, 2000);
}

/** `tree`: its own list, which is all that divan before 0.1.18 gives. What runs with which `args` and threads only a run of each tells. */
async function divanRows(ask: Ask, tree: string, who: string) {
  const terse = await ask(['--bench', '--list', '--format', 'terse'], { NEXTEST: '1' });
  const names = terse?.exitCode === 0 ? terseNames(terse.stdout) : [];
  const listed = names.length > 0 ? names : listedNames(tree);
  if (listed.length === 0) return { rows: [], warnings: [] };
  const once = await ask(['--test', '--color', 'never']);
  const rows = rowsOf(listed, once?.stdout ?? '', once?.stderr ?? '');
  if (once?.exitCode === 0) return { rows, warnings: [] };
  const how = once === null ? 'cannot be started' : howEnded(once);
  const warning = `${who}: a run of each of its benchmarks once (--test) ${how}, so those with args or several threads may not be known one by one`;
  return { rows, warnings: [warning] };
}

function howEnded({ timedOut, signal, exitCode }: Completed): string {
  if (timedOut) return 'was ended since it took too long';
  return signal === null ? `ended with exit status ${exitCode}` : `was ended by ${signal}`;
}

/** One line about a program that has nothing to run. */
function none(found: readonly unknown[], { stdout }: Completed, who: string): string[] {
  if (found.length > 0) return [];
  const said = tail(stdout, 3, 200)
    .replace(/\s*\n\s*/g, ' / ')
    .replace(/\s+/g, ' ')
    .trim();
  const answered = said === '' ? 'printed nothing' : `answered ${JSON.stringify(said)}`;
  return [`${who} has no benchmark that is run: asked with --bench --list, it ${answered}`];
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

function bounded(
  benchmarks: readonly BuiltBenchmark[],
  who: string,
  warnings: readonly string[],
): [BuiltBenchmark[], string[]] {
  const distinct = new Map(benchmarks.map((each) => [each.name, each]));
  const fitting = [...distinct.values()].filter(({ name }) => name.length <= MAX_LENGTH);
  const kept = fitting.slice(0, MAX_BENCHMARKS);
  const lost = distinct.size - kept.length;
  const warning = `${who}: ${lost} benchmarks are left out, beyond ${MAX_BENCHMARKS} or with names longer than ${MAX_LENGTH} characters`;
  return [kept, lost === 0 ? [...warnings] : [...warnings, warning]];
}

function advice(who: string, runner: NonNullable<Recognised['runner']>): string {
  const crate = runner.replace(/-runner$/, '');
  return `${who} is left out: ${crate} needs ${runner} and valgrind; install both before Tare, ${runner} in the version of ${crate} that Cargo.lock has`;
}
