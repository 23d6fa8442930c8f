import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeOf, rangeOf } from '../../../src/report/page/client/selection.ts';
import { fragmentOf, START, type State, stateOf, VIEWS } from '../../../src/report/page/client/state.ts';
import { shaOf } from '../../support/history.ts';

const commit = fc.oneof(fc.constant(''), fc.stringMatching(/^[0-9a-f]{12}$/));
const states: fc.Arbitrary<State> = fc.record({
  query: fc.string(),
  case: fc.string(),
  metric: fc.string(),
  configuration: fc.string(),
  all: fc.boolean(),
  view: fc.constantFrom(...VIEWS),
  last: fc.nat(),
  from: commit,
  to: commit,
  a: commit,
  b: commit,
  comparing: fc.boolean(),
});

describe('the fragment', () => {
  test('keeps the whole state', () => {
    fc.assert(
      fc.property(states, (state) => {
        expect(stateOf(`#${fragmentOf(state)}`)).toEqual(state);
      }),
    );
  });

  test('of the start is empty', () => {
    expect(fragmentOf(START)).toBe('');
  });

  test.each(['#', '#view=sideways&last=-3', '#from=<script>&a=../../x&last=1e999', '#%E0%A4%A', '#=&=&&'])(
    '%s is read as the start',
    (fragment) => expect(stateOf(fragment)).toEqual(START),
  );
});

describe('the range', () => {
  const commits = Array.from({ length: 10 }, (_, index) => ({
    sha: shaOf(index).slice(0, 12),
    committed: index,
    subject: '',
    author: '',
    pullRequest: null,
  }));
  const range = (state: Partial<State>) => rangeOf(commits, { ...START, ...state });

  test('is all commits, the last ones, or from one to another in either order', () => {
    expect(range({})).toEqual({ first: 0, last: 9 });
    expect(range({ last: 3 })).toEqual({ first: 7, last: 9 });
    expect(range({ last: 300 })).toEqual({ first: 0, last: 9 });
    expect(range({ from: shaOf(2), to: shaOf(5) })).toEqual({ first: 2, last: 5 });
    expect(range({ from: shaOf(5), to: shaOf(2) })).toEqual({ first: 2, last: 5 });
  });

  test('a commit that is not there counts as not given', () => {
    expect(range({ from: 'ffffffffffff', to: shaOf(5) })).toEqual({ first: 0, last: 5 });
  });

  test('a commit is found by its first characters, if no other has them', () => {
    expect(placeOf(commits, shaOf(4).slice(0, 7))).toBe(4);
    expect(placeOf(commits, ` ${shaOf(4).toUpperCase()} `)).toBe(4);
    expect(placeOf(commits, shaOf(4).slice(0, 3))).toBeNull();
    const twins = [...commits, ...commits];
    expect(placeOf(twins, shaOf(4))).toBeNull();
  });
});
