import type { FormatName } from '../measure/bench/formats/format.ts';
import type { Identity } from '../measure/measurement.ts';

/** What runs the benchmarks of a program. `other`: the program's own way. */
export const HARNESSES = ['criterion', 'divan', 'libtest', 'gungraun', 'iai-callgrind', 'other'] as const;
export type Harness = (typeof HARNESSES)[number];

/** One benchmark of a program, and how it alone is run, for a short time and with the least fixed cost. */
export interface BuiltBenchmark {
  /** As the program lists it, e.g. `group/sort/10`, `divan_bench::sort::10`; for `other`, the program's own name. */
  readonly name: string;
  readonly args: readonly string[];
  /** Variables that must name a private, writable folder, absolute; the harness may keep files there. */
  readonly home: readonly string[];
  readonly metric: 'wall-time' | 'instructions';
  /** Where its number is; null: nobody knows what the program prints. `row` is left out where there is only one. */
  readonly reads: { readonly from: 'stdout'; readonly format: FormatName; readonly row?: string } | null;
}

/** A program of benchmarks. */
export interface BuiltBench {
  /** Name of its target; unique together with `package` and `kind`. */
  readonly name: string;
  readonly kind: 'bench' | 'lib' | 'bin';
  readonly package: string;
  /** Absolute path of the finished file, not stripped. */
  readonly path: string;
  /** Where it is run: the folder of its package, absolute. */
  readonly directory: string;
  readonly harness: Harness;
  readonly benchmarks: readonly BuiltBenchmark[];
  /** Names of the project's programs that it may start by an absolute path that it holds; left out: none. */
  readonly starts?: readonly string[];
  /** What a program of harness `other` printed when it was asked and ended well: its times may stand there. */
  readonly printed?: string;
}

export interface BuiltBenches {
  readonly programs: readonly BuiltBench[];
  /** `profile.*` fields that the benchmarks were really built with; empty without benchmarks. */
  readonly identity: Identity;
  /** What was left out and what to do about it, one line each. */
  readonly warnings: readonly string[];
  /** Programs that were built and do not tell their benchmarks; left out: none. */
  readonly failed?: readonly FailedBench[];
}

/** A program of benchmarks that cannot be asked. */
export interface FailedBench {
  /** Name of its target. */
  readonly name: string;
  /** One line without a full stop. */
  readonly message: string;
  /** The last lines that it printed, inert; may be empty. */
  readonly output: string;
}

/** One program linked in other code layouts. */
export type Layouts =
  | {
      readonly kind: 'made';
      /** Absolute path of the program in its own layout, without symbols. */
      readonly stripped: string;
      /** In the order of the seeds, without symbols; `path` is absolute. */
      readonly programs: readonly { readonly seed: number; readonly path: string }[];
    }
  | {
      readonly kind: 'impossible';
      /** One line, e.g. why the linker cannot; placement is then not ruled out. */
      readonly reason: string;
    };
