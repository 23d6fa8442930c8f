import type { Configuration } from '../config/config.ts';
import type { BuiltPackage, Identity } from '../measure/measurement.ts';
import type { Usage } from '../process/command.ts';

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
}
