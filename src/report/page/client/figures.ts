import type { Unit } from '../../../measure/metric.ts';
import { formatChange, formatValue } from '../../number.ts';
import type { TrendSeries } from '../trend.ts';
import type { Range } from './selection.ts';
import type { View } from './state.ts';

/** What a chart draws of a series: a number for each commit of the range, null for a gap. */
export interface Figures {
  readonly numbers: readonly (number | null)[];
  /** `B`, `s` and `count` as measured, `change` for relative changes. */
  readonly unit: Unit | 'change';
}

/** The numbers of a series in a view. */
export function figuresOf(series: TrendSeries, view: View, range: Range): Figures {
  const paired = view === 'trend' && series.tier === 'paired' && has(series.levels);
  // A series that only has ratios has nothing else to show.
  if (paired || !has(series.values)) return relative(series.levels, range);
  if (view === 'relative') return relative(series.values, range);
  return { numbers: slice(series.values, range), unit: series.unit };
}

/** The column that tells by how much a series moved between two commits, whichever machines they were measured on, where there is one. */
export function comparedColumn(series: TrendSeries): Float64Array {
  return series.tier === 'paired' && has(series.levels) ? series.levels : series.values;
}

/** A number of a chart for a reader. */
export function formatFigure(value: number, unit: Figures['unit']): string {
  return unit === 'change' ? formatChange(value) : formatValue(value, unit);
}

/** Labels of an axis, with as many digits as it takes for no two to be alike. */
export function tickLabels(ticks: readonly number[], unit: Figures['unit']): string[] {
  for (let more = 0; more < 5; more++) {
    const labels = ticks.map((tick) => tickLabel(tick, unit, more));
    if (new Set(labels).size === ticks.length) return labels;
  }
  return ticks.map((tick) => tickLabel(tick, unit, 5));
}

function tickLabel(tick: number, unit: Figures['unit'], more: number): string {
  if (unit !== 'change') return tick < 0 ? '' : formatValue(tick, unit, more).replace(/\.0+(?= )/, '');
  const percent = tick * 100;
  const text = Math.abs(percent).toFixed(more);
  return `${percent > 0 ? '+' : percent < 0 ? '−' : ''}${text} %`;
}

/** A stretch of the series on one level, with the band of its threshold around it; places count from the range's first commit. */
export interface Level {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/** The threshold as a band around the median of every stretch on one level. Empty without a threshold. */
export function bandsOf(series: TrendSeries, figures: Figures, range: Range): readonly Level[] {
  const { threshold } = series;
  if (threshold === null || threshold <= 0) return [];
  const moves = series.tier === 'exact' ? [...series.changePoints, ...series.marks] : series.changePoints;
  const cuts = [...new Set(moves.map(({ index }) => index - range.first))]
    .filter((place) => place > 0 && place < figures.numbers.length)
    .sort((one, other) => one - other);
  const edges = [0, ...cuts, figures.numbers.length];
  return edges.slice(1).flatMap((end, part) => {
    const from = edges[part] ?? 0;
    const middle = median(figures.numbers.slice(from, end));
    if (middle === null) return [];
    const half = figures.unit === 'change' ? (1 + middle) * threshold : middle * threshold;
    return [{ from, to: end - 1, low: middle - half, high: middle + half }];
  });
}

/** Relative change from the first to the last number of the range, and whether it {@link isJudged}; null where there are not two. */
export function overallChange(
  series: TrendSeries,
  range: Range,
): { readonly change: number; readonly judged: boolean } | null {
  const column = comparedColumn(series);
  const present = column.subarray(range.first, range.last + 1).filter((value) => !Number.isNaN(value));
  const [first, last] = [present[0], present.at(-1)];
  if (first === undefined || last === undefined || first === 0 || present.length < 2) return null;
  const change = last / first - 1;
  return { change, judged: isJudged(series, range, change) };
}

/**
 * Whether a change over the range is a fact: of exact numbers, or one in whose direction a commit of the range was judged. Cumulated
 * ratios wander with the noise of each.
 */
export function isJudged({ tier, marks }: TrendSeries, { first, last }: Range, change: number): boolean {
  if (tier !== 'paired') return tier === 'exact';
  return marks.some((mark) => mark.index > first && mark.index <= last && mark.change > 0 === change > 0);
}

/** Relative change at a commit against the number before it; null for the first. */
export function stepAt(series: TrendSeries, index: number): number | null {
  const column = comparedColumn(series);
  const value = column[index] ?? Number.NaN;
  for (let place = index - 1; place >= 0; place--) {
    const before = column[place] ?? Number.NaN;
    if (!Number.isNaN(before)) return before === 0 || Number.isNaN(value) ? null : value / before - 1;
  }
  return null;
}

function relative(column: Float64Array, range: Range): Figures {
  const numbers = slice(column, range);
  const first = numbers.find((value) => value !== null && value !== 0);
  if (first === undefined || first === null) return { numbers, unit: 'change' };
  return { numbers: numbers.map((value) => (value === null ? null : value / first - 1)), unit: 'change' };
}

function slice(column: Float64Array, { first, last }: Range): (number | null)[] {
  return Array.from(column.subarray(first, last + 1), (value) => (Number.isNaN(value) ? null : value));
}

function median(numbers: readonly (number | null)[]): number | null {
  const present = numbers.filter((each) => each !== null).sort((a, b) => a - b);
  return present[Math.floor(present.length / 2)] ?? null;
}

function has(column: Float64Array): boolean {
  return column.some((value) => !Number.isNaN(value));
}
