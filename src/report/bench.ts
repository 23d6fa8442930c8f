import type { Comparison } from '../compare/comparison.ts';
import { PAIRED_RULE } from '../compare/paired.ts';
import { barScale, intervalBar } from './bar.ts';
import { changeText, rowNumbers } from './cells.ts';
import { caseLabel, inConfiguration, metricLabel } from './label.ts';
import type { Part, Rows } from './limit.ts';
import { formatThreshold } from './number.ts';
import { byChange } from './rows.ts';
import { table, unbroken } from './table.ts';
import { MARKDOWN } from './voice.ts';
import { rowIcon } from './wording.ts';

/** Rows that stand open in the fold; the others are folded once more. */
const OPEN_ROWS = 20;

/** "99 % interval": how sure an interval is. */
export const INTERVAL = `${Math.round((1 - PAIRED_RULE.level) * 100)} % interval`;

/** The benchmarks' rows, worst first: a table, and a fold with the rest of a long one. `rank`: of the table. */
export function benchTables(rows: readonly Comparison[], several: boolean, rank: number): readonly Part[] {
  const ordered = byChange(rows);
  const scale = barScale(rows);
  const shown = (some: readonly Comparison[], place: number) => benchTable(some, rows, scale, several, place);
  const rest = ordered.slice(OPEN_ROWS);
  const legend = scale === null ? [] : [barLegend(scale)];
  const open = [...legend, shown(ordered.slice(0, OPEN_ROWS), rank)];
  if (rest.length === 0) return open;
  const moved = rest.some((row) => row.relevant) ? '' : ', all without a verdict to act on';
  return [
    ...open,
    { kind: 'fold', summary: `${rest.length} more rows${moved}`, parts: [shown(rest, rank + 1)] },
  ];
}

/** What the parts of a bar mean, as one line of Markdown. */
export function barLegend(scale: number): string {
  const end = unbroken(formatThreshold(scale));
  return `<sub>Bars: the ${unbroken(INTERVAL)} \`├─●─┤\` between −${end} and +${end}; \`│\` no change, \`:\` the threshold.</sub>`;
}

function benchTable(
  some: readonly Comparison[],
  all: readonly Comparison[],
  scale: number | null,
  several: boolean,
  rank: number,
): Rows {
  const kinds =
    new Set(all.map((row) => row.metric)).size > 1 || all.some((row) => row.metric !== 'wall-time');
  const columns = [
    { title: 'Case' },
    ...(kinds ? [{ title: 'Metric' }] : []),
    { title: 'Before', right: true },
    { title: 'After', right: true },
    { title: 'Change', right: true },
    ...(scale === null ? [] : [{ title: INTERVAL }, { title: 'Pairs', right: true }]),
  ];
  const cells = (row: Comparison) => [
    nameCell(row, several),
    ...(kinds ? [metricLabel(row.case, row.metric, MARKDOWN)] : []),
    ...numberCells(row),
    ...(scale === null ? [] : intervalCells(row, scale)),
  ];
  return table(columns, some, cells, { rank, noun: 'rows are' });
}

function nameCell(row: Comparison, several: boolean): string {
  const icon = row.relevant || row.overBudget ? `${rowIcon(row)} ` : '';
  return `${icon}${caseLabel(row.case, MARKDOWN)}${inConfiguration(row.configuration, several, MARKDOWN)}`;
}

function numberCells(row: Comparison): readonly string[] {
  const { before, after } = rowNumbers(row);
  const change = changeText(row);
  return [before, after, row.relevant && row.verdict !== 'none' ? `**${change}**` : change].map(unbroken);
}

function intervalCells(row: Comparison, scale: number): readonly string[] {
  const { range } = rowNumbers(row);
  if (range === '') return ['', ''];
  return [`\`${intervalBar(row, scale)}\` ${unbroken(range)}`, String(row.samples)];
}
