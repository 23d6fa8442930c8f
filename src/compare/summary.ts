import { AXES, type Axis, axisOf } from '../measure/metric.ts';
import { type Category, type Comparison, MAGNITUDES } from './comparison.ts';
import { isMoved } from './verdict.ts';

/** One row of the summary table, over relative changes (0.01 is 1 %). */
export interface SummaryRow {
  readonly direction: 'regression' | 'improvement' | 'all';
  /** null: both categories. */
  readonly category: Category | null;
  /** Arithmetic mean; null when no row has a relative change. */
  readonly mean: number | null;
  /**
   * Smallest and largest by size, so that an improvement's runs from the change nearest to 0; for `all` the most negative
   * and the most positive.
   */
  readonly range: readonly [number, number] | null;
  /** Rows, those without a relative change included. */
  readonly count: number;
}

/** Regressions (primary, secondary), improvements (primary, secondary), all; always five rows in this order. */
export type SummaryTable = readonly SummaryRow[];

export interface Summary {
  readonly joined: SummaryTable;
  /** Only the axes that have a headline row. */
  readonly axes: readonly { readonly axis: Axis; readonly table: SummaryTable }[];
}

/**
 * The table's numbers over the relevant headline rows that moved, joined and per axis.
 * Source of the shape: rustc-perf 169b07b0, `write_summary_table`, with its last row over both categories.
 */
export function summarise(comparisons: readonly Comparison[]): Summary {
  const headline = comparisons.filter((row) => row.headline);
  const axes = AXES.map((axis) => ({ axis, rows: headline.filter((row) => axisOf(row.case) === axis) }))
    .filter(({ rows }) => rows.length > 0)
    .map(({ axis, rows }) => ({ axis, table: tableOf(rows) }));
  return { joined: tableOf(headline), axes };
}

/**
 * The headline rows that a reader must see, worst first: over budget, regressions, suspicions, improvements; within each the
 * primary before the secondary, then by magnitude, by size of the change, and by name.
 */
export function worstFirst(comparisons: readonly Comparison[]): Comparison[] {
  return comparisons.filter((row) => (row.headline && row.relevant) || row.overBudget).sort(compareRows);
}

function tableOf(rows: readonly Comparison[]): SummaryTable {
  const moved = rows.filter(isMoved);
  const part = (direction: 'regression' | 'improvement', category: Category) =>
    summaryRow(
      direction,
      category,
      moved.filter((row) => row.verdict === direction && row.category === category),
    );
  return [
    part('regression', 'primary'),
    part('regression', 'secondary'),
    part('improvement', 'primary'),
    part('improvement', 'secondary'),
    summaryRow('all', null, moved),
  ];
}

function summaryRow(
  direction: SummaryRow['direction'],
  category: Category | null,
  rows: readonly Comparison[],
): SummaryRow {
  const changes = rows.flatMap((row) => (row.change === null ? [] : [row.change])).sort((a, b) => a - b);
  const lowest = changes[0];
  const highest = changes.at(-1);
  if (lowest === undefined || highest === undefined) {
    return { direction, category, mean: null, range: null, count: rows.length };
  }
  const mean = changes.reduce((sum, change) => sum + change / changes.length, 0);
  const range = direction === 'improvement' ? ([highest, lowest] as const) : ([lowest, highest] as const);
  return { direction, category, mean, range, count: rows.length };
}

const ORDER = { regression: 1, inconclusive: 2, improvement: 3, none: 4 } as const;

function compareRows(a: Comparison, b: Comparison): number {
  return (
    Number(b.overBudget) - Number(a.overBudget) ||
    ORDER[a.verdict] - ORDER[b.verdict] ||
    Number(a.category === 'secondary') - Number(b.category === 'secondary') ||
    weight(b) - weight(a) ||
    compareNumbers(sizeOf(b), sizeOf(a)) ||
    compareText(a.configuration, b.configuration) ||
    compareText(a.case, b.case) ||
    compareText(a.metric, b.metric)
  );
}

function weight(row: Comparison): number {
  return row.magnitude === null ? -1 : MAGNITUDES.indexOf(row.magnitude);
}

/** Size of the change; something out of nothing is the largest, a row without a base the smallest. */
function sizeOf(row: Comparison): number {
  if (row.change !== null) return Math.abs(row.change);
  return row.before === null ? 0 : Number.POSITIVE_INFINITY;
}

function compareNumbers(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
