import { type AttributionDiff, type Movement, movedBytes } from '../compare/attribution.ts';
import { headlineOf, isSeveral } from './headline.ts';
import { inConfiguration, subjectOf } from './label.ts';
import type { Part } from './limit.ts';
import { formatDelta, formatPair } from './number.ts';
import type { Report } from './report.ts';
import { table, unbroken } from './table.ts';
import { HTML, MARKDOWN, PLAIN } from './voice.ts';

type Moved = Report['attributions'][number];
type MovedRow = Moved['rows'][number];

/** Rows of one program in a report, the one for all others not counted. */
const MAX_ROWS = 50;
const MAX_TEXT = 400;
/** Programs whose table stands in a report that a person reads. */
const MAX_TABLES = 5;

/** The largest movements of a program, and one row for all others, so that the rows add up to the program's loadable bytes. */
export function movedRows(configuration: string, diff: AttributionDiff): Moved {
  const moved = diff.movements.filter((movement) => movedBytes(movement) !== 0);
  const shown = new Set(moved.slice(0, MAX_ROWS));
  const rest = diff.movements.filter((movement) => !shown.has(movement));
  const rows = [...shown].map(rowOf);
  if (rest.length > 0) rows.push(restOf(rest));
  const { case: name, method, level, fallback } = diff;
  return { configuration, case: name, method, level, fallback, rows };
}

function rowOf({ section, ...movement }: Movement): MovedRow {
  const { crate, function: name } = movement;
  return {
    ...movement,
    kind: kindOf(crate, name, section),
    crate: (crate ?? section)?.slice(0, MAX_TEXT) ?? null,
    function: name?.slice(0, MAX_TEXT) ?? null,
  };
}

function kindOf(crate: string | null, name: string | null, section: string | null): MovedRow['kind'] {
  if (section !== null) return 'section';
  if (name !== null) return 'function';
  return crate === null ? 'unattributed' : 'crate';
}

function restOf(movements: readonly Movement[]): MovedRow {
  const total = (pick: (movement: Movement) => number) =>
    movements.reduce((sum, movement) => sum + pick(movement), 0);
  return {
    kind: 'rest',
    crate: null,
    function: null,
    before: total(({ before }) => before),
    after: total(({ after }) => after),
    copiesBefore: 0,
    copiesAfter: 0,
  };
}

/** Long names make the table wider than a comment: the numbers stand where they are seen. */
const COLUMNS = [
  { title: 'Change', right: true },
  { title: 'Before', right: true },
  { title: 'After', right: true },
  { title: 'Copies', right: true },
  { title: 'Crate' },
  { title: 'Function' },
];

/** Where the bytes of each program went whose size moved; folded. */
export function attributionFolds(report: Report): readonly Part[] {
  if (headlineOf(report, PLAIN).state === 'none') return [];
  return report.attributions
    .slice(0, MAX_TABLES)
    .map((moved, index) => attributionFold(moved, isSeveral(report), index));
}

function attributionFold(moved: Moved, several: boolean, index: number): Part {
  const name = `${HTML.name(subjectOf(moved.case))}${inConfiguration(moved.configuration, several, HTML)}`;
  const rows = table(COLUMNS, moved.rows, cells, { rank: 9 + index, noun: 'rows are' });
  const parts: Part[] = [rows];
  if (moved.fallback !== null) parts.unshift(`Coarser than usual: ${MARKDOWN.sentence(moved.fallback)}.`);
  return { kind: 'fold', summary: `Where the bytes of ${name} went`, parts };
}

function cells(row: MovedRow): readonly string[] {
  const [before, after] = formatPair(row.before, row.after, 'B').map(unbroken);
  const change = unbroken(formatDelta(row.after - row.before, 'B'));
  return [change, before ?? '', after ?? '', copies(row), ...names(row)];
}

function names({ kind, crate, function: name }: MovedRow): readonly [string, string] {
  const owner = crate === null ? '' : MARKDOWN.name(crate);
  switch (kind) {
    case 'function':
      return [owner, MARKDOWN.name(name ?? '')];
    case 'crate':
      return [owner, '*without a name*'];
    case 'section':
      return [owner, '*whole section*'];
    case 'unattributed':
      return ['*unattributed*', ''];
    case 'rest':
      return ['*all others*', ''];
  }
}

function copies({ copiesBefore, copiesAfter }: MovedRow): string {
  return copiesBefore === copiesAfter ? '' : `${copiesBefore} → ${copiesAfter}`;
}
