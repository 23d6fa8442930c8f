import type { Comparison } from '../compare/comparison.ts';
import { worstFirst } from '../compare/summary.ts';
import { AXES, type Axis } from '../measure/metric.ts';
import { rowNumbers } from './cells.ts';
import { isSeveral } from './headline.ts';
import { caseLabel, inConfiguration, knownAxis, metricLabel, metricPlace, rowLabel } from './label.ts';
import type { Part } from './limit.ts';
import { AXIS_TITLES } from './overview.ts';
import type { Report } from './report.ts';
import { list, table, unbroken } from './table.ts';
import { HTML, MARKDOWN } from './voice.ts';
import { NOT_JUDGED, plural, verdictWord } from './wording.ts';
import { whyOf } from './worst.ts';

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
    .map(({ axis, rows }, index) => axisFold(axis, rows, isSeveral(report), index));
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

function axisFold(axis: Axis | null, rows: readonly Comparison[], several: boolean, index: number): Part {
  const ordered = byCase(rows);
  const first = new Set(
    ordered.filter((row, place) => {
      const above = ordered[place - 1];
      return above === undefined || keyOf(above) !== keyOf(row);
    }),
  );
  const judged = ordered.some((row) => row.verdict !== 'none');
  const columns = judged ? [...COLUMNS, { title: 'Verdict' }] : COLUMNS;
  return {
    kind: 'fold',
    summary: `<b>${axis === null ? 'Other' : AXIS_TITLES[axis]}</b>: ${tally(rows)}`,
    parts: [
      table(columns, ordered, (row) => cells(row, first.has(row), several).slice(0, columns.length), {
        rank: 10 + index,
        noun: 'rows are',
      }),
      ...notes(ordered, index),
    ],
  };
}

function cells(row: Comparison, first: boolean, several: boolean): readonly string[] {
  const { before, after, delta, percent, threshold, interval } = rowNumbers(row);
  const still = row.before === row.after;
  const name = `${caseLabel(row.case, MARKDOWN)}${inConfiguration(row.configuration, several, MARKDOWN)}`;
  const word = verdictWord(row);
  const verdict = row.headline && row.relevant ? `**${word}**` : word;
  return [
    first ? name : '',
    metricLabel(row.case, row.metric, MARKDOWN),
    unbroken(before),
    unbroken(after),
    unbroken(still ? '–' : delta),
    unbroken(still ? '' : interval === '' ? percent : `${percent}<br><sub>${interval}</sub>`),
    unbroken(threshold),
    row.overBudget ? [verdict, '**over budget**'].filter(Boolean).join(', ') : verdict,
  ];
}

const LABELS_SHOWN = 4;

/** Why rows are as they are, each reason once; the worst cases have theirs beside them. */
function notes(rows: readonly Comparison[], index: number): readonly Part[] {
  const told = new Set(worstFirst(rows));
  const reasons = new Map<string, string[]>();
  for (const row of rows) {
    const why = told.has(row) ? '' : whyOf(row);
    if (why !== '') reasons.set(why, [...(reasons.get(why) ?? []), rowLabel(row, MARKDOWN)]);
  }
  if (reasons.size === 0) return [];
  const line = ([why, labels]: readonly [string, readonly string[]]) => {
    const rest = labels.length - LABELS_SHOWN;
    return `${labels.slice(0, LABELS_SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}: ${why}`;
  };
  return [list([...reasons], line, { rank: 20 + index, noun: 'reasons are' })];
}

/** Cases in the order of their worst row, and inside a case the catalogue's order. */
export function byCase(rows: readonly Comparison[]): readonly Comparison[] {
  const places = new Map<string, number>();
  const seen = [
    ...worstFirst(rows),
    ...rows.filter((row) => row.relevant),
    ...rows.filter((row) => row.before !== row.after),
    ...rows,
  ];
  for (const row of seen) {
    if (!places.has(keyOf(row))) places.set(keyOf(row), places.size);
  }
  return [...rows].sort(
    (a, b) =>
      (places.get(keyOf(a)) ?? 0) - (places.get(keyOf(b)) ?? 0) ||
      metricPlace(a.case, a.metric) - metricPlace(b.case, b.metric),
  );
}

function keyOf(row: Comparison): string {
  return JSON.stringify([row.configuration, row.case]);
}

/** How many numbers there are, and how many of them a reader must see. Noise moves every measured number, so only exact ones count as changed. */
function tally(rows: readonly Comparison[]): string {
  const seen = (verdict: Comparison['verdict']) =>
    rows.filter((row) => row.headline && row.relevant && row.verdict === verdict).length;
  const [regressions, improvements, open] = [seen('regression'), seen('improvement'), seen('inconclusive')];
  const changed = rows.filter((row) => row.before !== row.after).length;
  const exact = rows.every((row) => row.tier === 'exact');
  return [
    ...headlineNumbers(rows),
    ...(exact ? [`${changed} of ${plural(rows.length, 'number')} changed`] : [plural(rows.length, 'number')]),
    ...(regressions > 0 ? [plural(regressions, 'regression')] : []),
    ...(improvements > 0 ? [plural(improvements, 'improvement')] : []),
    ...(open > 0 ? [`${open} undecided`] : []),
    ...(rows.some((row) => row.headline && verdictWord(row) === NOT_JUDGED) ? [NOT_JUDGED] : []),
  ].join(', ');
}

/** The one number that decides the axis, where there is only one. */
function headlineNumbers(rows: readonly Comparison[]): readonly string[] {
  const [row, second] = rows.filter(({ headline }) => headline);
  if (row === undefined || second !== undefined || row.before === null) return [];
  const { before, after } = rowNumbers(row);
  return [HTML.number(row.before === row.after ? after : `${before} → ${after}`)];
}
