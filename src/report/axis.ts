import type { Comparison } from '../compare/comparison.ts';
import { worstFirst } from '../compare/summary.ts';
import { AXES, type Axis } from '../measure/metric.ts';
import { rowNumbers } from './cells.ts';
import { isSeveral } from './headline.ts';
import { caseLabel, inConfiguration, knownAxis, metricLabel, metricPlace } from './label.ts';
import type { Part } from './limit.ts';
import { AXIS_TITLES } from './overview.ts';
import type { Report } from './report.ts';
import { table, unbroken } from './table.ts';
import { MARKDOWN } from './voice.ts';
import { plural } from './wording.ts';

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

const WORDS = {
  regression: 'regression',
  improvement: 'improvement',
  inconclusive: 'undecided',
  none: '',
} as const;

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
    ],
  };
}

function cells(row: Comparison, first: boolean, several: boolean): readonly string[] {
  const { before, after, delta, percent, threshold, interval } = rowNumbers(row);
  const still = row.before === row.after;
  const name = `${caseLabel(row.case, MARKDOWN)}${inConfiguration(row.configuration, several, MARKDOWN)}`;
  const verdict = row.relevant ? `**${WORDS[row.verdict]}**` : WORDS[row.verdict];
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

/** Cases in the order of their worst row, and inside a case the catalogue's order. */
function byCase(rows: readonly Comparison[]): readonly Comparison[] {
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

function tally(rows: readonly Comparison[]): string {
  const count = (verdict: Comparison['verdict'], noun: string) => {
    const number = rows.filter((row) => row.relevant && row.verdict === verdict).length;
    return number === 0 ? [] : [verdict === 'inconclusive' ? `${number} ${noun}` : plural(number, noun)];
  };
  const changed = rows.filter((row) => row.before !== row.after).length;
  return [
    plural(rows.length, 'number'),
    ...count('regression', 'regression'),
    ...count('improvement', 'improvement'),
    ...count('inconclusive', 'undecided'),
    changed === 0 ? 'all the same' : `${changed} changed`,
  ].join(', ');
}
