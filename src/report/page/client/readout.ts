import { visible } from '../../inert.ts';
import { formatChange } from '../../number.ts';
import type { Mark, TrendSeries } from '../trend.ts';
import type { CardContext } from './card.ts';
import { button, element } from './element.ts';
import { type Figures, formatFigure, stepAt } from './figures.ts';
import { dayOf, MARK_SIGNS, MARK_WORDS, shortSha } from './words.ts';

/** The lines below a chart that tell of one commit: the one under the pointer, else the one held, else the newest. */
export interface Readout {
  readonly root: HTMLElement;
  /** null: nothing is pointed at. */
  show(place: number | null): void;
  /** null: the newest again. */
  hold(place: number | null): void;
  /** What is said of a place, for a screen reader. */
  text(place: number): string;
}

export function createReadout(
  series: TrendSeries,
  figures: Figures,
  context: CardContext,
  newest: number,
): Readout {
  const root = element('div', { class: 'readout' });
  const { range, trend } = context;
  let held = newest;
  let shown = -1;
  const show = (place: number) => {
    if (place === shown || figures.numbers[place] === null || figures.numbers[place] === undefined) return;
    shown = place;
    root.replaceChildren(...linesOf(place));
  };
  const linesOf = (place: number): readonly HTMLElement[] => {
    const index = range.first + place;
    const commit = trend.commits[index];
    if (commit === undefined) return [];
    const { value, step, mark, moved } = factsOf(series, figures, index, place);
    return [
      element(
        'p',
        { class: 'number' },
        element('b', {}, value),
        step === null ? null : element('span', { class: 'still' }, `${step} to the one before`),
        mark === null ? null : markTag(mark),
        moved ? changeTag() : null,
      ),
      element(
        'p',
        { class: 'commit' },
        context.links.commit(commit),
        context.links.pullRequest(commit),
        element('span', {}, dayOf(commit)),
        element('span', { class: 'who' }, visible(commit.author, 40)),
      ),
      element('p', { class: 'subject' }, visible(commit.subject, 200)),
      element(
        'p',
        { class: 'compare' },
        button('Compare from here', () => context.onCompare('a', index), { class: 'plain' }),
        button('to here', () => context.onCompare('b', index), { class: 'plain' }),
      ),
    ];
  };
  show(newest);
  return {
    root,
    show: (place) => show(place ?? held),
    hold: (place) => {
      held = place ?? newest;
      show(held);
    },
    text: (place) => {
      const commit = trend.commits[range.first + place];
      if (commit === undefined) return '';
      const { value, step, mark, moved } = factsOf(series, figures, range.first + place, place);
      return [
        value,
        step === null ? '' : `${step} to the one before`,
        mark === null ? '' : MARK_WORDS[mark.kind],
        moved ? 'change point' : '',
        `commit ${shortSha(commit.sha)}`,
        dayOf(commit),
        visible(commit.subject, 100),
      ]
        .filter(Boolean)
        .join(', ');
    },
  };
}

interface PointFacts {
  readonly value: string;
  /** Relative change to the number before; null for the first. */
  readonly step: string | null;
  readonly mark: Mark | null;
  /** Whether the series' level changed here. */
  readonly moved: boolean;
}

/** What is told of the number at a place. */
export function factsOf(series: TrendSeries, figures: Figures, index: number, place: number): PointFacts {
  const step = stepAt(series, index);
  return {
    value: formatFigure(figures.numbers[place] ?? 0, figures.unit),
    step: step === null ? null : step === 0 ? 'no change' : formatChange(step),
    mark: series.marks.find((each) => each.index === index) ?? null,
    moved: series.changePoints.some((each) => each.index === index),
  };
}

export function markTag(mark: Mark): HTMLElement {
  return element(
    'span',
    { class: `mark ${mark.kind}` },
    `${MARK_SIGNS[mark.kind]} ${MARK_WORDS[mark.kind]} ${formatChange(mark.change)}`,
  );
}

export function changeTag(): HTMLElement {
  return element('span', { class: 'mark change' }, '┆ change point');
}
