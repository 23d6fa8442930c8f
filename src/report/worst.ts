import type { Comparison } from '../compare/comparison.ts';
import { worstFirst } from '../compare/summary.ts';
import { likelyCauses } from './advice.ts';
import { barScale, intervalBar } from './bar.ts';
import { barLegend, INTERVAL } from './bench.ts';
import { causeLine, hasBytes } from './cause.ts';
import { NOTHING, rowNumbers } from './cells.ts';
import { headlineOf, isSeveral } from './headline.ts';
import { inConfiguration, rowLabel } from './label.ts';
import type { Part } from './limit.ts';
import { formatValue } from './number.ts';
import type { Report } from './report.ts';
import { table, unbroken } from './table.ts';
import { MARKDOWN, PLAIN, type Voice } from './voice.ts';
import { isPlacement, rowIcon } from './wording.ts';

/** Most cases shown without unfolding anything. */
const SHOWN = 8;
const CAUSES_SHOWN = 3;

/** The worst cases by name, with their numbers and why. */
export function worstCases(report: Report): readonly Part[] {
  const rows = worstFirst(report.comparisons);
  if (rows.length === 0) return [];
  const several = isSeveral(report);
  const scale = barScale(rows.slice(0, SHOWN));
  const columns = [
    { title: rows.length === 1 ? 'Case' : 'Worst cases' },
    { title: 'Before', right: true },
    { title: 'After', right: true },
    { title: 'Change', right: true },
    ...(scale === null ? [] : [{ title: INTERVAL }]),
    { title: 'Threshold', right: true },
  ];
  const only = rows.length === 1 && rows[0] !== undefined && isToldAbove(rows[0]);
  const shown = table(columns, rows.slice(0, SHOWN), (row) => worstCells(row, several, scale, !only), {
    rank: 0,
    noun: 'of the worst cases are',
  });
  const rest = rows.length - SHOWN;
  return [
    shown,
    ...(rest > 0 ? [`${rest} more ${rest === 1 ? 'case is' : 'cases are'} below.`] : []),
    ...(scale === null ? [] : [barLegend(scale)]),
  ];
}

/** Whether the line of likely causes says what the row's own lines would. */
function isToldAbove(row: Comparison): boolean {
  return whyLines(row, MARKDOWN).join('; ') === likelyCauses(row, MARKDOWN);
}

/** The rows that {@link worstCases} tells all reasons of; none in a report that is one line. */
export function toldRows(report: Report): ReadonlySet<Comparison> {
  if (headlineOf(report, PLAIN).state === 'none') return new Set();
  const rows = worstFirst(report.comparisons).slice(0, SHOWN);
  return new Set(rows.filter(isWhollyTold));
}

/** What holds for the whole configuration comes after a row's own causes, and stands in a fold of its own. */
function isWhollyTold({ why }: Comparison): boolean {
  const judgements = why.filter(({ kind }) => kind === 'judgement').length;
  const own = why.filter(hasBytes).length;
  return judgements <= CAUSES_SHOWN && own <= CAUSES_SHOWN;
}

/** Why a row is as it is: what was judged on one line, then one short line a cause; the last one counts the rest. */
export function whyLines(row: Comparison, voice: Voice): readonly string[] {
  const lines = (judgements: boolean) =>
    row.why
      .filter(({ kind }) => (kind === 'judgement') === judgements)
      .slice(0, CAUSES_SHOWN)
      .map((cause) => causeLine(cause, row.unit, voice));
  const [judged, causes] = [lines(true), lines(false)];
  const rest = row.why.length - judged.length - causes.length;
  return [
    ...(judged.length === 0 ? [] : [judged.join('; ')]),
    ...causes,
    ...(rest > 0 ? [`and ${rest} more`] : []),
  ];
}

function worstCells(
  row: Comparison,
  several: boolean,
  scale: number | null,
  why: boolean,
): readonly string[] {
  const { before, after, delta, percent, threshold, range } = rowNumbers(row);
  const bar = scale === null || range === '' ? '' : `\`${intervalBar(row, scale)}\``;
  const sure = range === '' ? '' : `${bar}<br><sub>${unbroken(`${range}, ${row.samples} pairs`)}</sub>`;
  const change = percent === NOTHING ? `**${delta}**` : `${delta} (**${percent}**)`;
  const numbers = [before, after, change].map(unbroken);
  return [nameCell(row, several, why), ...numbers, ...(scale === null ? [] : [sure]), unbroken(threshold)];
}

function nameCell(row: Comparison, several: boolean, why: boolean): string {
  const notes = [
    row.category === 'secondary' ? 'secondary' : '',
    isPlacement(row) ? 'not your change' : '',
    row.overBudget ? `over its budget of ${unbroken(formatValue(row.budget ?? 0, row.unit))}` : '',
  ].filter((note) => note !== '');
  const name = `${rowIcon(row)} ${rowLabel(row, MARKDOWN)}${inConfiguration(row.configuration, several, MARKDOWN)}`;
  const [first, ...more] = why ? whyLines(row, MARKDOWN) : [];
  return [
    notes.length === 0 ? name : `${name} (${notes.join(', ')})`,
    ...(first === undefined ? [] : [`<sub>Why: ${first}</sub>`]),
    ...more.map((line) => `<sub>${line}</sub>`),
  ].join('<br>');
}
