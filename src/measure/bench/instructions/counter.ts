import type { BenchCommand } from '../case.ts';

/** A way to count the instructions that a program and all that it starts execute. */
export interface InstructionCounter {
  /** In a reader's words: `valgrind-3.19.0`. */
  readonly title: string;
  /** Runs of each side: as many as it takes to see how far runs of one program differ; 2 at least. */
  readonly repeats: number;
  /** How many times as long as by itself a program may take. */
  readonly slowdown: number;
  /** The same command under the counter. `folder`: absolute and empty, for the counter's own files. */
  wrap(command: BenchCommand, folder: string): BenchCommand;
  /** The count that such a run left in the folder; null when it left none. */
  read(folder: string): Promise<number | null>;
}

/** A counter, or one line that says why there is none. */
export type FoundCounter =
  | { readonly counter: InstructionCounter }
  | { readonly counter: null; readonly reason: string };
