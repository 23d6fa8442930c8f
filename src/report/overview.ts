import { type Summary, type SummaryRow, type SummaryTable, summarise } from '../compare/summary.ts';
import type { Axis } from '../measure/metric.ts';
import { NOTHING } from './cells.ts';
import { knownAxis } from './label.ts';
import { formatChange, formatCount, formatPercentRange } from './number.ts';
import type { Report } from './report.ts';
import { tableHead, tableRow, unbroken } from './table.ts';

export const AXIS_TITLES: Readonly<Record<Axis, string>> = {
  size: 'Size',
  compile: 'Compile time',
  bench: 'Run time',
};

/** The five rows' titles, in the order of a summary table. */
export const OVERVIEW_TITLES = [
  'Regressions (primary)',
  'Regressions (secondary)',
  'Improvements (primary)',
  'Improvements (secondary)',
  'All',
] as const;

export interface Overview {
  readonly titles: readonly string[];
  /** Cells of each of the five rows, plain text. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * The five-row table: regressions and improvements, primary and secondary, and all. One axis has its mean, range and count in
 * columns; several have a column each, since a mean over bytes and seconds means nothing. null when nothing moved.
 */
export function overviewOf(report: Pick<Report, 'comparisons'>): Overview | null {
  const summary = summarise(report.comparisons.filter((row) => knownAxis(row.case) !== null));
  const moved = summary.axes.filter(({ table }) => countOf(table) > 0);
  const [only] = moved;
  if (only === undefined) return null;
  return moved.length === 1 ? oneAxis(only) : severalAxes(moved);
}

/** The overview as Markdown. */
export function overviewTable({ titles, rows }: Overview): string {
  const head = tableHead([{ title: '' }, ...titles.map((title) => ({ title, right: true }))]);
  const lines = rows.map((cells, index) => tableRow([OVERVIEW_TITLES[index] ?? '', ...cells.map(unbroken)]));
  return [head, ...lines].join('\n');
}

function oneAxis({ axis, table }: Summary['axes'][number]): Overview {
  return {
    titles: [`${AXIS_TITLES[axis]}, mean`, 'Range', 'Count'],
    rows: table.map((row) => [meanOf(row), rangeOf(row), row.count === 0 ? NOTHING : formatCount(row.count)]),
  };
}

function severalAxes(axes: Summary['axes']): Overview {
  return {
    titles: axes.map(({ axis }) => `${AXIS_TITLES[axis]}: mean [range], count`),
    rows: OVERVIEW_TITLES.map((_, index) => axes.map(({ table }) => joinedCell(table[index]))),
  };
}

function joinedCell(row: SummaryRow | undefined): string {
  if (row === undefined || row.count === 0) return NOTHING;
  const range = row.count > 1 ? ` ${rangeOf(row).replace(' %', '')}` : '';
  return `${meanOf(row)}${range}, ${formatCount(row.count)}`;
}

function meanOf({ mean }: SummaryRow): string {
  return mean === null ? NOTHING : formatChange(mean);
}

function rangeOf({ range, count }: SummaryRow): string {
  return range === null || count < 2 ? NOTHING : formatPercentRange(range);
}

function countOf(table: SummaryTable): number {
  return table.at(-1)?.count ?? 0;
}
