import { visible } from '../../inert.ts';
import { knownMetric } from '../../label.ts';
import type { TrendSeries } from '../trend.ts';
import { button, element } from './element.ts';
import { START, type State, VIEWS, type View } from './state.ts';

export interface Toolbar {
  readonly root: HTMLElement;
  /** Makes the controls show a state that did not come from them. */
  show(state: State): void;
}

const VIEW_WORDS: Record<View, string> = {
  trend: 'Trend',
  value: 'As measured',
  relative: 'Relative to first',
};
const RANGES = [0, 50, 100, 500, 1000, 5000];

/** The filters and views. `change` is told what a reader chose. */
export function createToolbar(
  series: readonly TrendSeries[],
  commits: number,
  change: (chosen: Partial<State>) => void,
): Toolbar {
  const search = element('input', {
    type: 'search',
    id: 'q',
    placeholder: 'rg compile …',
    autocomplete: 'off',
  });
  search.addEventListener('input', () => change({ query: search.value }));
  const cases = choice('case', namesOf(series.map((each) => each.case)), (value) => change({ case: value }));
  const metrics = choice('metric', metricsOf(series), (value) => change({ metric: value }));
  const configurations = choice('configuration', namesOf(series.map((each) => each.configuration)), (value) =>
    change({ configuration: value }),
  );
  const ranges = choice('range', rangesOf(commits), (value) =>
    change({ last: Number(value), from: '', to: '' }),
  );
  const all = element('input', { type: 'checkbox', id: 'all' });
  all.addEventListener('change', () => change({ all: all.checked }));
  const views = VIEWS.map((view) => viewButton(view, () => change({ view })));
  const reset = button('Reset', () => change({ ...START, a: '', b: '' }), {
    class: 'plain',
    title: 'Clear all filters and show all commits',
  });
  const several = configurations.options.length > 2;
  const root = element(
    'form',
    { class: 'toolbar', role: 'search', 'aria-label': 'Which series are shown, and how' },
    field('Name', search),
    field('Case', cases),
    field('Metric', metrics),
    several ? field('Configuration', configurations) : null,
    field('Commits', ranges),
    element(
      'fieldset',
      { class: 'views' },
      element('legend', {}, 'Numbers'),
      ...views.map(({ label }) => label),
    ),
    element('label', { class: 'check', for: 'all' }, all, 'Detail metrics too'),
    reset,
  );
  root.addEventListener('submit', (event) => event.preventDefault());
  return {
    root,
    show: (state) => {
      if (search.value !== state.query) search.value = state.query;
      cases.value = state.case;
      metrics.value = state.metric;
      configurations.value = state.configuration;
      all.checked = state.all;
      for (const { input, view } of views) input.checked = view === state.view;
      const zoomed = state.from !== '' || state.to !== '';
      showZoom(ranges, zoomed, state.last);
    },
  };
}

/** A range that was drawn with the pointer is an entry of its own while it lasts. */
function showZoom(ranges: HTMLSelectElement, zoomed: boolean, last: number): void {
  ranges.querySelector('[value=zoom]')?.remove();
  if (zoomed) ranges.prepend(element('option', { value: 'zoom' }, 'Selected'));
  else if (![...ranges.options].some(({ value }) => value === String(last)))
    ranges.append(element('option', { value: String(last) }, `Last ${last}`));
  ranges.value = zoomed ? 'zoom' : String(last);
}

type Choices = readonly (readonly [value: string, text: string])[];

function namesOf(names: readonly string[]): Choices {
  return [['', 'All'], ...[...new Set(names)].map((name) => [name, visible(name, 60)] as const)];
}

function metricsOf(series: readonly TrendSeries[]): Choices {
  const titles = new Map(series.map((each) => [each.metric, knownMetric(each.case, each.metric)?.title]));
  const choices = [...titles].map(([metric, title]) => [metric, title ?? visible(metric, 60)] as const);
  return [['', 'All'], ...choices];
}

function rangesOf(commits: number): Choices {
  return RANGES.filter((range) => range < commits).map((range) => [
    String(range),
    range === 0 ? `All ${commits.toLocaleString('en')}` : `Last ${range.toLocaleString('en')}`,
  ]);
}

function choice(id: string, choices: Choices, choose: (value: string) => void): HTMLSelectElement {
  const made = element(
    'select',
    { id },
    ...choices.map(([value, text]) => element('option', { value }, text)),
  );
  made.addEventListener('change', () => choose(made.value));
  return made;
}

function field(text: string, control: HTMLElement): HTMLElement {
  return element('div', { class: 'field' }, element('label', { for: control.id }, text), control);
}

function viewButton(view: View, choose: () => void) {
  const input = element('input', { type: 'radio', name: 'view', id: `view-${view}`, value: view });
  input.addEventListener('change', choose);
  return { view, input, label: element('label', { for: input.id }, input, VIEW_WORDS[view]) };
}
