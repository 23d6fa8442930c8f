import type { Comparison } from '../compare/comparison.ts';
import { worstFirst } from '../compare/summary.ts';
import { NOTHING, type RowNumbers, rowNumbers } from './cells.ts';
import { isSeveral } from './headline.ts';
import { inConfiguration, rowLabel } from './label.ts';
import type { Part } from './limit.ts';
import { formatValue } from './number.ts';
import type { Report } from './report.ts';
import { table, unbroken } from './table.ts';
import { MARKDOWN } from './voice.ts';
import { causeSentence } from './wording.ts';

/** Most cases shown without unfolding anything. */
const SHOWN = 8;
const CAUSES_SHOWN = 3;

/** The worst cases by name, with their numbers and why. */
export function worstCases(report: Report): readonly Part[] {
  const rows = worstFirst(report.comparisons);
  if (rows.length === 0) return [];
  const several = isSeveral(report);
  const columns = [
    { title: rows.length === 1 ? 'Case' : 'Worst cases' },
    { title: 'Before', right: true },
    { title: 'After', right: true },
    { title: 'Change', right: true },
    { title: 'Threshold', right: true },
  ];
  const shown = table(columns, rows.slice(0, SHOWN), (row) => worstCells(row, several), {
    rank: 0,
    noun: 'of the worst cases are',
  });
  const rest = rows.length - SHOWN;
  return rest > 0 ? [shown, `${rest} more ${rest === 1 ? 'case is' : 'cases are'} below.`] : [shown];
}

/** "Why" of a row on one line of Markdown; '' when nothing is known. */
export function whyOf(row: Comparison): string {
  const causes = row.why.slice(0, CAUSES_SHOWN).map((cause) => causeSentence(cause, row.unit, MARKDOWN));
  const rest = row.why.length - CAUSES_SHOWN;
  return [...causes, ...(rest > 0 ? [`${rest} more below`] : [])].join('; ');
}

const ICONS = { regression: '❌', improvement: '✅', inconclusive: '❓', none: '' } as const;

function worstCells(row: Comparison, several: boolean): readonly string[] {
  const numbers = rowNumbers(row);
  const icon = row.overBudget ? '❌' : ICONS[row.verdict];
  const notes = [
    row.category === 'secondary' ? 'secondary' : '',
    row.overBudget ? `over its budget of ${unbroken(formatValue(row.budget ?? 0, row.unit))}` : '',
  ].filter((note) => note !== '');
  const name = `${icon} ${rowLabel(row, MARKDOWN)}${inConfiguration(row.configuration, several, MARKDOWN)}`;
  const why = whyOf(row);
  const label = [
    notes.length === 0 ? name : `${name} (${notes.join(', ')})`,
    ...(why === '' ? [] : [`<sub>Why: ${why}</sub>`]),
  ].join('<br>');
  return [label, numbers.before, numbers.after, changeCell(numbers), numbers.threshold].map((cell, index) =>
    index === 0 ? cell : unbroken(cell),
  );
}

/** Difference and relative change on one line, and the interval below. */
function changeCell({ delta, percent, interval }: RowNumbers): string {
  const first = percent === NOTHING ? `**${delta}**` : `${delta} (**${percent}**)`;
  return interval === '' ? first : `${first}<br><sub>${interval}</sub>`;
}
