import { visible } from '../../inert.ts';
import type { TrendSeries } from '../trend.ts';
import type { CardContext } from './card.ts';
import { button, element } from './element.ts';
import type { Figures } from './figures.ts';
import { changeTag, factsOf, markTag } from './readout.ts';
import { dayOf } from './words.ts';

const ROWS = 50;

/** All numbers of a chart as a table, the newest first, {@link ROWS} at a time; made when it is first opened. */
export function pointsTable(series: TrendSeries, figures: Figures, context: CardContext): HTMLElement {
  const places = figures.numbers.flatMap((value, place) => (value === null ? [] : [place])).reverse();
  const folded = element('details', { class: 'points' }, element('summary', {}, 'Table'));
  folded.addEventListener(
    'toggle',
    () => {
      const rows = element('tbody');
      const more = button('', () => add(), { class: 'plain' });
      let told = 0;
      const add = () => {
        rows.append(...places.slice(told, told + ROWS).map((place) => row(series, figures, context, place)));
        told = Math.min(places.length, told + ROWS);
        more.textContent = `${Math.min(ROWS, places.length - told)} more of ${places.length - told}`;
        more.hidden = told === places.length;
      };
      add();
      const head = element(
        'tr',
        {},
        ...['Commit', 'Date', 'Number', 'Step', 'Note', 'Subject'].map(columnHead),
      );
      const table = element('table', {}, element('thead', {}, head), rows);
      folded.append(element('div', { class: 'scroll', tabindex: 0 }, table), more);
    },
    { once: true },
  );
  return folded;
}

function row(series: TrendSeries, figures: Figures, context: CardContext, place: number): HTMLElement {
  const index = context.range.first + place;
  const commit = context.trend.commits[index];
  if (commit === undefined) return element('tr');
  const { value, step, mark, moved } = factsOf(series, figures, index, place);
  const pull = context.links.pullRequest(commit);
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, context.links.commit(commit), pull === null ? null : ' ', pull),
    element('td', {}, dayOf(commit)),
    element('td', { class: 'right' }, value),
    element('td', { class: 'right' }, step ?? ''),
    element('td', {}, mark === null ? null : markTag(mark), ' ', moved ? changeTag() : null),
    element('td', { class: 'subject' }, visible(commit.subject, 100)),
  );
}

function columnHead(text: string): HTMLElement {
  return element('th', { scope: 'col' }, text);
}
