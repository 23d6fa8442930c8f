/** A program to run, never through a shell. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Set (string) or removed (undefined) on top of the clean environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  /** Absolute path of a file to read standard input from; excludes `stdin`. */
  readonly stdinFile?: string;
  /** `discard`: both streams go to the null device, and nothing is captured. Default `capture`. */
  readonly output?: 'capture' | 'discard';
  /** Ends the whole process tree when aborted. */
  readonly signal?: AbortSignal;
  /** Ends the whole process tree after this many seconds. Default: none. */
  readonly timeoutSeconds?: number;
  /** Called for each line of output as it comes, without its line end. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Bytes kept of each stream: beyond it the middle is dropped and said so. Default 64 MiB. */
  readonly maxOutputBytes?: number;
  /** Account time and memory of the whole tree. Default false. */
  readonly measured?: boolean;
}

/** What a process tree cost. */
export interface Usage {
  readonly wallSeconds: number;
  /** User and system CPU seconds of the process and all descendants that it waited for; null where the system tells none. */
  readonly userSeconds: number | null;
  readonly systemSeconds: number | null;
  /** Peak resident bytes of the largest single process of the tree; null where the system tells none. */
  readonly peakRssBytes: number | null;
  /** How it was obtained, in a reader's words, e.g. `GNU time`, `/proc/self/stat`, `job object`. */
  readonly source: string;
}

export interface Completed {
  /** null when ended by a signal. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  /** From just before the start until its end was heard. */
  readonly wallSeconds: number;
  /** Whether something of its group was still running after its end, and was ended. */
  readonly leftRunning: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** null unless the command was `measured`. */
  readonly usage: Usage | null;
}

/** Runs other people's programs: clean environment, captured output, nothing reaches the runner's command channel. */
export interface ProcessRunner {
  /** Resolves whatever the exit status is. Errors: UserError when the file cannot be started (not found, not executable). */
  run(command: Command): Promise<Completed>;
}
