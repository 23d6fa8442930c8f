import type { HistoryRow, Measurement } from '../measure/measurement.ts';

/** Which series of baselines: all parts but the commit of a baseline key (design §5). */
export interface BaselineSeries {
  readonly configuration: string;
  readonly os: string;
  readonly arch: string;
  /** Hash of what selects a series and a pull request does not change: project folder, toolchain kind, target. */
  readonly hash: string;
}

/** A baseline on disk: `measurement.json`, `history.json`, `manifest.json`, `bin/`, `bench/`. */
export interface Baseline {
  readonly measurement: Measurement;
  /** Earlier main commits, oldest first, this one last. */
  readonly history: readonly HistoryRow[];
  /** Absolute path of the unpacked entry. */
  readonly directory: string;
}

export interface FoundBaseline extends Baseline {
  /** 0: the wanted commit itself; n: its n-th first-parent ancestor. */
  readonly distance: number;
  readonly source: 'cache' | 'directory';
}

export interface BaselineQuery {
  readonly series: BaselineSeries;
  /** Full SHAs, the wanted commit first, then its first-parent ancestors in order. */
  readonly commits: readonly string[];
  /** An empty directory, absolute, that receives the entry. */
  readonly into: string;
  /** Told each warning, one line, besides the log. */
  readonly onWarning?: (warning: string) => void;
}

export interface BaselineDraft {
  readonly series: BaselineSeries;
  readonly measurement: Measurement;
  readonly history: readonly HistoryRow[];
  /** Absolute path of a directory that holds `bin/` and `bench/` as `measurement.programs` lists them. */
  readonly directory: string;
  /** As {@link BaselineQuery.onWarning}. */
  readonly onWarning?: (warning: string) => void;
}

/** `reason`: one line for the summary, saying why nothing was saved and what to do; it follows "No baseline was stored: ". */
export type SaveOutcome =
  | { readonly saved: true; readonly key: string }
  /** `recorded`: the commit's baseline is there already, so that nothing is missing. */
  | { readonly saved: false; readonly reason: string; readonly recorded?: true };

/** Keeps baselines: GitHub's cache or a plain directory. */
export interface BaselineStore {
  /** The nearest stored baseline. A corrupt, truncated, foreign or newer entry is skipped with a warning that names it. */
  find(query: BaselineQuery): Promise<FoundBaseline | null>;
  /** Never throws for a refusal or an unreachable service: the outcome says why. */
  save(draft: BaselineDraft): Promise<SaveOutcome>;
}
