import { changePoints } from '../../compare/triage/change-points.ts';
import { hardwareOf } from '../../compare/triage/hints.ts';
import type { HistoryRecord } from '../../measure/history-record.ts';
import { lastOfEach } from './collect.ts';
import { type ChangePoint, seriesKey, type Trend, type TrendSeries } from './trend.ts';

/** Newest values that are searched: a change that is older was shown while it was new. */
const SEARCHED = 400;
/** Chance of a change point where there is none, on one hardware. */
const LEVEL = 0.001;

/**
 * The trend with the change points of those deciding series that have none and that nothing judges commit by commit: times that
 * are stored and never paired. Ratios are judged as they are measured, and cumulated ones wander, which is no change.
 * Only values of one hardware are compared, so that another machine is no change. `records`: those that the trend was collected from.
 */
export function withLevels(trend: Trend, records: readonly HistoryRecord[]): Trend {
  const machines = machinesOf(trend, records);
  const found = (series: TrendSeries): TrendSeries => ({
    ...series,
    changePoints: eachOnce(
      groupsOf(series, machines.get(series.configuration) ?? new Map()).flatMap(([hardware, places]) =>
        shifts(series, hardware, places),
      ),
    ),
  });
  return { ...trend, series: trend.series.map((series) => (isSearched(series) ? found(series) : series)) };
}

function isSearched({ headline, tier, changePoints: known }: TrendSeries): boolean {
  return headline && tier === 'historical' && known.length === 0;
}

/** By configuration, the hardware that each place was measured on. */
function machinesOf(
  { commits }: Trend,
  records: readonly HistoryRecord[],
): ReadonlyMap<string, ReadonlyMap<number, string>> {
  const places = new Map(commits.map(({ sha }, place) => [sha, place]));
  const machines = new Map<string, Map<number, string>>();
  for (const { configuration, commit, identity } of lastOfEach(records)) {
    const own = machines.get(configuration) ?? new Map<number, string>();
    machines.set(configuration, own.set(places.get(commit) ?? -1, hardwareOf(identity)));
  }
  return machines;
}

/** The places of a series' newest values, by hardware. */
function groupsOf(
  { values }: TrendSeries,
  machines: ReadonlyMap<number, string>,
): (readonly [string, readonly number[]])[] {
  const places = [...values.keys()].filter((place) => !Number.isNaN(values[place])).slice(-SEARCHED);
  const groups = new Map<string, number[]>();
  for (const place of places) {
    const hardware = machines.get(place) ?? '';
    const group = groups.get(hardware);
    if (group === undefined) groups.set(hardware, [place]);
    else group.push(place);
  }
  return [...groups];
}

interface Shift extends ChangePoint {
  /** The last place of the old level: the change lies behind it. */
  readonly behind: number;
}

function shifts(series: TrendSeries, hardware: string, places: readonly number[]): Shift[] {
  const values = places.map((place) => series.values[place] ?? 0);
  const starts = changePoints(values, LEVEL, `${seriesKey(series)}${hardware}`).map(({ index }) => index);
  const edges = [0, ...starts, values.length];
  const medians = edges.slice(1).map((end, part) => median(values.slice(edges[part], end)));
  return starts.map((start, part) => ({
    index: places[start] ?? 0,
    before: medians[part] ?? 0,
    after: medians[part + 1] ?? 0,
    behind: places[start - 1] ?? 0,
  }));
}

/** Every machine shows a change at its own next commit: those that may be one are the first of them. */
function eachOnce(found: readonly Shift[]): ChangePoint[] {
  const kept: Shift[] = [];
  for (const shift of found.toSorted((one, other) => one.index - other.index)) {
    const last = kept.at(-1);
    const same =
      last !== undefined &&
      shift.behind < last.index &&
      shift.after > shift.before === last.after > last.before;
    if (!same) kept.push(shift);
  }
  return kept.map(({ index, before, after }) => ({ index, before, after }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
