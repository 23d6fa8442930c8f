import type { Comparison } from '../compare/comparison.ts';
import { worstFirst } from '../compare/summary.ts';
import { metricPlace } from './label.ts';

/** Cases in the order of their worst row, and inside a case the catalogue's order. */
export function byCase(rows: readonly Comparison[]): readonly Comparison[] {
  const places = new Map<string, number>();
  const seen = [
    ...worstFirst(rows),
    ...rows.filter((row) => row.relevant),
    ...rows.filter((row) => row.before !== row.after),
    ...rows,
  ];
  for (const row of seen) {
    if (!places.has(keyOf(row))) places.set(keyOf(row), places.size);
  }
  return [...rows].sort(
    (a, b) =>
      (places.get(keyOf(a)) ?? 0) - (places.get(keyOf(b)) ?? 0) ||
      metricPlace(a.case, a.metric) - metricPlace(b.case, b.metric),
  );
}

/** Rows of benchmarks: what a reader must see, worst first, then undecided ones, then by size of the change. */
export function byChange(rows: readonly Comparison[]): readonly Comparison[] {
  const worst = worstFirst(rows);
  const told = new Set(worst);
  const rest = rows
    .filter((row) => !told.has(row))
    .sort(
      (a, b) =>
        Number(b.verdict === 'inconclusive') - Number(a.verdict === 'inconclusive') ||
        Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0),
    );
  return [...worst, ...rest];
}

/** Identifies a case of a configuration. */
export function keyOf(row: Comparison): string {
  return JSON.stringify([row.configuration, row.case]);
}
