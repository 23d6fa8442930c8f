import type { Configuration } from '../config/config.ts';
import type { BuiltPackage, Identity } from '../measure/measurement.ts';
import type { Usage } from '../process/command.ts';
import type { BuiltBench, BuiltBenches, Layouts } from './bench.ts';
import type { OwnCrates } from './own-crates.ts';

export const TOOLCHAINS = ['cargo', 'go', 'command'] as const;
export type ToolchainName = (typeof TOOLCHAINS)[number];

export interface BuildRequest {
  /** Where the user would run the build: the working directory, absolute. */
  readonly directory: string;
  readonly configuration: Configuration;
  /** A private, empty directory for build output, absolute; the caller removes it. */
  readonly scratch: string;
  /** Parallel jobs, fixed for the whole build. */
  readonly jobs: number;
}

export interface BuiltProgram {
  readonly name: string;
  readonly kind: 'bin' | 'cdylib' | 'other';
  /** Package that it comes from. */
  readonly package: string;
  /** Absolute path of the finished file. */
  readonly path: string;
}

export interface BuildCounts {
  readonly units: number;
  readonly dependencies: number;
  readonly buildScripts: number;
  readonly procMacros: number;
  readonly duplicateCrates: number;
}

export interface Build {
  /** All identity fields but `machine.*` and `jobs`. */
  readonly identity: Identity;
  /** As {@link Measurement.packages}. */
  readonly packages: readonly BuiltPackage[];
  readonly programs: readonly BuiltProgram[];
  /** Of the timed cold build, fetching excluded; null when the build was not cold: a unit came from an earlier one. */
  readonly usage: Usage | null;
  readonly counts: BuildCounts;
  /** Traps that were met, one line each, for the report. */
  readonly warnings: readonly string[];
}

/** How a program is linked again: with a link map beside it, or without its symbols being stripped. */
export const RELINKS = ['map', 'symbols'] as const;
export type Relink = (typeof RELINKS)[number];

export type Relinked =
  | {
      readonly kind: 'made';
      /** Absolute path of the program: of `map` the very bytes of the shipped one, of `symbols` one with the same code. */
      readonly program: string;
      /** Absolute path of the link map; null of `symbols`. */
      readonly map: string | null;
    }
  | { readonly kind: 'impossible' /** One line. */; readonly reason: string };

/** One way to build a project. */
export interface Toolchain {
  readonly name: ToolchainName;
  /** Whether `directory` (absolute) holds, or is inside, a project of this kind. */
  detect(directory: string): Promise<boolean>;
  /**
   * Fetches, then builds the release profile from nothing and lists what came out.
   * Errors: BuildError when the project does not compile; UserError for a mistake in the configuration.
   */
  build(request: BuildRequest): Promise<Build>;
  /**
   * Builds the benchmarks of the packages that `build` took, after it and with the same request, so that what both need is
   * compiled once; asks every program what benchmarks it has. A benchmark that does not compile becomes a warning.
   * Errors: BuildError when there are benchmarks and none compiles; UserError as in `build`.
   */
  benches?(request: BuildRequest): Promise<BuiltBenches>;
  /**
   * Links a program of the same request again, with its sections shuffled by each seed (positive integers): its code is the
   * same, its placement another. Only the program's own crate is compiled again. The files are in the request's scratch folder.
   * Never fails for what a linker cannot do: that is the result. Errors: BuildError, UserError as in `build`.
   */
  layouts?(
    request: BuildRequest,
    program: BuiltProgram | BuiltBench,
    seeds: readonly number[],
  ): Promise<Layouts>;
  /**
   * Links a program of the same request again, so that its bytes can be named; only its own crate is compiled again, and the file of the
   * program is as before afterwards. Never fails for what a linker cannot do: that is the result. Errors: UserError as in `build`.
   */
  relink?(request: BuildRequest, program: BuiltProgram, how: Relink): Promise<Relinked>;
  /**
   * Makes the project's own crates ready to be built apart from their dependencies, which are taken from a finished build:
   * `finished` is the scratch folder of a request that `build` has seen, on either side, and stays as it is. The request's
   * own scratch folder receives them.
   * Errors: UserError as in `build`; those of the file system.
   */
  ownCrates?(request: BuildRequest, finished: string): Promise<OwnCrates>;
}
