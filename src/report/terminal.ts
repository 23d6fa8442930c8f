import { acceptedLines } from './accepted.ts';
import { adviceOf, likelyCauses } from './advice.ts';
import { benchFacts } from './bench-run.ts';
import { type GridColumn, grid } from './grid.ts';
import { configurationsOf, headlineOf, isSeveral, type State } from './headline.ts';
import { outputLines } from './inert.ts';
import { inConfiguration, metricLabel, unitOf } from './label.ts';
import { formatValue } from './number.ts';
import { OVERVIEW_TITLES, overviewOf } from './overview.ts';
import { likelyRenames } from './renames.ts';
import type { Report } from './report.ts';
import { axisLines, type Colour, worstLines } from './terminal-rows.ts';
import { PLAIN } from './voice.ts';
import { clipped, wrapped } from './width.ts';
import { identityValue, plural } from './wording.ts';

export interface TerminalOptions {
  /** Columns of the terminal; at least 20 are used. */
  readonly width: number;
  readonly color: boolean;
}

const OUTPUTS_SHOWN = 3;
const OUTPUT_LINES = 20;
const MAX_LIST = 50;

/** The report as plain text for a terminal, ending with a line end: no line is wider than the terminal, outside text is visible characters only. */
export function renderTerminal(report: Report, { width, color }: TerminalOptions): string {
  const columns = Math.max(20, width);
  const headline = headlineOf(report, PLAIN);
  const paint = color ? painted : (text: string) => text;
  const mark = MARKS[headline.state];
  const likely = likelyCauses(headline.row, PLAIN);
  const top = [
    ...wrapped(`${mark} ${headline.text}`, columns, '  ').map((line) => paint(line, COLOURS[headline.state])),
    ...(likely === '' ? [] : wrapped(`Likely cause: ${likely}.`, columns, '  ')),
    ...wrapped(`What to do: ${adviceOf(report, headline, PLAIN)}`, columns, '  '),
    ...acceptedLines(report, PLAIN).flatMap((line) => wrapped(`Accepted: ${line}`, columns, '  ')),
  ];
  const sections = [
    top,
    overviewLines(report, columns),
    worstLines(report, columns, paint),
    ...axisLines(report, columns, paint),
    failureLines(report, columns),
    valueLines(isFirst(report) ? 'Measured' : 'Added', report.added, report, columns),
    valueLines('Removed', report.removed, report, columns),
    renameLines(report, columns),
    listLines('Warnings', report.warnings.map(PLAIN.sentence), columns),
    measuredLines(report, columns),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const CODES = { red: '31', green: '32', yellow: '33' } as const;

const MARKS: Readonly<Record<State, string>> = {
  unbuilt: '✗',
  budget: '✗',
  regression: '✗',
  mixed: '±',
  improvement: '✓',
  suspicious: '?',
  unrecorded: '!',
  recorded: '·',
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
  unrecorded: 'yellow',
  recorded: 'none',
  'no-baseline': 'none',
  partial: 'yellow',
  failed: 'yellow',
  empty: 'yellow',
  none: 'green',
};

function painted(text: string, colour: Colour): string {
  return colour === 'none' ? text : `\u001b[${CODES[colour]}m${text}\u001b[0m`;
}

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

function failureLines(report: Report, width: number): readonly string[] {
  const lines = report.failed.map((row) => {
    const where = inConfiguration(row.configuration, isSeveral(report), PLAIN);
    return `${PLAIN.name(row.case)}${where}: ${PLAIN.sentence(row.message)}`;
  });
  const outputs = report.failed
    .filter(({ output }) => output.trim() !== '')
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

/** Without any baseline, nothing is "added". */
function isFirst(report: Report): boolean {
  return configurationsOf(report).every(({ base }) => base === null);
}

function renameLines(report: Report, width: number): readonly string[] {
  if (isFirst(report)) return [];
  const lines = likelyRenames(report).map(
    ({ configuration, before, after }) =>
      `${PLAIN.name(before)} → ${PLAIN.name(after)}${inConfiguration(configuration, isSeveral(report), PLAIN)}`,
  );
  return listLines('Perhaps only renamed (not compared)', lines, width);
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
    .flatMap(({ configuration, base, identity, bench }) => {
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
            `${PLAIN.name(field)} ${PLAIN.name(identityValue(field, before ?? '–'))} → ${PLAIN.name(identityValue(field, after ?? '–'))}`,
        );
      return [
        `${name}${report.head.sha.slice(0, 10)} against ${against}${facts.length === 0 ? '' : `; ${facts.join(', ')}`}`,
        ...(changed.length === 0 ? [] : [`${name}differs: ${changed.join('; ')}`]),
        ...benchFacts(bench, PLAIN).map(([title, text]) => `${name}${title.toLowerCase()}: ${text}`),
      ];
    });
  return listLines('How it was measured', lines, width);
}
