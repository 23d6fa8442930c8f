import type { Comparison } from '../compare/comparison.ts';
import { worstFirst } from '../compare/summary.ts';
import { AXES } from '../measure/metric.ts';
import { adviceOf, likelyCauses } from './advice.ts';
import { byCase } from './axis.ts';
import { NOTHING, rowNumbers } from './cells.ts';
import { type GridColumn, grid } from './grid.ts';
import { configurationsOf, headlineOf, isSeveral, type State } from './headline.ts';
import { outputLines } from './inert.ts';
import { caseLabel, inConfiguration, knownAxis, metricLabel, rowLabel, unitOf } from './label.ts';
import { formatValue } from './number.ts';
import { AXIS_TITLES, OVERVIEW_TITLES, overviewOf } from './overview.ts';
import type { Report } from './report.ts';
import { PLAIN } from './voice.ts';
import { clipped, wrapped } from './width.ts';
import { causeSentence, plural, verdictWord } from './wording.ts';

export interface TerminalOptions {
  /** Columns of the terminal; at least 20 are used. */
  readonly width: number;
  readonly color: boolean;
}

const OUTPUTS_SHOWN = 3;
const OUTPUT_LINES = 20;
const MAX_ROWS = 200;
const MAX_LIST = 50;
const CAUSES_SHOWN = 3;

/** The report as plain text for a terminal, ending with a line end: no line is wider than the terminal, outside text is visible characters only. */
export function renderTerminal(report: Report, { width, color }: TerminalOptions): string {
  const columns = Math.max(20, width);
  const headline = headlineOf(report, PLAIN);
  const paint = color ? painted : (text: string) => text;
  const mark = MARKS[headline.state];
  const likely = likelyCauses(report, headline.row, PLAIN);
  const top = [
    ...wrapped(`${mark} ${headline.text}`, columns, '  ').map((line) => paint(line, COLOURS[headline.state])),
    ...(likely === '' ? [] : wrapped(`Likely cause: ${likely}.`, columns, '  ')),
    ...wrapped(`What to do: ${adviceOf(report, headline, PLAIN)}`, columns, '  '),
  ];
  const sections = [
    top,
    overviewLines(report, columns),
    worstLines(report, columns, paint),
    ...axisLines(report, columns, paint),
    failureLines(report, columns),
    valueLines('Added', report.added, report, columns),
    valueLines('Removed', report.removed, report, columns),
    listLines('Warnings', report.warnings.map(PLAIN.sentence), columns),
    measuredLines(report, columns),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

type Colour = 'red' | 'green' | 'yellow' | 'none';
const CODES = { red: '31', green: '32', yellow: '33' } as const;

const MARKS: Readonly<Record<State, string>> = {
  unbuilt: '✗',
  budget: '✗',
  regression: '✗',
  mixed: '±',
  improvement: '✓',
  suspicious: '?',
  'no-baseline': '·',
  partial: '?',
  failed: '!',
  empty: '!',
  none: '✓',
};

const COLOURS: Readonly<Record<State, Colour>> = {
  unbuilt: 'red',
  budget: 'red',
  regression: 'red',
  mixed: 'yellow',
  improvement: 'green',
  suspicious: 'yellow',
  'no-baseline': 'none',
  partial: 'yellow',
  failed: 'yellow',
  empty: 'yellow',
  none: 'green',
};

const ROW_MARKS = { regression: '✗ ', improvement: '✓ ', inconclusive: '? ', none: '' } as const;

function painted(text: string, colour: Colour): string {
  return colour === 'none' ? text : `\u001b[${CODES[colour]}m${text}\u001b[0m`;
}

function rowColour(row: Comparison): Colour {
  if (row.overBudget) return 'red';
  if (!row.relevant || row.verdict === 'none') return 'none';
  return ({ regression: 'red', improvement: 'green', inconclusive: 'yellow' } as const)[row.verdict];
}

type Paint = (text: string, colour: Colour) => string;

function overviewLines(report: Report, width: number): readonly string[] {
  const overview = overviewOf(report);
  if (overview === null) return [];
  const columns: GridColumn[] = [
    { title: '', drop: 0 },
    ...overview.titles.map((title, index) => ({ title, right: true, drop: index })),
  ];
  return grid(
    columns,
    overview.rows.map((cells, index) => [OVERVIEW_TITLES[index] ?? '', ...cells]),
    width,
  );
}

const NUMBER_COLUMNS: readonly GridColumn[] = [
  { title: 'Before', right: true, drop: 2 },
  { title: 'After', right: true, drop: 0 },
  { title: 'Change', right: true, drop: 4 },
  { title: '', right: true, drop: 1 },
  { title: 'Threshold', right: true, drop: 6 },
  { title: '', drop: 7 },
];

function numberCells(row: Comparison): readonly string[] {
  const { before, after, delta, percent, threshold, interval } = rowNumbers(row);
  const moved = row.before === row.after ? [NOTHING, ''] : [delta, percent];
  return [before, after, ...moved, threshold, interval];
}

function worstLines(report: Report, width: number, paint: Paint): readonly string[] {
  const rows = worstFirst(report.comparisons).slice(0, 10);
  if (rows.length === 0) return [];
  const several = isSeveral(report);
  const [head = '', ...lines] = grid(
    [{ title: 'Worst cases', drop: 0 }, ...NUMBER_COLUMNS],
    rows.map((row) => {
      const budget = row.overBudget ? ` (budget ${formatValue(row.budget ?? 0, row.unit)})` : '';
      const name = `${rowLabel(row, PLAIN)}${inConfiguration(row.configuration, several, PLAIN)}${budget}`;
      return [`${ROW_MARKS[row.verdict]}${name}`, ...numberCells(row)];
    }),
    width,
  );
  const explained = rows.flatMap((row, index) => [
    paint(lines[index] ?? '', rowColour(row)),
    ...row.why
      .slice(0, CAUSES_SHOWN)
      .flatMap((cause) => wrapped(`    Why: ${causeSentence(cause, row.unit, PLAIN)}`, width, '    ')),
  ]);
  return [head, ...explained];
}

function axisLines(report: Report, width: number, paint: Paint): readonly (readonly string[])[] {
  return [...AXES, null].map((axis) => {
    const rows = byCase(report.comparisons.filter((row) => knownAxis(row.case) === axis)).filter(
      (row) => row.before !== 0 || row.after !== 0,
    );
    if (rows.length === 0) return [];
    const several = isSeveral(report);
    const shown = rows.slice(0, MAX_ROWS);
    const [head = '', ...lines] = grid(
      [
        { title: axis === null ? 'Other' : AXIS_TITLES[axis], drop: 0 },
        { title: '', drop: 3 },
        ...NUMBER_COLUMNS.slice(0, -1),
        { title: '', drop: 5 },
      ],
      shown.map((row) => [
        `${caseLabel(row.case, PLAIN)}${inConfiguration(row.configuration, several, PLAIN)}`,
        metricLabel(row.case, row.metric, PLAIN),
        ...numberCells(row).slice(0, -1),
        verdictWord(row),
      ]),
      width,
    );
    const painting = lines.map((line, index) => {
      const row = shown[index];
      return row === undefined ? line : paint(line, row.headline ? rowColour(row) : 'none');
    });
    return [head, ...painting, ...moreLine(rows.length - shown.length, 'row', width)];
  });
}

function failureLines(report: Report, width: number): readonly string[] {
  const lines = report.failed.map((row) => {
    const where = inConfiguration(row.configuration, isSeveral(report), PLAIN);
    return `${PLAIN.name(row.case)}${where}: ${PLAIN.sentence(row.message)}`;
  });
  const outputs = report.failed
    .slice(0, OUTPUTS_SHOWN)
    .flatMap(({ output }) => outputLines(output, OUTPUT_LINES).map((line) => clipped(`    ${line}`, width)));
  return [...listLines('Could not be measured', lines, width), ...outputs];
}

function valueLines(title: string, rows: Report['added'], report: Report, width: number): readonly string[] {
  const several = isSeveral(report);
  const lines = rows.slice(0, MAX_LIST).map((row) => {
    const values = row.values
      .filter(({ value }) => value !== 0)
      .slice(0, 8)
      .map(
        ({ metric, value }) =>
          `${metricLabel(row.case, metric, PLAIN)} ${formatValue(value, unitOf(row.case, metric))}`,
      );
    const name = `${PLAIN.name(row.case)}${inConfiguration(row.configuration, several, PLAIN)}`;
    return values.length === 0 ? name : `${name}: ${values.join(', ')}`;
  });
  return listLines(title, lines, width, rows.length - lines.length);
}

function listLines(title: string, items: readonly string[], width: number, beyond = 0): readonly string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, MAX_LIST);
  return [
    clipped(title, width),
    ...shown.flatMap((item) => wrapped(`  ${item}`, width, '    ')),
    ...moreLine(items.length - shown.length + beyond, 'line', width),
  ];
}

function moreLine(count: number, noun: string, width: number): readonly string[] {
  return count > 0 ? [clipped(`  and ${plural(count, `more ${noun}`)}; --json has them all`, width)] : [];
}

const FACTS = ['toolchain.rustc', 'toolchain.go', 'profile.name', 'target', 'machine.cpu'] as const;

function measuredLines(report: Report, width: number): readonly string[] {
  const lines = configurationsOf(report)
    .slice(0, MAX_LIST)
    .flatMap(({ configuration, base, identity }) => {
      const against =
        base === null
          ? 'no baseline'
          : `${base.sha.slice(0, 10)} (${base.source}${base.distance === 0 ? '' : `, ${plural(base.distance, 'commit')} earlier`})`;
      const name = isSeveral(report) ? `${PLAIN.name(configuration)}: ` : '';
      const facts = FACTS.flatMap((field) => identity.head[field] ?? []).map(PLAIN.name);
      const changed = identity.changed
        .slice(0, 5)
        .map(
          ({ field, before, after }) =>
            `${PLAIN.name(field)} ${PLAIN.name(before ?? '–')} → ${PLAIN.name(after ?? '–')}`,
        );
      return [
        `${name}${report.head.sha.slice(0, 10)} against ${against}${facts.length === 0 ? '' : `; ${facts.join(', ')}`}`,
        ...(changed.length === 0 ? [] : [`${name}differs: ${changed.join('; ')}`]),
      ];
    });
  return listLines('How it was measured', lines, width);
}
