import type { HistoryRatio } from '../../measure/history-record.ts';
import type { HistoryRow } from '../../measure/measurement.ts';
import type { ConfigurationPart } from '../../report/assemble.ts';
import type { WeighedPart } from '../bench/weigh.ts';

/** Rows of the paired tier as ratios. */
export function ratiosOf({ comparisons }: Pick<ConfigurationPart, 'comparisons'>): HistoryRatio[] {
  return comparisons.flatMap(({ case: name, metric, tier, change, ci, samples, verdict }) => {
    if (tier !== 'paired' || change === null || !(1 + change > 0)) return [];
    const interval: [number, number] | null =
      ci !== null && 1 + ci[0] > 0 && Number.isFinite(ci[1]) ? [1 + ci[0], 1 + ci[1]] : null;
    return [{ case: name, metric, ratio: 1 + change, ci: interval, pairs: samples, verdict }];
  });
}

/** The ratio of a benchmark that was not timed, because its program is the same on both sides. */
export function unmoved(name: string): HistoryRatio {
  return { case: name, metric: 'wall-time', ratio: 1, ci: null, pairs: 0, verdict: 'none' };
}

/**
 * Run times for the baseline's history. A benchmark that was not timed says nothing about how much it moves by itself, and is
 * left out: many 1s would lower the fence of the others.
 */
export function rowRatios({ rows }: Pick<WeighedPart, 'rows'>): NonNullable<HistoryRow['ratios']> {
  return ratiosOf({ comparisons: rows.map(({ comparison }) => comparison) })
    .filter(({ metric }) => metric === 'wall-time')
    .map(({ case: name, ratio }) => ({ case: name, ratio }));
}
