import { formatChange } from '../../number.ts';
import type { PackedTrend } from '../pack.ts';
import type { TrendSeries } from '../trend.ts';
import { type Chart, drawChart } from './chart.ts';
import { element } from './element.ts';
import { type Figures, figuresOf, formatFigure, overallChange } from './figures.ts';
import type { Links } from './links.ts';
import { createReadout } from './readout.ts';
import type { Range } from './selection.ts';
import type { View } from './state.ts';
import { pointsTable } from './table.ts';
import { dayOf, titleOf } from './words.ts';

/** What all cards of a page share. */
export interface CardContext {
  readonly trend: PackedTrend;
  readonly view: View;
  readonly range: Range;
  readonly links: Links;
  /** Whether to say which configuration a series is of. */
  readonly several: boolean;
  readonly onZoom: (first: number, last: number) => void;
  readonly onCompare: (side: 'a' | 'b', index: number) => void;
}

/** A series' card. Nothing is unpacked or drawn before `show`. */
export interface Card {
  readonly root: HTMLElement;
  show(): void;
  isShown(): boolean;
  resize(): void;
  redraw(): void;
  remove(): void;
}

let cards = 0;

export function createCard(series: TrendSeries, context: CardContext): Card {
  const id = `card-${++cards}`;
  const title = titleOf(series);
  const heading = element(
    'h3',
    { id },
    element('span', { class: 'subject' }, title.subject),
    ' ',
    element('span', { class: 'metric' }, title.metric),
  );
  const tag = context.several ? element('span', { class: 'tag' }, series.configuration) : null;
  const body = element('div', { class: 'body' });
  const root = element('article', { class: 'card', 'aria-labelledby': id }, heading, tag, body);
  let chart: Chart | null = null;
  let shown = false;
  return {
    root,
    show: () => {
      if (shown) return;
      shown = true;
      const figures = figuresOf(series, context.view, context.range);
      chart = fill(body, series, figures, context, id);
    },
    isShown: () => shown,
    resize: () => chart?.resize(body.clientWidth),
    redraw: () => chart?.redraw(),
    remove: () => chart?.remove(),
  };
}

function fill(
  body: HTMLElement,
  series: TrendSeries,
  figures: Figures,
  context: CardContext,
  heading: string,
): Chart | null {
  const { trend, range } = context;
  const places = figures.numbers.flatMap((value, place) => (value === null ? [] : [place]));
  const last = places.at(-1);
  if (last === undefined) {
    body.append(element('p', { class: 'none' }, 'No number among the commits shown.'));
    return null;
  }
  const hint = element('div', {
    class: 'chart',
    role: 'slider',
    tabindex: 0,
    'aria-labelledby': heading,
    'aria-orientation': 'horizontal',
    'aria-roledescription': 'chart: arrow keys go from commit to commit',
    'aria-valuemin': 1,
    'aria-valuemax': places.length,
  });
  const readout = createReadout(series, figures, context, last);
  body.append(headline(series, figures, last, range), hint, readout.root);
  const tell = (place: number) => {
    hint.setAttribute('aria-valuenow', String(places.indexOf(place) + 1));
    hint.setAttribute('aria-valuetext', readout.text(place));
  };
  tell(last);
  const chart = drawChart(hint, {
    series,
    figures,
    range,
    dateOf: (place) => dayOf(trend.commits[range.first + place]),
    onPoint: (place) => readout.show(place),
    onChoose: (place) => {
      readout.hold(place);
      tell(place);
    },
    onZoom: (first, end) => context.onZoom(range.first + first, range.first + end),
  });
  stepByKeys(hint, places, (place) => {
    readout.hold(place);
    chart.point(place);
    tell(place ?? last);
  });
  body.append(pointsTable(series, figures, context));
  return chart;
}

/** The newest number, and how far it is from the first one shown. */
function headline(series: TrendSeries, figures: Figures, last: number, range: Range): HTMLElement {
  const value = figures.numbers[last] ?? 0;
  const overall = overallChange(series, range);
  const drawn = figures.unit === 'change';
  const direction = overall?.judged ? directionOf(overall.change, series) : 'still';
  return element(
    'p',
    { class: 'headline' },
    element('strong', { class: drawn ? direction : null }, formatFigure(value, figures.unit)),
    overall === null
      ? null
      : element(
          'span',
          { class: direction },
          drawn ? 'since the first shown' : `${formatChange(overall.change)} since the first shown`,
        ),
    series.tier === 'historical' ? element('span', { class: 'still' }, 'machines may differ') : null,
  );
}

/** Colour only where the change is one that counts. */
export function directionOf(change: number, { threshold }: TrendSeries): string {
  if (Math.abs(change) < (threshold ?? Number.EPSILON)) return 'still';
  return change > 0 ? 'worse' : 'better';
}

const PAGE = 10;

/** Arrow keys go from one number to the next, page keys ten at a time; Escape goes back to the newest. */
function stepByKeys(
  target: HTMLElement,
  places: readonly number[],
  go: (place: number | null) => void,
): void {
  let at = places.length - 1;
  target.addEventListener('keydown', (event) => {
    const next = keyTarget(event.key, at, places.length - 1);
    if (next === null) return;
    event.preventDefault();
    at = Math.max(0, Math.min(places.length - 1, next));
    go(event.key === 'Escape' ? null : (places[at] ?? null));
  });
}

function keyTarget(key: string, at: number, end: number): number | null {
  const targets: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowDown: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at + 1,
    PageDown: at - PAGE,
    PageUp: at + PAGE,
    Home: 0,
    End: end,
    Escape: end,
  };
  return Object.hasOwn(targets, key) ? (targets[key] ?? null) : null;
}
