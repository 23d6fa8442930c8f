import { type HistoryRow, MAX_HISTORY, type Measurement, type Value } from '../measure/measurement.ts';
import { type Metric, metricOf } from '../measure/metric.ts';

/** Most values that a row may hold (historyRowSchema). */
const MAX_ROW_VALUES = 2000;

/**
 * The history with `row` as its newest entry: oldest first, at most {@link MAX_HISTORY} rows, the oldest dropped.
 * An earlier row of the same commit gives way to the new one. `previous` is not changed.
 */
export function appendHistory(previous: readonly HistoryRow[], row: HistoryRow): HistoryRow[] {
  const others = previous.filter((earlier) => earlier.commit !== row.commit);
  return [...others, row].slice(-MAX_HISTORY);
}

/**
 * What a measurement leaves in the history: its historical-tier values and the identity fields that they depend on.
 * Past 2000 values the headline metrics stay first. `ratios`: of its benchmarks against the previous measured main commit.
 */
export function historyRow(measurement: Measurement, ratios: HistoryRow['ratios'] = []): HistoryRow {
  const kept = historicalValues(measurement.values);
  const prefixes = new Set(kept.flatMap(({ metric }) => metric.dependsOn));
  const fields = Object.entries(measurement.identity).filter(([field]) =>
    [...prefixes].some((prefix) => field.startsWith(prefix)),
  );
  return {
    commit: measurement.commit,
    recorded: measurement.recorded,
    identity: Object.fromEntries(fields),
    values: kept.map(({ value }) => value),
    ...(ratios.length === 0 ? {} : { ratios: ratios.slice(0, MAX_ROW_VALUES) }),
  };
}

/**
 * Main's own ratios by case, oldest first: how much each benchmark moves from commit to commit. The paired judgement raises the
 * minimum effect of a case from them (detection §5).
 */
export function earlierRatios(history: readonly HistoryRow[]): ReadonlyMap<string, readonly number[]> {
  const earlier = new Map<string, number[]>();
  for (const { ratios = [] } of history) {
    for (const { case: name, ratio } of ratios) {
      const list = earlier.get(name);
      if (list === undefined) earlier.set(name, [ratio]);
      else list.push(ratio);
    }
  }
  return earlier;
}

function historicalValues(values: readonly Value[]): { readonly value: Value; readonly metric: Metric }[] {
  const historical = values.flatMap((value) => {
    const metric = metricOf(value.case, value.metric);
    return metric?.tier === 'historical' ? [{ value, metric }] : [];
  });
  if (historical.length <= MAX_ROW_VALUES) return historical;
  const headline = historical.filter(({ metric }) => metric.headline);
  const rest = historical.filter(({ metric }) => !metric.headline);
  return [...headline, ...rest].slice(0, MAX_ROW_VALUES);
}
