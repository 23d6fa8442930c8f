import { describe, expect, test } from 'vitest';
import { randomBits, uniform } from '../../../src/compare/random.ts';
import type { Hint } from '../../../src/compare/triage/entry.ts';
import { type Item, stateOf } from '../../../src/compare/triage/item.ts';
import type { Triaged } from '../../../src/compare/triage/triage.ts';
import type { Acceptance } from '../../../src/measure/history-record.ts';
import { type Commit, historyOf, shaAt, triaged } from '../../support/triage-history.ts';

const MIB = 2 ** 20;

/** A report after every `size` commits, each with what the one before left open. */
function weeks(commits: readonly Commit[], ends: readonly number[]): Triaged[] {
  const history = historyOf(commits);
  let items: readonly Item[] = [];
  return ends.map((end, index) => {
    const until = { records: history.records.slice(0, end + 1), line: history.line.slice(0, end + 1) };
    const result = triaged(until, ends[index - 1] ?? 0, { items, date: `2026-11-${10 + index}` });
    items = result.items.filter((item) => stateOf(item).state === 'open');
    return result;
  });
}

const partOf = (result: Triaged | undefined) => {
  const [part] = result?.configurations ?? [];
  if (part === undefined) throw new Error('no configuration');
  return part;
};

describe('what comes and goes over the end of a week', () => {
  const faster = [0.94, 'improvement'] as const;
  const slower = [1.064, 'regression'] as const;
  const times = (...ratios: (readonly [number, ('regression' | 'improvement')?])[]): Commit[] =>
    ratios.map((sort) => ({ times: { sort } }));

  test('a run time that was low in the last commit of one is no regression of the next', () => {
    const [first, second] = weeks(times([1], [1.001], faster, slower, [1]), [2, 4]);
    expect(partOf(first).entries.map(({ verdict }) => verdict)).toEqual(['improvement']);
    expect(partOf(second).entries).toEqual([]);
    expect(partOf(second).returned).toEqual([
      expect.objectContaining({ commit: shaAt(2), back: shaAt(3), kind: 'noise' }),
    ]);
    expect(second?.items).toEqual([]);
  });

  test('one that was high is no improvement of the next', () => {
    const [first, second] = weeks(times([1], [1.001], slower, faster, [1]), [2, 4]);
    expect(first?.items.map((item) => stateOf(item).state)).toEqual(['open']);
    expect(partOf(second).entries).toEqual([]);
    expect(second?.items.map((item) => stateOf(item).state)).toEqual(['noise']);
  });

  test('a jump that was back within the week takes no regression of the next with it', () => {
    const [, second] = weeks(times([1], slower, faster, slower, [1]), [2, 4]);
    expect(partOf(second).entries.map(({ commit, verdict }) => [commit.sha, verdict])).toEqual([
      [shaAt(3), 'regression'],
    ]);
    expect(partOf(second).returned).toEqual([]);
  });

  test('what came and went in an earlier week is not told again', () => {
    const [first, second] = weeks(times([1], slower, faster, [1], [1]), [2, 4]);
    expect(partOf(first).returned).toHaveLength(1);
    expect(partOf(second).returned).toEqual([]);
  });
});

describe('a level shift', () => {
  /** Commits on machines in turn, with a shift of a quarter at `place`. */
  function shifted(count: number, place: number, machines: number): Commit[] {
    const bits = randomBits(`shift at ${place}`);
    return Array.from({ length: count }, (_, index) => {
      const level = (100 + 10 * (index % machines)) * (index < place ? 1 : 1.25);
      return {
        identity: { 'machine.cpu': `CPU ${index % machines}` },
        cpuSeconds: level * (1 + 0.01 * (uniform(bits) - 0.5)),
      };
    });
  }

  test.each([
    [4, 1],
    [8, 1],
    [10, 2],
  ])('in weeks of %i commits on %i machines is told once on each, wherever it lies', (size, machines) => {
    for (let place = 4 * size; place < 5 * size; place += 2) {
      const count = 9 * size;
      const ends = Array.from({ length: 8 }, (_, week) => (week + 1) * size);
      const told: Hint[] = weeks(shifted(count, place, machines), ends).flatMap((week) => partOf(week).hints);
      expect(told.filter(({ change }) => change < 0.1)).toEqual([]);
      const machinesTold = told.map(({ before }) => Math.round(before / 10));
      expect(machinesTold.toSorted()).toEqual(Array.from({ length: machines }, (_, index) => 10 + index));
    }
  });
});

describe('a drift', () => {
  const accepted = (entry: Partial<Acceptance>): Pick<Commit, 'more'> => ({
    more: { accepted: [{ case: 'size a', reason: 'fine so far', by: 'Robin', via: 'trailer', ...entry }] },
  });
  /** Commits that each grow by less than counts, with what some of them say. */
  const growing = (count: number, said: Readonly<Record<number, Commit>>): Commit[] =>
    Array.from({ length: count }, (_, n) => ({ sizes: { a: MIB + 900 * n }, ...said[n] }));
  const driftStates = (result: Triaged | undefined) =>
    (result?.items ?? []).filter(({ kind }) => kind === 'drift').map((item) => stateOf(item).state);

  test('is not settled by what one of its steps was accepted for', () => {
    const label = { ...accepted({ case: '*', via: 'label' }), sizes: { a: MIB + 900 * 6 + 95 } };
    const [only] = weeks(growing(13, { 6: label }), [12]);
    expect(partOf(only).drifts[0]?.largest[0]?.commit.sha).toBe(shaAt(6));
    expect(driftStates(only)).toEqual(['open']);
  });

  test('is settled by a later line that names its case, and stays settled', () => {
    const [first, second, third] = weeks(growing(18, { 14: accepted({}) }), [12, 15, 17]);
    expect(driftStates(first)).toEqual(['open']);
    expect(driftStates(second)).toEqual(['justified']);
    expect(partOf(third).drifts).toEqual([]);
    expect(driftStates(third)).toEqual([]);
  });

  test('that goes on after it was accepted is a new one, of what came since', () => {
    const [first, second] = weeks(growing(40, { 12: accepted({}) }), [14, 39]);
    expect(driftStates(first)).toEqual([]);
    expect(partOf(second).drifts).toEqual([expect.objectContaining({ from: shaAt(12), steps: 27 })]);
    expect(driftStates(second)).toEqual(['open']);
  });

  test('that goes on in the week in which it was accepted is an item beside the settled one', () => {
    const [first, second, third] = weeks(growing(45, { 14: accepted({}) }), [12, 39, 44]);
    expect(driftStates(first)).toEqual(['open']);
    expect(driftStates(second)).toEqual(['justified', 'open']);
    expect(second?.items.map(({ rows }) => rows[0]?.after)).toEqual([MIB + 900 * 12, MIB + 900 * 39]);
    // The same item still.
    expect(third?.items).toEqual(second?.items.slice(1));
  });

  test('of run times begins anew behind a line that names it', () => {
    const commits = (said: Commit): Commit[] =>
      Array.from({ length: 17 }, (_, n) => ({ times: { sort: [1.006] }, ...(n === 8 ? said : {}) }));
    expect(partOf(weeks(commits({}), [16])[0]).drifts[0]?.from).toBe(shaAt(0));
    const [only] = weeks(commits(accepted({ case: 'bench *' })), [16]);
    expect(partOf(only).drifts).toEqual([expect.objectContaining({ from: shaAt(8), steps: 8 })]);
    expect(driftStates(only)).toEqual(['open']);
  });
});
