import { visible } from '../../inert.ts';
import { formatChange, formatPair } from '../../number.ts';
import type { PackedTrend } from '../pack.ts';
import type { TrendSeries } from '../trend.ts';
import { directionOf } from './card.ts';
import { element } from './element.ts';
import { comparedColumn, isJudged } from './figures.ts';
import type { Links } from './links.ts';
import { placeOf } from './selection.ts';
import type { State } from './state.ts';
import { dayOf, shortSha, titleOf } from './words.ts';

export interface ComparisonPanel {
  readonly root: HTMLDetailsElement;
  show(state: State, series: readonly TrendSeries[]): void;
}

/** The section in which two commits stand side by side, over the series that the filters let through. */
export function createComparison(
  trend: PackedTrend,
  links: Links,
  change: (chosen: Partial<State>) => void,
): ComparisonPanel {
  const [from, to] = [commitField('a', 'From commit'), commitField('b', 'To commit')];
  const result = element('div', { class: 'result', 'aria-live': 'polite' });
  const root = element(
    'details',
    { class: 'comparison' },
    element('summary', {}, element('h2', {}, 'Compare two commits')),
    element('div', { class: 'pair' }, from.root, to.root),
    result,
  );
  from.input.addEventListener('change', () => change({ a: from.input.value.trim().toLowerCase() }));
  to.input.addEventListener('change', () => change({ b: to.input.value.trim().toLowerCase() }));
  root.addEventListener('toggle', () => change({ comparing: root.open }));
  return {
    root,
    show: (state, series) => {
      if (root.open !== state.comparing) root.open = state.comparing;
      if (!state.comparing) return;
      const end = trend.commits.length - 1;
      const a = sideOf(trend, from, state.a, 0, links);
      const b = sideOf(trend, to, state.b, end, links);
      result.replaceChildren(
        a === null || b === null
          ? element('p', { class: 'none' }, 'Give the first characters of two commits that were measured.')
          : comparedTable(series, a, b),
      );
    },
  };
}

interface CommitField {
  readonly root: HTMLElement;
  readonly input: HTMLInputElement;
  readonly told: HTMLElement;
}

function commitField(id: string, label: string): CommitField {
  const input = element('input', { id, type: 'text', spellcheck: 'false', autocomplete: 'off', size: 14 });
  const told = element('p', { class: 'told', id: `${id}-told` });
  input.setAttribute('aria-describedby', told.id);
  return {
    root: element('div', { class: 'field' }, element('label', { for: id }, label), input, told),
    input,
    told,
  };
}

/** Place of the commit that a side names, `otherwise` for an empty one; null for one that was not measured. */
function sideOf(
  trend: PackedTrend,
  { input, told }: CommitField,
  text: string,
  otherwise: number,
  links: Links,
): number | null {
  const place = text === '' ? otherwise : placeOf(trend.commits, text);
  const commit = place === null ? undefined : trend.commits[place];
  input.toggleAttribute('aria-invalid', commit === undefined);
  if (commit === undefined) {
    told.replaceChildren(`No measured commit, or more than one, begins with “${visible(text, 40)}”.`);
    return null;
  }
  if (document.activeElement !== input) input.value = shortSha(commit.sha);
  told.replaceChildren(links.commit(commit), ` ${dayOf(commit)} ${visible(commit.subject, 80)}`);
  return place;
}

interface ComparedRow {
  readonly series: TrendSeries;
  readonly numbers: readonly [string, string];
  readonly change: number | null;
  readonly how: string;
  readonly judged: boolean;
}

function comparedTable(series: readonly TrendSeries[], a: number, b: number): HTMLElement {
  const rows = series.flatMap((each) => comparedRow(each, a, b));
  if (rows.length === 0) {
    return element(
      'p',
      { class: 'none' },
      'No series that the filters let through has a number at both commits.',
    );
  }
  rows.sort((one, other) => Math.abs(other.change ?? 0) - Math.abs(one.change ?? 0));
  const heads = ['Case', 'Metric', 'From', 'To', 'Change', 'How it is known'];
  const table = element(
    'table',
    {},
    element('caption', {}, 'Largest change first'),
    element('thead', {}, element('tr', {}, ...heads.map((text) => element('th', { scope: 'col' }, text)))),
    element('tbody', {}, ...rows.map(rowOf)),
  );
  return element('div', { class: 'scroll', tabindex: 0 }, table);
}

/** A time of one machine never stands against a time of another as a fact: where ratios are known they give the change. */
function comparedRow(series: TrendSeries, a: number, b: number): ComparedRow[] {
  const column = comparedColumn(series);
  const [before, after] = [column[a] ?? Number.NaN, column[b] ?? Number.NaN];
  if (Number.isNaN(before) || Number.isNaN(after)) return [];
  const change = before === 0 ? null : after / before - 1;
  const ratios = column === series.levels;
  // Times of two machines beside a change that is not theirs would contradict it.
  const numbers = ratios
    ? (['100 %', `${((100 * after) / before).toFixed(2)} %`] as const)
    : formatPair(before, after, series.unit);
  const how =
    series.tier === 'exact' ? 'exact' : ratios ? 'cumulated ratios' : 'two runs, maybe two machines';
  const range = { first: Math.min(a, b), last: Math.max(a, b) };
  const judged = change !== null && isJudged(series, range, a <= b ? change : -change);
  return [{ series, numbers, change, how, judged }];
}

function rowOf({ series, numbers, change, how, judged }: ComparedRow): HTMLElement {
  const { subject, metric } = titleOf(series);
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, subject),
    element('td', {}, metric),
    element('td', { class: 'right' }, numbers[0]),
    element('td', { class: 'right' }, numbers[1]),
    element(
      'td',
      { class: `right ${change === null || !judged ? 'still' : directionOf(change, series)}` },
      change === null ? '' : formatChange(change),
    ),
    element('td', { class: 'still' }, how),
  );
}
