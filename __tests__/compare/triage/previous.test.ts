import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { againstPrevious } from '../../../src/compare/triage/previous-ratios.ts';
import { orderRuns } from '../../../src/compare/triage/runs.ts';
import {
  type Commit,
  historyOf,
  RULES,
  shaAt,
  type TestHistory,
  triaged,
} from '../../support/triage-history.ts';

const MIB = 2 ** 20;

function partOf(history: TestHistory, since = 0, more = {}) {
  const result = triaged(history, since, more);
  const [part] = result.configurations;
  if (part === undefined) throw new Error('no configuration');
  return { ...part, result };
}

const toldOf = ({ entries }: ReturnType<typeof partOf>) =>
  entries.map(({ commit, parent, distance, rows }) => [
    commit.sha,
    parent,
    distance,
    rows.map((row) => `${row.case} ${((row.change ?? 0) * 100).toFixed(1)}`),
  ]);

/** Weighed against the baseline of that commit. */
const against = (own: number, parent: number) => ({
  more: { parent: shaAt(parent), distance: own - parent },
});
const LOST = { more: { parent: null, distance: null } };

describe('bytes are compared with the run before', () => {
  test('where no baseline was found', () => {
    const part = partOf(historyOf([{ sizes: { a: MIB } }, { sizes: { a: 1.2 * MIB }, ...LOST }, {}]));
    expect(toldOf(part)).toEqual([[shaAt(1), shaAt(0), 1, ['size a 20.0']]]);
    expect(part.result.items.map(({ commit }) => commit.sha)).toEqual([shaAt(1)]);
    expect(part.result.compared).toBe(2);
  });

  test('where the record of the baseline was refused', () => {
    const history = historyOf([{ sizes: { a: MIB } }, {}, { sizes: { a: 1.2 * MIB } }, {}]);
    const records = history.records.filter(({ commit }) => commit !== shaAt(1));
    expect(toldOf(partOf({ ...history, records }))).toEqual([[shaAt(2), shaAt(0), 2, ['size a 20.0']]]);
  });

  test('over builds that failed, also in the total', () => {
    const failed = { identity: {}, values: [], failed: [{ case: 'size a', message: 'it does not compile' }] };
    const broken: Commit = { more: { ...failed, parent: null, distance: null } };
    const commits = [
      { sizes: { a: MIB } },
      broken,
      broken,
      broken,
      broken,
      { sizes: { a: 1.2 * MIB }, ...LOST },
    ];
    const part = partOf(historyOf([...commits, broken]));
    expect(toldOf(part)).toEqual([[shaAt(5), shaAt(0), 5, ['size a 20.0']]]);
    expect(part).toMatchObject({ first: shaAt(0), last: shaAt(5) });
    expect(part.total.map((row) => row.change)).toEqual([expect.closeTo(0.2, 5)]);
  });

  test('case by case, over runs that lack one, as long as it had not stopped', () => {
    const b = (value: number | null) => ({
      sizes: { a: MIB },
      more: {
        values: [
          { case: 'size a', metric: 'loadable-bytes', value: MIB },
          ...(value === null ? [] : [{ case: 'size b', metric: 'loadable-bytes', value }]),
        ],
      },
    });
    const lacking = (runs: number) =>
      toldOf(partOf(historyOf([b(MIB), ...Array.from({ length: runs }, () => b(null)), b(2 * MIB)])));
    expect(lacking(2)).toEqual([[shaAt(3), shaAt(0), 3, ['size b 100.0']]]);
    expect(lacking(3)).toEqual([]);
  });

  test('what was not run, because nothing of it changed, has the counts of its parent', () => {
    const counted = (value: number | null): Commit => ({
      more: {
        values: value === null ? [] : [{ case: 'bench sort', metric: 'instructions', value }],
        ratios: [
          {
            case: 'bench sort',
            metric: 'wall-time',
            ratio: 1,
            ci: null,
            pairs: value === null ? 0 : 20,
            verdict: 'none',
          },
        ],
      },
    });
    const part = partOf(historyOf([counted(1e6), counted(null), counted(null), counted(1.2e6)]));
    expect(toldOf(part)).toEqual([[shaAt(3), shaAt(2), 1, ['bench sort 20.0']]]);
  });

  test('and so is what the build depends on', () => {
    const history = historyOf([{ sizes: { a: MIB } }, { identity: { 'profile.lto': 'fat' }, ...LOST }]);
    expect(partOf(history).bumps.map(({ subject, after }) => [subject, after])).toEqual([
      ['profile.lto', 'fat'],
    ]);
  });
});

describe('two pushes that were weighed against the same baseline', () => {
  const slow = [1.1, 'regression'] as const;

  test('tell a regression once, in entries, items and the total', () => {
    const history = historyOf([
      { sizes: { a: MIB } },
      { sizes: { a: 1.2 * MIB }, times: { sort: slow } },
      { times: { sort: slow }, ...against(2, 0) },
      { times: { sort: [1.001] } },
    ]);
    const part = partOf(history);
    expect(toldOf(part)).toEqual([[shaAt(1), shaAt(0), 1, ['size a 20.0', 'bench sort 10.0']]]);
    expect(part.result.items.map(({ commit }) => commit.sha)).toEqual([shaAt(1)]);
    const total = part.total.find((row) => row.case === 'bench sort');
    expect(total?.change).toBeCloseTo(1.1 * 1.001 - 1, 6);
  });

  test('tell what the second one did beside the first', () => {
    const told = (ratio: number) =>
      toldOf(
        partOf(
          historyOf([
            { sizes: { a: MIB } },
            { times: { sort: slow } },
            { times: { sort: [ratio, 'regression'] }, ...against(2, 0) },
          ]),
        ),
      );
    const first = [shaAt(1), shaAt(0), 1, ['bench sort 10.0']];
    expect(told(1.1 * 1.05)).toEqual([first, [shaAt(2), shaAt(1), 1, ['bench sort 5.0']]]);
    // A tenth of a percent is within noise, and below what counts.
    expect(told(1.1 * 1.001)).toEqual([first]);
  });

  test('where the second one takes the first one back, are one line of noise', () => {
    const part = partOf(
      historyOf([
        { sizes: { a: MIB } },
        { times: { sort: slow } },
        { times: { sort: [1] }, ...against(2, 0) },
      ]),
    );
    expect(part.entries).toEqual([]);
    expect(part.returned).toEqual([expect.objectContaining({ commit: shaAt(1), back: shaAt(2) })]);
  });
});

test('a ratio that reaches back beyond a run without one stays as it was measured', () => {
  const part = partOf(
    historyOf([{ sizes: { a: MIB } }, {}, { times: { sort: [1.1, 'regression'] }, ...against(2, 0) }]),
  );
  expect(toldOf(part)).toEqual([[shaAt(2), shaAt(0), 2, ['bench sort 10.0']]]);
});

test('whatever the baselines were, the ratios are those of neighbours', () => {
  const run = fc.record({
    level: fc.double({ min: 0.2, max: 5, noNaN: true }),
    back: fc.integer({ min: 1, max: 6 }),
  });
  fc.assert(
    fc.property(fc.array(run, { minLength: 2, maxLength: 20 }), (runs) => {
      const levels = runs.map(({ level }) => level);
      const history = historyOf(
        runs.map(({ back }, own): Commit => {
          const parent = Math.max(0, own - back);
          const ratio = (levels[own] ?? 1) / (levels[parent] ?? 1);
          return own === 0 ? {} : { times: { sort: [ratio] }, ...against(own, parent) };
        }),
      );
      const [configuration] = orderRuns(history.records, history.line).configurations;
      const logs = againstPrevious(configuration?.runs ?? [], () => 0.01).map(({ record }) =>
        Math.log(record.ratios[0]?.ratio ?? 1),
      );
      for (const [own, log] of logs.entries()) {
        const before = levels[Math.max(0, own - 1)] ?? 1;
        expect(log).toBeCloseTo(Math.log((levels[own] ?? 1) / before), 6);
      }
    }),
    { numRuns: 200 },
  );
});

test('a case that is over its budget is told when it goes over it, and not with every byte after', () => {
  const rule = { match: 'size a', metric: null, category: 'primary', floor: null, change: null } as const;
  const rules = { ...RULES, config: { ...RULES.config, cases: [{ ...rule, budget: MIB }] } };
  const sizes = [MIB - 10, MIB + 20, MIB + 21, MIB + 15, MIB - 5, MIB + 1];
  const history = historyOf(sizes.map((a): Commit => ({ sizes: { a } })));
  const part = partOf(history, 0, { rules });
  expect(part.entries.map(({ commit }) => commit.sha)).toEqual([shaAt(1), shaAt(5)]);
  expect(part.entries[0]?.rows).toEqual([expect.objectContaining({ overBudget: true, relevant: false })]);
});
