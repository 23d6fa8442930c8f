import { visible } from '../../inert.ts';
import { knownAxis } from '../../label.ts';
import type { PackedTrend } from '../pack.ts';
import type { TrendSeries } from '../trend.ts';
import { type Card, createCard } from './card.ts';
import { createComparison } from './comparison.ts';
import { element } from './element.ts';
import { createLinks } from './links.ts';
import { rangeOf, selected } from './selection.ts';
import { fragmentOf, type State, stateOf } from './state.ts';
import { createToolbar } from './toolbar.ts';
import { counted, dayOf, dayText } from './words.ts';

const SECTIONS = [
  ['size', 'Size'],
  ['compile', 'Compile time'],
  ['bench', 'Run time'],
  [null, 'Other'],
] as const;

/** Puts the whole page into the element, and keeps it and the fragment of the address the same. */
export function startApp(target: HTMLElement, trend: PackedTrend): void {
  const links = createLinks(trend.facts);
  let state = stateOf(location.hash);
  let cards: readonly Card[] = [];
  const change = (chosen: Partial<State>) => {
    const next = { ...state, ...chosen };
    if (fragmentOf(next) === fragmentOf(state)) return;
    const charts = !sameCharts(state, next);
    state = next;
    writeFragment(fragmentOf(state));
    show(charts);
  };
  const toolbar = createToolbar(trend.series, trend.commits.length, change);
  const comparison = createComparison(trend, links, change);
  const status = element('p', { class: 'status', role: 'status' });
  const charts = element('div', { id: 'charts', tabindex: -1 });
  const watch = watchCards(() => cards);
  const show = (redraw: boolean) => {
    const series = selected(trend.series, state);
    toolbar.show(state);
    comparison.show(state, series);
    if (!redraw) return;
    for (const card of cards) card.remove();
    watch.clear();
    const range = rangeOf(trend.commits, state);
    const several = new Set(trend.series.map((each) => each.configuration)).size > 1;
    const made = series.map((each) =>
      createCard(each, {
        trend,
        view: state.view,
        range,
        links,
        several,
        onZoom: (first, last) =>
          change({
            from: trend.commits[first]?.sha ?? '',
            to: trend.commits[last]?.sha ?? '',
            last: 0,
          }),
        onCompare: (side, index) => change({ [side]: trend.commits[index]?.sha ?? '', comparing: true }),
      }),
    );
    cards = made;
    const commits = trend.commits.slice(range.first, range.last + 1);
    status.textContent = statusText(trend, series.length, state, commits.length);
    charts.replaceChildren(...sections(series, made));
    for (const card of made) watch.add(card);
    watch.start();
  };
  target.replaceChildren(
    header(trend),
    toolbar.root,
    comparison.root,
    legend(),
    status,
    charts,
    footer(trend),
  );
  addEventListener('hashchange', () => {
    state = stateOf(location.hash);
    show(true);
  });
  show(true);
}

function sameCharts(a: State, b: State): boolean {
  const only = (state: State) => fragmentOf({ ...state, a: '', b: '', comparing: false });
  return only(a) === only(b);
}

/** Some browsers refuse to write the address of a file. */
function writeFragment(fragment: string): void {
  try {
    history.replaceState(null, '', fragment === '' ? location.pathname + location.search : `#${fragment}`);
  } catch {
    location.hash = fragment;
  }
}

/**
 * Charts are drawn when they come into sight and the others one by one when there is nothing else to do, so that searching, printing
 * and screen readers find all of them; they are drawn again when their width or the colours change.
 */
function watchCards(cards: () => readonly Card[]) {
  const byRoot = new Map<Element, Card>();
  const sight = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) byRoot.get(target)?.show();
    },
    { rootMargin: '300px' },
  );
  const size = new ResizeObserver((entries) => {
    for (const { target } of entries) byRoot.get(target)?.resize();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const card of cards()) card.redraw();
  });
  let idle = 0;
  const fillIn = () => {
    const next = cards().find((card) => !card.isShown());
    next?.show();
    idle = next === undefined ? 0 : setTimeout(fillIn, PAUSE);
  };
  return {
    start: () => {
      idle = setTimeout(fillIn, QUIET);
    },
    add: (card: Card) => {
      byRoot.set(card.root, card);
      sight.observe(card.root);
      size.observe(card.root);
    },
    clear: () => {
      clearTimeout(idle);
      byRoot.clear();
      sight.disconnect();
      size.disconnect();
    },
  };
}

/** Milliseconds without a new choice before charts out of sight are drawn, and between two of them. */
const QUIET = 1000;
const PAUSE = 60;

function header({ facts, commits }: PackedTrend): HTMLElement {
  const [first, last] = [commits[0], commits.at(-1)];
  const span = first === undefined || last === undefined ? '' : `, ${dayOf(first)} – ${dayOf(last)}`;
  return element(
    'header',
    {},
    element('h1', {}, visible(facts.project)),
    element(
      'p',
      {},
      `Size, compile time and run time of the default branch: ${counted(commits.length, 'measured commit')}${span}`,
    ),
  );
}

function legend(): HTMLElement {
  const entry = (sign: string, kind: string, text: string) =>
    element('li', {}, element('span', { class: `sign ${kind}`, 'aria-hidden': 'true' }, sign), text);
  return element(
    'ul',
    { class: 'legend', 'aria-label': 'Signs in the charts' },
    entry('▲', 'regression', 'regression'),
    entry('▼', 'improvement', 'improvement'),
    entry('△', 'accepted', 'accepted regression'),
    entry('┆', 'change', 'change point'),
    entry('', 'band', 'noise threshold'),
    entry('╌', 'budget', 'budget'),
  );
}

function sections(series: readonly TrendSeries[], cards: readonly Card[]): HTMLElement[] {
  if (cards.length === 0) {
    return [element('p', { class: 'none' }, 'No series fits the filters.')];
  }
  return SECTIONS.flatMap(([axis, title]) => {
    const own = cards.filter((_, place) => knownAxis(series[place]?.case ?? '') === axis);
    if (own.length === 0) return [];
    const grid = element('div', { class: 'grid' }, ...own.map(({ root }) => root));
    return [element('section', {}, element('h2', {}, title), grid)];
  });
}

function statusText(trend: PackedTrend, shown: number, state: State, commits: number): string {
  if (trend.commits.length === 0) return 'Nothing has been recorded yet.';
  const detail = trend.series.filter(({ headline }) => !headline).length;
  const parts = [
    `${shown} of ${counted(trend.series.length, 'series', 'series')}`,
    counted(commits, 'commit'),
  ];
  if (!state.all && state.metric === '' && detail > 0) parts.push(`${detail} with detail metrics hidden`);
  if (state.view === 'trend') parts.push('run time as cumulated ratios, whatever the machine');
  return parts.join(' · ');
}

function footer({ facts }: PackedTrend): HTMLElement {
  return element(
    'footer',
    {},
    element(
      'p',
      {},
      `Made on ${dayText(facts.made)} by Tare ${visible(facts.tare, 40)}. Times are rounded within a third of their noise, and within 1 %; the records beside this page keep them in full.`,
    ),
    element(
      'p',
      {},
      'Drag in a chart to zoom; click a commit to keep it; arrow keys go from commit to commit.',
    ),
  );
}
