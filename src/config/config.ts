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

export const ATTRIBUTIONS = ['auto', 'always', 'off'] as const;
/** When the bytes of the programs are named: `auto`: on main, and on a pull request when a size moved. */
export type AttributionMode = (typeof ATTRIBUTIONS)[number];

/** A piece of a word: text, or the path of the shipped program of that name (`{bin:NAME}`), which is known after the build. */
export type WordPart = string | { readonly bin: string };

/**
 * A command that no shell reads, split into words; the first is the program. A word is its parts joined, and one without
 * parts an empty argument. words.ts makes and fills it.
 */
export type CommandWords = readonly (readonly WordPart[])[];

/** A command over the shipped programs; its case is `bench NAME`. Paths are relative to the repository, `/`-separated. */
export interface Bench {
  /** Unique in the file. */
  readonly name: string;
  /** Holds at least one `{bin:NAME}`. */
  readonly run: CommandWords;
  /** Run before each run of `run`, in the same folder and environment, and not timed. */
  readonly prepare: CommandWords | null;
  /** File that is the standard input of `run`; null: empty. Links are not followed here. */
  readonly stdin: string | null;
  /** Folder that it runs in; `.` is the repository itself. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** A rule of `cases` wins over it. */
  readonly category: Category;
  /** For one run. */
  readonly timeoutSeconds: number;
  /** Names of the configurations whose programs it runs, all of which exist; null: every one. */
  readonly configurations: readonly string[] | null;
}

export const NUMBERS_FORMATS = [
  'hyperfine',
  'bmf',
  'custom-smaller-is-better',
  'custom-bigger-is-better',
  'metric-lines',
] as const;
/** `bmf`: Bencher Metric Format. `custom-…`: github-action-benchmark's. `metric-lines`: `METRIC:name:value:unit`. */
export type NumbersFormat = (typeof NUMBERS_FORMATS)[number];

/** Numbers that another tool measured; each becomes a case of the bench axis. */
export interface Numbers {
  /**
   * File, relative to the repository and `/`-separated, or absolute (in a terminal only). `*` stands for any text within one
   * folder's or file's name. Links are not followed here.
   */
  readonly file: string;
  readonly format: NumbersFormat;
  /** Run in the repository before the file is read, to write it; null: the file is there. */
  readonly command: CommandWords | null;
  /** For one run of `command`. */
  readonly timeoutSeconds: number;
  /** A rule of `cases` wins over it. */
  readonly category: Category;
}

export const INSTRUCTION_MODES = ['auto', 'off'] as const;
/** `auto`: counted where valgrind or the harness makes it possible. */
export type InstructionMode = (typeof INSTRUCTION_MODES)[number];

/** What of the bench axis is measured, and how. */
export interface Benches {
  /** false: nothing is, whatever else is said here. */
  readonly enabled: boolean;
  /** Time for all runs of one configuration's cases, in minutes: above 0, at most 300. */
  readonly minutes: number;
  /** Find and run the Cargo project's benchmark targets. */
  readonly harness: boolean;
  /** Patterns of case names (`*` stands for any text); empty: all. See {@link benchFilter} in benches.ts. */
  readonly filter: readonly string[];
  /** Patterns of case names that are left out, whatever `filter` says. */
  readonly exclude: readonly string[];
  readonly instructions: InstructionMode;
  /** Confirm a regression on several code layouts. */
  readonly layouts: boolean;
  /** Most bytes of benchmark programs that a baseline keeps, all together. */
  readonly maxProgramBytes: number;
  readonly commands: readonly Bench[];
  readonly numbers: readonly Numbers[];
}

export const TRIAGE_ISSUES = ['weekly', 'rolling', 'off'] as const;
/** Where the weekly report stands on GitHub beside the job's summary: an issue a week, one issue that is rewritten, or none. */
export type TriageIssue = (typeof TRIAGE_ISSUES)[number];

/** tare.toml and the inputs, validated and complete. */
export interface Config {
  /** Path of the file that was read, relative to the repository, or absolute when it lies outside; null: defaults. */
  readonly file: string | null;
  readonly configurations: readonly Configuration[];
  /** Whether the file has further configurations, which this run leaves out. */
  readonly partial?: boolean;
  readonly size: {
    readonly gate: SizeGate;
    /** Byte floor. */
    readonly floor: number;
    /** Relative floor: 0.001 is 0.1 %. */
    readonly change: number;
    readonly attribution: AttributionMode;
  };
  readonly compile: {
    readonly enabled: boolean;
    /** Compile the workspace's own crates of base and head in turn on a pull request, and confirm a suspicious cold build. */
    readonly paired: boolean;
    /** Time for those builds, all configurations together, in minutes: above 0, at most 300. */
    readonly minutes: number;
  };
  readonly baseline: {
    /** Build the base in a worktree when no usable baseline is stored. */
    readonly rebuild: boolean;
    /** How many first-parent ancestors may be searched for a baseline. */
    readonly ancestors: number;
  };
  readonly benches: Benches;
  readonly triage: {
    readonly issue: TriageIssue;
    /** Time for running stored programs and building missing ones, over all configurations, in minutes. */
    readonly minutes: number;
  };
  readonly history: {
    /** Keep main's measurements on a branch of the repository; in a terminal, in the store's folder. */
    readonly enabled: boolean;
    /** Without `refs/heads/`. */
    readonly branch: string;
  };
  readonly accept: {
    /** Label of a pull request whose regressions are accepted; null: none is. */
    readonly label: string | null;
  };
  readonly cases: readonly CaseRule[];
  readonly failOn: FailOn;
  readonly comment: boolean;
}
