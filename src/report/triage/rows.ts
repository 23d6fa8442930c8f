import { asComparison } from '../../compare/triage/entries.ts';
import type { TriageRow } from '../../compare/triage/entry.ts';
import { causeLine } from '../cause.ts';
import { NOTHING } from '../cells.ts';
import { inConfiguration, rowLabel } from '../label.ts';
import type { Rows } from '../limit.ts';
import { formatAgainst, formatDelta, formatInterval, formatPair, formatThreshold } from '../number.ts';
import { type Column, table, unbroken } from '../table.ts';
import { MARKDOWN, type Voice } from '../voice.ts';
import { rowIcon } from '../wording.ts';

const CAUSES_SHOWN = 2;

/** A row's change in words: `+10.00 KiB (+2.3 %)`, `+6.5 % [+5.8, +7.2] %`. */
export function changeWords({ before, after, change, ci, unit, threshold }: TriageRow): string {
  const percent = change === null ? '' : formatAgainst(change, threshold).change;
  const interval = ci === null ? '' : ` ${formatInterval(ci)}`;
  if (before === null || after === null) return `${percent}${interval}`;
  const delta = formatDelta(after - before, unit);
  return unit === 's' ? `${percent}${interval}` : `${delta}${percent === '' ? '' : ` (${percent})`}`;
}

/** Rows as a table of before, after and change; `several`: rows say their configuration. */
export function rowTable(rows: readonly TriageRow[], several: boolean, rank: number): Rows {
  const columns: Column[] = [
    { title: rows.length === 1 ? 'Case' : 'Worst cases' },
    { title: 'Before', right: true },
    { title: 'After', right: true },
    { title: 'Change', right: true },
    { title: 'Threshold', right: true },
  ];
  return table(columns, rows, (row) => cellsOf(row, several), { rank, noun: 'cases are' });
}

function cellsOf(row: TriageRow, several: boolean): string[] {
  const { before, after, unit, change, threshold } = row;
  const known = before !== null && after !== null;
  const [shownBefore, shownAfter] = known ? formatPair(before, after, unit) : [NOTHING, NOTHING];
  const limit = change === null ? formatThreshold(threshold) : formatAgainst(change, threshold).threshold;
  return [
    nameCell(row, several),
    ...[shownBefore, shownAfter].map(unbroken),
    changeCell(row),
    unbroken(limit),
  ];
}

function changeCell(row: TriageRow): string {
  const { before, after, change, ci, unit, threshold, samples } = row;
  const percent = change === null ? '' : formatAgainst(change, threshold).change;
  const delta = before === null || after === null || unit === 's' ? '' : formatDelta(after - before, unit);
  const bold =
    percent === '' ? `**${delta}**` : delta === '' ? `**${percent}**` : `${delta} (**${percent}**)`;
  const sure = ci === null ? '' : `<br><sub>${unbroken(`${formatInterval(ci)}, ${samples} pairs`)}</sub>`;
  return `${unbroken(bold)}${sure}`;
}

function nameCell(row: TriageRow, several: boolean): string {
  const secondary = row.category === 'secondary' ? ' (secondary)' : '';
  const where = inConfiguration(row.configuration, several, MARKDOWN);
  const name = `${rowIcon(asComparison(row))} ${rowLabel(row, MARKDOWN)}${where}${secondary}`;
  const [first, ...more] = causeLines(row, MARKDOWN);
  if (first === undefined) return name;
  return [name, `<sub>Why: ${first}</sub>`, ...more.map((line) => `<sub>${line}</sub>`)].join('<br>');
}

/** Why a row moved, the most telling first; the last line counts the rest. */
function causeLines({ why, unit }: TriageRow, voice: Voice): string[] {
  const told = why.slice(0, CAUSES_SHOWN).map((cause) => causeLine(cause, unit, voice));
  const rest = why.length - told.length;
  return rest > 0 ? [...told, `and ${rest} more`] : told;
}
