import { AXES, metricOf, type Tier } from '../../measure/metric.ts';
import { isSigned } from '../comparison.ts';
import type { Run } from './runs.ts';

/** One metric of one case over the runs of a configuration. */
export interface Series {
  readonly case: string;
  readonly metric: string;
  /** Whether its numbers repeat exactly; not of names that this version does not know. */
  readonly exact: boolean;
  /** By the run's index; NaN where there is none. */
  readonly values: Float64Array;
}

/** The stored values of a configuration's runs by series, in the order in which the series first came. */
export type SeriesTable = readonly Series[];

/** Builds the table. Of a value that is repeated in a record the first one holds. Linear in the number of values and ratios. */
export function seriesTable(runs: readonly Run[]): SeriesTable {
  const byCase = new Map<string, Map<string, Series>>();
  const all: Series[] = [];
  const find = (name: string, metric: string): Series => {
    const metrics = byCase.get(name) ?? new Map<string, Series>();
    byCase.set(name, metrics);
    const known = metrics.get(metric);
    if (known !== undefined) return known;
    const exact = knownTier(name, metric) === 'exact';
    const made = { case: name, metric, exact, values: new Float64Array(runs.length).fill(Number.NaN) };
    metrics.set(metric, made);
    all.push(made);
    return made;
  };
  for (const [index, { record }] of runs.entries()) {
    for (const { case: name, metric, value } of record.values) {
      const { values } = find(name, metric);
      if (Number.isNaN(values[index])) values[index] = value;
    }
  }
  const indexes = new Map(runs.map(({ position }, index) => [position, index]));
  for (const series of all) if (series.exact) carryUnmoved(runs, indexes, series);
  return all;
}

/** What was not run, because its program is its parent's byte for byte, has its parent's counts. */
function carryUnmoved(
  runs: readonly Run[],
  indexes: ReadonlyMap<number, number>,
  { case: name, values }: Series,
): void {
  for (const [index, { parentAt, record }] of runs.entries()) {
    if (parentAt === null || !Number.isNaN(values[index])) continue;
    const isUnmoved = record.ratios.some((row) => row.case === name && row.pairs === 0 && row.ratio === 1);
    if (isUnmoved) values[index] = values[indexes.get(parentAt) ?? -1] ?? Number.NaN;
  }
}

/** The run times of one case against the parent, over the runs of a configuration; NaN and 0 where there is none. */
export interface RatioSeries {
  readonly case: string;
  readonly metric: string;
  /** ln(after / before). */
  readonly log: Float64Array;
  /** Half the width of the 99 % interval of `log`; 0 where none was kept. */
  readonly margin: Float64Array;
  readonly pairs: Uint32Array;
  /** 1 where the ratio was called a regression or an improvement. */
  readonly signed: Uint8Array;
}

/** The stored ratios of a configuration's runs by case. Linear in their number. */
export function ratioTable(runs: readonly Run[]): readonly RatioSeries[] {
  const all = new Map<string, RatioSeries>();
  const size = runs.length;
  for (const [index, { record }] of runs.entries()) {
    for (const { case: name, metric, ratio, ci, pairs, verdict } of record.ratios) {
      const key = `${metric}\n${name}`;
      const series = all.get(key) ?? {
        case: name,
        metric,
        log: new Float64Array(size).fill(Number.NaN),
        margin: new Float64Array(size),
        pairs: new Uint32Array(size),
        signed: new Uint8Array(size),
      };
      all.set(key, series);
      series.log[index] = Math.log(ratio);
      series.margin[index] = ci === null ? 0 : Math.abs(Math.log(ci[1]) - Math.log(ci[0])) / 2;
      series.pairs[index] = pairs;
      series.signed[index] = Number(isSigned(verdict));
    }
  }
  return [...all.values()];
}

/** How a series is judged; null for a name that this version does not know. */
export function knownTier(name: string, metric: string): Tier | null {
  const axis = name.split(' ', 1)[0];
  return AXES.some((known) => known === axis) ? (metricOf(name, metric)?.tier ?? null) : null;
}
