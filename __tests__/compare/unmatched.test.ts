import { expect, test } from 'vitest';
import { compareMeasurements } from '../../src/compare/compare.ts';
import { type RuleScope, unmatchedRules } from '../../src/compare/unmatched.ts';
import { measurement, requestOf, rule } from './fixtures.ts';

const BENCHES: RuleScope['benches'] = { enabled: true, filter: [], exclude: [], commands: [], numbers: [] };

function idle(matches: readonly string[], cases: readonly string[], scope: Partial<RuleScope> = {}) {
  const rules = matches.map((match) => rule(match));
  const texts = unmatchedRules(
    { cases: rules, compile: { enabled: true }, benches: BENCHES, ...scope },
    cases,
  );
  return matches.filter((match) => texts.some((text) => text.includes(JSON.stringify(match))));
}

test('names each rule that fits no case, once, and says what to do', () => {
  const cases = [rule('size nosuch'), rule('size rg'), rule('size nosuch', { budget: 9 })];
  expect(
    unmatchedRules({ cases, compile: { enabled: true }, benches: BENCHES }, ['size rg', 'compile workspace']),
  ).toEqual([
    'The [[case]] rule for "size nosuch" fits no case that was measured, so nothing is held to it; correct its match or remove it.',
  ]);
});

test('a rule that an earlier or later one covers is not idle', () => {
  expect(idle(['*', 'size *', 'size r*', 'size x*'], ['size rg'])).toEqual(['size x*']);
});

test('a configured command is a case, measured or not', () => {
  const benches = { ...BENCHES, commands: [{ name: 'sort' }] };
  expect(idle(['bench sort', 'bench sorted'], [], { benches })).toEqual(['bench sorted']);
});

test.each<[string, Partial<RuleScope>]>([
  ['benchmarks are off', { benches: { ...BENCHES, enabled: false } }],
  ['benchmarks are filtered', { benches: { ...BENCHES, filter: ['a'] } }],
  ['benchmarks are excluded', { benches: { ...BENCHES, exclude: ['a'] } }],
  ['files hold further benchmarks', { benches: { ...BENCHES, numbers: [{}] } }],
])('says nothing of rules for unknown cases: %s', (_, scope) => {
  const matches = ['bench a', '*a', 'b*', 'size a', 'size *a'];
  expect(idle(matches, ['size rg'], scope)).toEqual(['size a', 'size *a']);
  expect(idle(matches, ['size rg'])).toEqual(matches);
});

test('says nothing of compile rules when nothing was timed', () => {
  expect(idle(['compile crate x'], [], { compile: { enabled: false } })).toEqual([]);
});

test('the cases of a comparison are those of both sides and the stored benchmarks', () => {
  const bench = { case: 'bench a', file: 'bench/a', args: [], home: [], reads: null, directory: '' };
  const base = measurement({ 'size old': { 'file-bytes': 1 } });
  const head = measurement(
    { 'size new': { 'file-bytes': 1 } },
    { benches: [{ ...bench, metric: 'wall-time' }] },
  );
  expect(compareMeasurements(requestOf(base, head)).cases.toSorted()).toEqual([
    'bench a',
    'size new',
    'size old',
  ]);
});
