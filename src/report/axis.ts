import type { Comparison } from '../compare/comparison.ts';
import { AXES, type Axis } from '../measure/metric.ts';
import { benchTables } from './bench.ts';
import { causeLine } from './cause.ts';
import { rowNumbers } from './cells.ts';
import { isSeveral } from './headline.ts';
import { caseLabel, inConfiguration, knownAxis, metricLabel, rowLabel } from './label.ts';
import type { Part } from './limit.ts';
import { AXIS_TITLES } from './overview.ts';
import type { Report } from './report.ts';
import { byCase, keyOf } from './rows.ts';
import { list, table, unbroken } from './table.ts';
import { HTML, MARKDOWN } from './voice.ts';
import { isPlacement, notJudged, plural, UNDECIDED, verdictWord } from './wording.ts';
import { toldRows } from './worst.ts';

/** All rows of every axis, each axis folded. */
export function axisFolds(report: Report): readonly Part[] {
  const groups = [...AXES, null].map((axis) => ({
    axis,
    rows: report.comparisons.filter(
      (row) => knownAxis(row.case) === axis && (row.before !== 0 || row.after !== 0),
    ),
  }));
  return groups
    .filter(({ rows }) => rows.length > 0)
    .map(({ axis, rows }, index) => axisFold(axis, rows, report, index));
}

function axisFold(axis: Axis | null, rows: readonly Comparison[], report: Report, index: number): Part {
  const several = isSeveral(report);
  const tables =
    axis === 'bench'
      ? benchTables(rows, several, 10 + 2 * index)
      : metricTables(rows, several, 10 + 2 * index);
  return {
    kind: 'fold',
    summary: `<b>${axis === null ? 'Other' : AXIS_TITLES[axis]}</b>: ${tally(rows)}`,
    parts: [...tables, ...notes(rows, toldRows(report), index)],
  };
}

const COLUMNS = [
  { title: 'Case' },
  { title: 'Metric' },
  { title: 'Before', right: true },
  { title: 'After', right: true },
  { title: 'Change', right: true },
  { title: '', right: true },
  { title: 'Threshold', right: true },
];

/** Rows that stand open in a fold; the others are folded once more. */
const OPEN_ROWS = 40;

function metricTables(rows: readonly Comparison[], several: boolean, rank: number): readonly Part[] {
  const ordered = byCase(rows);
  const judged = ordered.some((row) => verdictCell(row) !== '');
  const columns = judged ? [...COLUMNS, { title: 'Verdict' }] : COLUMNS;
  const part = (some: readonly Comparison[], place: number) => {
    const first = new Set(some.filter((row, at) => at === 0 || keyOf(some[at - 1] ?? row) !== keyOf(row)));
    return table(columns, some, (row) => cells(row, first.has(row), several).slice(0, columns.length), {
      rank: place,
      noun: 'rows are',
    });
  };
  const open = [...deciding(rows), part(ordered.slice(0, OPEN_ROWS), rank)];
  const rest = ordered.slice(OPEN_ROWS);
  if (rest.length === 0) return open;
  return [...open, { kind: 'fold', summary: `${rest.length} more rows`, parts: [part(rest, rank + 1)] }];
}

/** Which metric the verdict stands on; nothing where every row takes part in it. */
function deciding(rows: readonly Comparison[]): readonly string[] {
  if (rows.every((row) => row.headline)) return [];
  const titles = new Set(
    rows.filter((row) => row.headline).map((row) => metricLabel(row.case, row.metric, MARKDOWN)),
  );
  if (titles.size === 0) return ['No row takes part in the verdict.'];
  const named = [...titles].slice(0, 3).map((title) => `**${title}**`);
  return [`What decides is the ${named.join(' and the ')}; the other rows are detail.`];
}

function cells(row: Comparison, first: boolean, several: boolean): readonly string[] {
  const { before, after, delta, percent, threshold } = rowNumbers(row);
  const still = row.before === row.after;
  const name = `${caseLabel(row.case, MARKDOWN)}${inConfiguration(row.configuration, several, MARKDOWN)}`;
  return [
    first ? name : '',
    metricLabel(row.case, row.metric, MARKDOWN),
    unbroken(before),
    unbroken(after),
    unbroken(still ? '–' : delta),
    unbroken(still ? '' : percent),
    row.headline ? unbroken(threshold) : '',
    verdictCell(row),
  ];
}

/** Only rows that take part in the verdict have one. */
function verdictCell(row: Comparison): string {
  const word = row.headline ? verdictWord(row) : '';
  const verdict = word !== '' && row.relevant ? `**${word}**` : word;
  return row.overBudget ? [verdict, '**over budget**'].filter(Boolean).join(', ') : verdict;
}

const LABELS_SHOWN = 4;

/** Why rows are as they are, each reason once. What changed for all rows, and the worst cases' reasons, stand elsewhere. */
function notes(rows: readonly Comparison[], told: ReadonlySet<Comparison>, index: number): readonly Part[] {
  const reasons = new Map<string, string[]>();
  for (const row of rows) {
    const why = told.has(row) ? '' : ownReasons(row);
    if (why !== '') reasons.set(why, [...(reasons.get(why) ?? []), rowLabel(row, MARKDOWN)]);
  }
  if (reasons.size === 0) return [];
  const line = ([why, labels]: readonly [string, readonly string[]]) => {
    const rest = labels.length - LABELS_SHOWN;
    return `${labels.slice(0, LABELS_SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}: ${why}`;
  };
  return [list([...reasons], line, { rank: 20 + index, noun: 'reasons are' })];
}

const OWN_KINDS: readonly string[] = ['judgement', 'crate', 'function', 'machine'];
const REASONS_SHOWN = 10;

/** Where the bytes of a detail went stands in the table of all of the program's. */
const IN_TABLE: readonly string[] = ['crate', 'function'];

function ownReasons(row: Comparison): string {
  const isDetail = knownAxis(row.case) === 'size' && !row.headline;
  return row.why
    .filter(({ kind }) => OWN_KINDS.includes(kind) && !(isDetail && IN_TABLE.includes(kind)))
    .slice(0, REASONS_SHOWN)
    .map((cause) => causeLine(cause, row.unit, MARKDOWN))
    .join('; ');
}

/** How many numbers there are, and how many of them a reader must see. Noise moves every measured number, so only exact ones count as changed. */
function tally(rows: readonly Comparison[]): string {
  const seen = (verdict: Comparison['verdict']) =>
    rows.filter((row) => row.headline && row.relevant && row.verdict === verdict).length;
  const [regressions, improvements] = [seen('regression'), seen('improvement')];
  const open = rows.filter((row) => row.headline && verdictWord(row) === UNDECIDED).length;
  const placed = rows.filter(isPlacement).length;
  const changed = rows.filter((row) => row.before !== row.after).length;
  const exact = rows.every((row) => row.tier === 'exact');
  const bench = rows.every((row) => knownAxis(row.case) === 'bench');
  return [
    ...headlineNumbers(rows),
    bench ? plural(new Set(rows.map(keyOf)).size, 'benchmark') : '',
    bench || !exact ? '' : `${changed} of ${plural(rows.length, 'number')} changed`,
    bench || exact ? '' : plural(rows.length, 'number'),
    regressions > 0 ? plural(regressions, 'regression') : '',
    improvements > 0 ? plural(improvements, 'improvement') : '',
    open > 0 ? `${open} ${UNDECIDED}` : '',
    placed > 0 ? `${placed} by code placement` : '',
    notJudged(rows),
  ]
    .filter((text) => text !== '')
    .join(', ');
}

/** The one number that decides the axis, where there is only one. */
function headlineNumbers(rows: readonly Comparison[]): readonly string[] {
  const [row, second] = rows.filter(({ headline }) => headline);
  if (row === undefined || second !== undefined || row.before === null) return [];
  const { before, after } = rowNumbers(row);
  return [HTML.number(row.before === row.after ? after : `${before} → ${after}`)];
}
