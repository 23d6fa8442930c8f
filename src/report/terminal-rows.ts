import type { Comparison } from '../compare/comparison.ts';
import { worstFirst } from '../compare/summary.ts';
import { AXES, type Axis } from '../measure/metric.ts';
import { barScale, intervalBar } from './bar.ts';
import { INTERVAL } from './bench.ts';
import { NOTHING, rowNumbers } from './cells.ts';
import { type GridColumn, grid } from './grid.ts';
import { isSeveral } from './headline.ts';
import { caseLabel, inConfiguration, knownAxis, metricLabel, rowLabel } from './label.ts';
import { formatThreshold, formatValue } from './number.ts';
import { AXIS_TITLES } from './overview.ts';
import type { Report } from './report.ts';
import { byCase, byChange } from './rows.ts';
import { PLAIN } from './voice.ts';
import { clipped, wrapped } from './width.ts';
import { isPlacement, notJudged, plural, verdictWord } from './wording.ts';
import { whyLines } from './worst.ts';

export type Colour = 'red' | 'green' | 'yellow' | 'none';
export type Paint = (text: string, colour: Colour) => string;

const MAX_ROWS = 200;
const WORST_SHOWN = 10;
const ROW_MARKS = { regression: '✗ ', improvement: '✓ ', inconclusive: '? ', none: '' } as const;

const NUMBER_COLUMNS: readonly GridColumn[] = [
  { title: 'Before', right: true, drop: 2 },
  { title: 'After', right: true, drop: 0 },
  { title: 'Change', right: true, drop: 4 },
  { title: '', right: true, drop: 1 },
];
const THRESHOLD: GridColumn = { title: 'Threshold', right: true, drop: 6 };
const INTERVAL_COLUMNS: readonly GridColumn[] = [
  { title: INTERVAL, drop: 5 },
  { title: '', right: true, drop: 7 },
  { title: 'Pairs', right: true, drop: 8 },
];

/** The worst cases, each with its causes on lines of their own. */
export function worstLines(report: Report, width: number, paint: Paint): readonly string[] {
  const rows = worstFirst(report.comparisons).slice(0, WORST_SHOWN);
  if (rows.length === 0) return [];
  const several = isSeveral(report);
  const scale = barScale(rows);
  const [head = '', ...lines] = grid(
    [{ title: 'Worst cases', drop: 0 }, ...NUMBER_COLUMNS, ...intervalColumns(scale), THRESHOLD],
    rows.map((row) => {
      const budget = row.overBudget ? ` (budget ${formatValue(row.budget ?? 0, row.unit)})` : '';
      const name = `${rowLabel(row, PLAIN)}${inConfiguration(row.configuration, several, PLAIN)}${budget}`;
      const numbers = [...numberCells(row), ...intervalCells(row, scale), rowNumbers(row).threshold];
      return [`${isPlacement(row) ? '– ' : ROW_MARKS[row.verdict]}${name}`, ...numbers];
    }),
    width,
  );
  const explained = rows.flatMap((row, index) => [
    paint(lines[index] ?? '', rowColour(row)),
    ...whyLines(row, PLAIN).flatMap((line, place) =>
      wrapped(`    ${place === 0 ? 'Why: ' : '     '}${line}`, width, '         '),
    ),
  ]);
  return [head, ...explained, ...legend(scale, width)];
}

/** All rows of every axis. */
export function axisLines(report: Report, width: number, paint: Paint): readonly (readonly string[])[] {
  return [...AXES, null].map((axis) => {
    const rows = report.comparisons.filter(
      (row) => knownAxis(row.case) === axis && (row.before !== 0 || row.after !== 0),
    );
    if (rows.length === 0) return [];
    const ordered = axis === 'bench' ? byChange(rows) : byCase(rows);
    return oneAxis(axis, ordered, isSeveral(report), width, paint);
  });
}

function oneAxis(
  axis: Axis | null,
  rows: readonly Comparison[],
  several: boolean,
  width: number,
  paint: Paint,
): readonly string[] {
  const shown = rows.slice(0, MAX_ROWS);
  const scale = barScale(rows);
  const [head = '', ...lines] = grid(
    [
      { title: axis === null ? 'Other' : AXIS_TITLES[axis], drop: 0 },
      { title: '', drop: 3 },
      ...NUMBER_COLUMNS,
      ...intervalColumns(scale),
      { title: '', drop: 5 },
    ],
    shown.map((row) => [
      `${caseLabel(row.case, PLAIN)}${inConfiguration(row.configuration, several, PLAIN)}`,
      metricLabel(row.case, row.metric, PLAIN),
      ...numberCells(row),
      ...intervalCells(row, scale),
      row.headline ? verdictWord(row) : '',
    ]),
    width,
  );
  const painting = lines.map((line, index) => {
    const row = shown[index];
    return row === undefined ? line : paint(line, row.headline ? rowColour(row) : 'none');
  });
  const more = rows.length - shown.length;
  const rest = more > 0 ? [clipped(`  and ${plural(more, 'more row')}; --json has them all`, width)] : [];
  const reason = notJudged(rows);
  const why = reason.includes(':') ? wrapped(`  ${reason}`, width, '    ') : [];
  return [head, ...painting, ...rest, ...why];
}

function numberCells(row: Comparison): readonly string[] {
  const { before, after, delta, percent } = rowNumbers(row);
  return [before, after, ...(row.before === row.after ? [NOTHING, ''] : [delta, percent])];
}

function intervalColumns(scale: number | null): readonly GridColumn[] {
  return scale === null ? [] : INTERVAL_COLUMNS;
}

function intervalCells(row: Comparison, scale: number | null): readonly string[] {
  if (scale === null) return [];
  return row.ci === null
    ? ['', '', '']
    : [intervalBar(row, scale), rowNumbers(row).range, String(row.samples)];
}

function legend(scale: number | null, width: number): readonly string[] {
  if (scale === null) return [];
  const end = formatThreshold(scale);
  return wrapped(`  Bars: from −${end} to +${end}; │ no change, : the threshold.`, width, '  ');
}

function rowColour(row: Comparison): Colour {
  if (row.overBudget) return 'red';
  if (!row.relevant || row.verdict === 'none') return 'none';
  return ({ regression: 'red', improvement: 'green', inconclusive: 'yellow' } as const)[row.verdict];
}
