import { isSigned } from '../comparison.ts';
import { magnitudeOf } from '../magnitude.ts';
import { worstRows } from './entries.ts';
import type { TriageRow } from './entry.ts';
import { logRatioOf } from './ratio.ts';
import { exactRows, type Judged, ratioRows } from './steps.ts';

/** The first and the last measured commit of a range, by the run's index. */
export interface Ends {
  readonly first: number;
  readonly last: number;
}

/** The run that a range starts from (the newest before index `from`, else its first) and its newest; null for fewer than two runs. */
export function endsOf({ runs }: Judged, from: number): Ends | null {
  const first = Math.max(0, from - 1);
  const last = runs.length - 1;
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
  const sums = new Map<string, { row: TriageRow; log: number; variance: number; pairs: number }>();
  for (let index = first + 1; index <= last; index++) {
    const record = judged.runs[index]?.record;
    if (record === undefined) continue;
    for (const row of ratioRows(judged, record)) {
      const ratio = logRatioOf(row);
      if (ratio === null) continue;
      const sum = sums.get(row.case) ?? { row, log: 0, variance: 0, pairs: 0 };
      sum.log += ratio.log;
      sum.variance += ratio.margin ** 2;
      sum.pairs += row.samples;
      sums.set(row.case, sum);
    }
  }
  return [...sums.values()].map(({ row, log, variance, pairs }) =>
    summedRow(row, log, Math.sqrt(variance), pairs),
  );
}

function summedRow(row: TriageRow, log: number, margin: number, samples: number): TriageRow {
  const change = Math.expm1(log);
  const significant = Math.abs(log) > margin && Math.abs(log) >= Math.log1p(row.threshold);
  const verdict = !significant ? 'none' : log > 0 ? 'regression' : 'improvement';
  return {
    ...row,
    before: null,
    after: null,
    change,
    ci: margin === 0 ? null : [Math.expm1(log - margin), Math.expm1(log + margin)],
    samples,
    verdict,
    magnitude: isSigned(verdict) ? magnitudeOf(change, row.threshold, 'noisy') : null,
    relevant: isSigned(verdict),
    why: [],
  };
}
