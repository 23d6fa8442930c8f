import type { FormatName } from './formats/format.ts';

/** One side's program of a case, as it is run again and again. Paths are absolute. */
export interface BenchCommand {
  /** The two sides' programs belong at equally long paths: see place.ts. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Set (string) or removed (undefined) on top of the clean environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Read as standard input; without it the program reads the end of file. */
  readonly stdinFile?: string;
  /** Run before every run, in the same folder and environment, and not timed. */
  readonly prepare?: { readonly file: string; readonly args: readonly string[] };
  /** For one run; its whole process tree is ended after it. */
  readonly timeoutSeconds: number;
  /** What the program writes when the time is read from a file; removed before every run. */
  readonly resultFile?: string;
}

/**
 * How the time of one process is read. `process`: its wall time. Else out of what it prints or writes, in one of the known
 * formats; `row` names the row, and may be left out when there is only one. Several repeats within a process are still one value.
 * A case whose `metric` is `instructions` has a count where others have seconds; only instructions/count.ts runs it.
 */
export type BenchTime =
  | { readonly from: 'process' }
  | {
      readonly from: 'stdout' | 'file';
      readonly format: FormatName;
      readonly row?: string;
      readonly metric?: 'instructions';
    };

export interface BenchCase {
  /** Name of the case, e.g. `bench sort/10k`. */
  readonly name: string;
  readonly category: 'primary' | 'secondary';
  readonly base: BenchCommand;
  readonly head: BenchCommand;
  readonly time: BenchTime;
  /** The same program linked in other code layouts; only the layout runner starts them. */
  readonly layouts?: { readonly base: readonly BenchCommand[]; readonly head: readonly BenchCommand[] };
}

/** Seconds of base and head from one round. */
export type TimePair = readonly [base: number, head: number];

/** Why a case has no (more) numbers. */
export interface BenchFailure {
  /** One line, e.g. `head: ended with exit status 101 in pair 3`. */
  readonly reason: string;
  /** The last lines that the program printed, inert; empty when it printed nothing. */
  readonly output: string;
}

/** `decided`: the decisions wanted no more. `time`: they did, and the time was spent; the note says how far it came. */
export type StopReason = 'decided' | 'time' | 'failed';

/** What was measured of one case. */
export interface BenchRun {
  readonly name: string;
  readonly category: 'primary' | 'secondary';
  readonly pairs: readonly TimePair[];
  /** Fresh pairs, taken after the others to confirm what they showed. */
  readonly confirmation: readonly TimePair[];
  readonly stopped: StopReason;
  /** One line for people when the time was spent; else null. */
  readonly note: string | null;
  /** The last lines of a first run that was ended because it took too long, inert; else empty. */
  readonly output: string;
  /** null unless `stopped` is `failed`; pairs taken before the failure are kept. */
  readonly failed: BenchFailure | null;
}
