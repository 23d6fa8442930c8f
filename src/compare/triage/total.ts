import { worstRows } from './entries.ts';
import type { TriageRow } from './entry.ts';
import { isBuilt } from './runs.ts';
import { exactRows, type Judged, timeRow } from './steps.ts';
import type { RatioSeries } from './table.ts';

/** The first and the last measured commit of a range, by the run's index. */
export interface Ends {
  readonly first: number;
  readonly last: number;
}

/**
 * The run that a range starts from (the newest before index `from`, else the first) and its newest, of those whose build worked; null for
 * fewer than two.
 */
export function endsOf({ runs }: Judged, from: number): Ends | null {
  const built = runs.flatMap(({ record }, index) => (isBuilt(record) ? [index] : []));
  const first = built.findLast((index) => index < from) ?? built[0];
  const last = built.at(-1);
  if (first === undefined || last === undefined) return null;
  return last > first && last >= from ? { first, last } : null;
}

/** The headline rows of the whole range that exact numbers and stored ratios give. */
export function totalRows(judged: Judged, { first, last }: Ends): TriageRow[] {
  // Whatever came with the runner came within the range, and is told beside it.
  const whole = { ...judged, rules: { ...judged.rules, changedByHead: () => true } };
  const exact = exactRows(whole, first, last);
  const rows: TriageRow[] = [...exact, ...summedRatios(judged, first, last)];
  return worstRows(rows.filter((row) => row.headline && row.relevant));
}

/** Run times as the sum of the stored log ratios: what is shown where the two programs could not be run against each other. */
function summedRatios(judged: Judged, first: number, last: number): TriageRow[] {
  return judged.ratios.flatMap((series) => {
    let [log, variance, samples] = [0, 0, 0];
    for (let index = first + 1; index <= last; index++) {
      const step = series.log[index] ?? Number.NaN;
      if (Number.isNaN(step)) continue;
      log += step;
      variance += (series.margin[index] ?? 0) ** 2;
      samples += series.pairs[index] ?? 0;
    }
    return samples === 0 ? [] : [summedRow(judged, series, log, Math.sqrt(variance), samples)];
  });
}

function summedRow(
  judged: Judged,
  series: RatioSeries,
  log: number,
  margin: number,
  samples: number,
): TriageRow {
  const change = Math.expm1(log);
  const ci: [number, number] | null =
    margin === 0 ? null : [Math.expm1(log - margin), Math.expm1(log + margin)];
  const row = timeRow(judged, series, { change, ci, samples, verdict: 'none' });
  const significant = Math.abs(log) > margin && Math.abs(log) >= Math.log1p(row.threshold);
  if (!significant) return row;
  const verdict = log > 0 ? 'regression' : 'improvement';
  return timeRow(judged, series, { change, ci, samples, verdict });
}
