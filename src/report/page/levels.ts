import { changePoints } from '../../compare/triage/change-points.ts';
import { type ChangePoint, seriesKey, type Trend, type TrendSeries } from './trend.ts';

/** Newest values that are searched: a change that is older was shown while it was new. */
const SEARCHED = 400;
/** Chance of a change point where there is none. */
const LEVEL = 0.001;

/**
 * The trend with the change points of those deciding series that have none and that nothing judges commit by commit: times that
 * are stored and never paired. Ratios are judged as they are measured, and cumulated ones wander, which is no change.
 */
export function withLevels(trend: Trend): Trend {
  return { ...trend, series: trend.series.map((series) => (isSearched(series) ? found(series) : series)) };
}

function isSearched({ headline, tier, changePoints: known }: TrendSeries): boolean {
  return headline && tier === 'historical' && known.length === 0;
}

function found(series: TrendSeries): TrendSeries {
  const places = [...series.values.keys()]
    .filter((place) => !Number.isNaN(series.values[place]))
    .slice(-SEARCHED);
  const values = places.map((place) => series.values[place] ?? 0);
  const starts = changePoints(values, LEVEL, seriesKey(series)).map(({ index }) => index);
  const edges = [0, ...starts, values.length];
  const medians = edges.slice(1).map((end, part) => median(values.slice(edges[part], end)));
  const points = starts.map(
    (start, part): ChangePoint => ({
      index: places[start] ?? 0,
      before: medians[part] ?? 0,
      after: medians[part + 1] ?? 0,
    }),
  );
  return { ...series, changePoints: points };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
