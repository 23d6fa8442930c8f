import { mainMetric } from '../rules.ts';
import type { Drift, TriageRow } from './entry.ts';
import { exactDrift } from './exact-drift.ts';
import { pairedDrift } from './paired-drift.ts';
import { isExact, type Judged, ratioRows } from './steps.ts';

/** Measured commits before the range that a drift may have begun in. */
const LOOKBACK = 100;
/** Newest measured commits that run times are looked through: the search is quadratic. */
const PAIRED_WINDOW = 400;

/**
 * Changes that grew over the commits up to the newest, in part at or behind index `from`, and that no single commit was called out
 * for: of headline numbers, exact ones by their sum, run times by the sum of the stored ratios against its error.
 */
export function driftsOf(judged: Judged, from: number): Drift[] {
  const start = Math.max(0, from - LOOKBACK);
  const metrics = new Set(judged.table.map(({ case: name, metric }) => `${metric}\n${name}`));
  const has = (name: string) => (metric: string) => metrics.has(`${metric}\n${name}`);
  const gate = judged.rules.config.size.gate;
  const exact = judged.table
    .filter(({ case: name, metric }) => isExact(name, metric) && isMain(name, metric))
    .flatMap((series) => exactDrift(judged, series, start, from) ?? []);
  return [...exact, ...pairedDrifts(judged, Math.max(start, judged.runs.length - PAIRED_WINDOW), from)];

  function isMain(name: string, metric: string): boolean {
    if (name.startsWith('bench ')) return metric === 'instructions';
    return mainMetric(name, gate, has(name)).name === metric;
  }
}

function pairedDrifts(judged: Judged, start: number, from: number): Drift[] {
  const rows = new Map<string, Map<number, TriageRow>>();
  for (let index = start; index < judged.runs.length; index++) {
    const record = judged.runs[index]?.record;
    if (record === undefined) continue;
    for (const row of ratioRows(judged, record)) {
      const own = rows.get(row.case) ?? new Map<number, TriageRow>();
      rows.set(row.case, own.set(index, row));
    }
  }
  return [...rows.values()].flatMap((own) => pairedDrift(judged, own, start, from) ?? []);
}
