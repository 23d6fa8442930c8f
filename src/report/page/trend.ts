import type { Tier, Unit } from '../../measure/metric.ts';

/** A measured main commit, as the page tells of it. */
export interface TrendCommit {
  /** Full SHA where the trend was collected; its first 12 characters where it was read from a page. */
  readonly sha: string;
  /** When it was committed, in whole seconds since 1970. */
  readonly committed: number;
  readonly subject: string;
  readonly author: string;
  readonly pullRequest: number | null;
}

export const MARK_KINDS = ['regression', 'improvement', 'accepted'] as const;
/** What was said of a commit for a series. `accepted`: a regression that somebody justified. */
export type MarkKind = (typeof MARK_KINDS)[number];

export interface Mark {
  /** Place of the commit in {@link Trend.commits}. */
  readonly index: number;
  readonly kind: MarkKind;
  /** The relative change to the commit before: 0.02 is 2 %. */
  readonly change: number;
}

/** A commit at which the level of a series moved for good. Levels are medians on either side, in the series' unit or as a ratio. */
export interface ChangePoint {
  readonly index: number;
  readonly before: number;
  readonly after: number;
}

/** One metric of one case in one configuration over all commits of a trend. */
export interface TrendSeries {
  readonly configuration: string;
  readonly case: string;
  readonly metric: string;
  readonly unit: Unit;
  readonly tier: Tier;
  readonly headline: boolean;
  /** Relative change that counts; null: nothing is said of it. */
  readonly threshold: number | null;
  /** Absolute limit in the unit; null: there is none. */
  readonly budget: number | null;
  readonly marks: readonly Mark[];
  readonly changePoints: readonly ChangePoint[];
  /** How often the chain of ratios is broken, so that `levels` goes on from where it stood. */
  readonly breaks: number;
  /** A value for each commit, NaN where there is none. */
  readonly values: Float64Array;
  /** Ratios to the parent, cumulated: 1 at the first commit, NaN where there is none. */
  readonly levels: Float64Array;
}

/** What badges and the page are drawn from. */
export interface Trend {
  /** Oldest first. */
  readonly commits: readonly TrendCommit[];
  readonly series: readonly TrendSeries[];
}

/** Tells series apart. */
export function seriesKey(series: {
  readonly configuration: string;
  readonly case: string;
  readonly metric: string;
}): string {
  return JSON.stringify([series.configuration, series.case, series.metric]);
}
