import type { Category } from '../compare/comparison.ts';
import type { ToolchainName } from '../toolchain/toolchain.ts';

export const FAIL_ON = ['never', 'regression', 'budget'] as const;
/** Which gate fails the job. `regression` includes budgets. */
export type FailOn = (typeof FAIL_ON)[number];

/** One named way to build. */
export interface Configuration {
  readonly name: string;
  /** `auto`: detected in the working directory. */
  readonly toolchain: ToolchainName | 'auto';
  readonly profile: string;
  /** Packages to build; empty: the workspace's default members. */
  readonly packages: readonly string[];
  /** Programs to build and weigh; empty: all of the packages'. */
  readonly bins: readonly string[];
  /** Also weigh the library targets that make a file users ship (cdylib). */
  readonly lib: boolean;
  readonly features: readonly string[];
  readonly allFeatures: boolean;
  readonly defaultFeatures: boolean;
  /** Target triple; null: the host's, and cargo is called without `--target`. */
  readonly target: string | null;
  /** Toolchain for rustup (`+nightly`); null: what the directory selects. */
  readonly channel: string | null;
  readonly env: Readonly<Record<string, string>>;
  /** Further arguments for the build command. */
  readonly args: readonly string[];
}

/** A case's own limits, for every case that `match` fits (`*` stands for any text); a later rule wins over an earlier. */
export interface CaseRule {
  readonly match: string;
  readonly metric: string | null;
  readonly category: Category | null;
  /** Smallest absolute change that counts, in the metric's unit. */
  readonly floor: number | null;
  /** Smallest relative change that counts: 0.01 is 1 %. */
  readonly change: number | null;
  /** Absolute limit, in the metric's unit. */
  readonly budget: number | null;
}

export const SIZE_GATES = ['loadable', 'file', 'gzip'] as const;
export type SizeGate = (typeof SIZE_GATES)[number];

/** tare.toml and the inputs, validated and complete. */
export interface Config {
  /** Path of the file that was read, relative to the repository, or absolute when it lies outside; null: defaults. */
  readonly file: string | null;
  readonly configurations: readonly Configuration[];
  readonly size: {
    readonly gate: SizeGate;
    /** Byte floor. */
    readonly floor: number;
    /** Relative floor: 0.001 is 0.1 %. */
    readonly change: number;
  };
  readonly compile: {
    readonly enabled: boolean;
  };
  readonly baseline: {
    /** Build the base in a worktree when no usable baseline is stored. */
    readonly rebuild: boolean;
    /** How many first-parent ancestors may be searched for a baseline. */
    readonly ancestors: number;
  };
  readonly cases: readonly CaseRule[];
  readonly failOn: FailOn;
  readonly comment: boolean;
}
