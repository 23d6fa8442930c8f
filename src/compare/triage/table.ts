import type { Run } from './runs.ts';

/** One metric of one case over the runs of a configuration. */
export interface Series {
  readonly case: string;
  readonly metric: string;
  /** By the run's index; NaN where there is none. */
  readonly values: Float64Array;
}

/** The stored values of a configuration's runs by series, in the order in which the series first came. */
export type SeriesTable = readonly Series[];

/** Builds the table. Of a value that is repeated in a record the first one holds. Linear in the number of values. */
export function seriesTable(runs: readonly Run[]): SeriesTable {
  const byCase = new Map<string, Map<string, Series>>();
  const all: Series[] = [];
  const find = (name: string, metric: string): Series => {
    const metrics = byCase.get(name) ?? new Map<string, Series>();
    byCase.set(name, metrics);
    const known = metrics.get(metric);
    if (known !== undefined) return known;
    const made = { case: name, metric, values: new Float64Array(runs.length).fill(Number.NaN) };
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
  return all;
}
