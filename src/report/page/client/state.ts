export const VIEWS = ['trend', 'value', 'relative'] as const;
/**
 * `trend`: cumulated ratios for what is paired, whatever the machine, and the rest as measured. `value`: all as measured. `relative`:
 * all against the first value shown.
 */
export type View = (typeof VIEWS)[number];

/** What a reader chose. Empty text: no choice. It is the fragment of the page's address. */
export interface State {
  /** Words that the names must hold. */
  readonly query: string;
  readonly case: string;
  readonly metric: string;
  readonly configuration: string;
  /** Also the metrics that decide no verdict. */
  readonly all: boolean;
  readonly view: View;
  /** How many of the last commits are shown; 0: all. `from` and `to` win over it. */
  readonly last: number;
  /** First and last commit shown. */
  readonly from: string;
  readonly to: string;
  /** The two commits that are compared. */
  readonly a: string;
  readonly b: string;
  /** Whether the comparison is open. */
  readonly comparing: boolean;
}

export const START: State = {
  query: '',
  case: '',
  metric: '',
  configuration: '',
  all: false,
  view: 'trend',
  last: 0,
  from: '',
  to: '',
  a: '',
  b: '',
  comparing: false,
};

/** The state that a fragment (with or without `#`) tells; what it does not tell, or tells wrongly, is as at the start. */
export function stateOf(fragment: string): State {
  const told = new URLSearchParams(fragment.replace(/^#/, ''));
  const text = (name: string) => told.get(name) ?? '';
  const commit = (name: string) => (/^[0-9a-f]{4,64}$/.test(text(name)) ? text(name) : '');
  const last = Number(text('last'));
  return {
    query: text('q'),
    case: text('case'),
    metric: text('metric'),
    configuration: text('configuration'),
    all: told.has('all'),
    view: VIEWS.find((view) => view === text('view')) ?? START.view,
    last: Number.isSafeInteger(last) && last > 0 ? last : 0,
    from: commit('from'),
    to: commit('to'),
    a: commit('a'),
    b: commit('b'),
    comparing: told.has('compare'),
  };
}

/** The fragment, without `#`, that {@link stateOf} reads; only what differs from the start. */
export function fragmentOf(state: State): string {
  const told = new URLSearchParams();
  const put = (name: string, value: string) => {
    if (value !== '') told.set(name, value);
  };
  put('q', state.query);
  put('case', state.case);
  put('metric', state.metric);
  put('configuration', state.configuration);
  if (state.all) told.set('all', '');
  if (state.view !== START.view) told.set('view', state.view);
  if (state.last > 0) told.set('last', String(state.last));
  put('from', state.from);
  put('to', state.to);
  put('a', state.a);
  put('b', state.b);
  if (state.comparing) told.set('compare', '');
  return told.toString();
}
