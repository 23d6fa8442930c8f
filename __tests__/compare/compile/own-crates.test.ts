import { describe, expect, test } from 'vitest';
import { comparisonSchema } from '../../../src/compare/comparison.ts';
import { type CrateRounds, crateCauses, crateCosts } from '../../../src/compare/compile/crates.ts';
import { type CompileContext, judgeOwnCrates } from '../../../src/compare/compile/own-crates.ts';
import { judgeReport } from '../../../src/compare/family.ts';
import type { TimePair } from '../../../src/compare/fast-half.ts';
import type { CaseRule } from '../../../src/config/config.ts';

const CONTEXT: CompileContext = { configuration: 'default', cases: [] };
const NO_LIMITS: Omit<CaseRule, 'match'> = {
  metric: null,
  category: null,
  floor: null,
  change: null,
  budget: null,
};
const withRule = (rule: Partial<CaseRule>): CompileContext => ({
  ...CONTEXT,
  cases: [{ match: 'compile *', ...NO_LIMITS, ...rule }],
});
const times = (base: number, head: number, wobble = 0.01): TimePair[] =>
  [0, 1, -1, 2, -2].map((step) => [base * (1 + step * wobble), head * (1 - step * wobble * 0.5)]);
const crate = (name: string | null, before: number | null, after: number | null): CrateRounds => ({
  name,
  before: [0, 1, 2, 3, 4].map((round) => (before === null ? null : before + round * 0.01)),
  after: [0, 1, 2, 3, 4].map((round) => (after === null ? null : after + round * 0.01)),
});

describe('the row of the own crates', () => {
  test('names the crates that carry the change, the largest share first', () => {
    const crates = [
      crate('core', 2, 2),
      crate('parse', 3, 4.5),
      crate('extra', null, 0.5),
      crate('tiny', 0.1, 0.15),
      crate('faster', 1, 0.5),
      crate(null, 0.2, 0.2),
    ];
    const row = judgeOwnCrates({ rounds: times(6.3, 7.85), crates }, CONTEXT);
    expect(comparisonSchema.parse(row?.comparison)).toMatchObject({
      case: 'compile workspace',
      metric: 'own-cpu-seconds',
      unit: 's',
      tier: 'paired',
      headline: true,
      verdict: 'regression',
      relevant: true,
      magnitude: 'large',
      threshold: 0.03,
      samples: 5,
      why: [
        { kind: 'crate', subject: 'parse', before: '3.02 s', after: '4.52 s' },
        { kind: 'crate', subject: 'extra', before: null, after: '0.52 s' },
      ],
    });
    expect(row?.comparison.why[0]?.amount).toBeCloseTo(1.5, 9);
    expect(row?.p).toBeLessThan(0.01);
  });

  test('that is the same needs no words, and one that is open says what is known', () => {
    const same = judgeOwnCrates({ rounds: times(6, 6, 0.001), crates: [] }, CONTEXT)?.comparison;
    expect(same).toMatchObject({ verdict: 'none', relevant: false, magnitude: null, why: [] });
    const open = judgeOwnCrates({ rounds: times(6, 6.2, 0.02), crates: [] }, CONTEXT)?.comparison;
    expect(open).toMatchObject({ verdict: 'inconclusive', relevant: false });
    expect(open?.why.map(({ note }) => note)).toEqual([
      expect.stringMatching(
        /^undecided after 5 rounds: between −\d.* and \+\d.*, and within ± 5\.0 % would be no change$/,
      ),
    ]);
    const few = judgeOwnCrates({ rounds: times(6, 7).slice(0, 3), crates: [] }, CONTEXT)?.comparison;
    expect(few?.why[0]?.note).toMatch(/^undecided after 3 rounds: .*, where 5 are needed$/);
  });

  test('without rounds there is none', () => {
    expect(judgeOwnCrates({ rounds: [], crates: [] }, CONTEXT)).toBeNull();
    expect(judgeOwnCrates({ rounds: [[0, 0]], crates: [] }, CONTEXT)).toBeNull();
  });

  test('a change of hundredths of a second is never called one', () => {
    const rounds = times(1, 1.045, 0.0001);
    expect(judgeOwnCrates({ rounds, crates: [] }, CONTEXT)?.comparison).toMatchObject({
      verdict: 'inconclusive',
      threshold: expect.closeTo(0.05, 6),
    });
    const exact = withRule({ metric: 'own-cpu-seconds', floor: 0 });
    expect(judgeOwnCrates({ rounds, crates: [] }, exact)?.comparison).toMatchObject({
      verdict: 'regression',
      threshold: 0.03,
    });
  });

  test("follows the user's limits", () => {
    const rounds = times(6, 6.6, 0.001);
    const judge = (context: CompileContext) => judgeOwnCrates({ rounds, crates: [] }, context)?.comparison;
    expect(judge(CONTEXT)?.verdict).toBe('regression');
    expect(judge(withRule({ change: 0.2 }))).toMatchObject({ verdict: 'none', threshold: 0.2 });
    expect(judge(withRule({ floor: 1 }))?.verdict).toBe('none');
    expect(judge(withRule({ category: 'secondary' }))?.category).toBe('secondary');
    expect(judge(withRule({ budget: 1 }))).toMatchObject({ budget: null, overBudget: false });
    expect(judge(withRule({ metric: 'own-cpu-seconds', budget: 6.5 }))).toMatchObject({ overBudget: true });
  });

  test('takes part in the correction over the report', () => {
    const row = judgeOwnCrates({ rounds: times(6, 6.4, 0.012), crates: [] }, CONTEXT);
    if (row === null) throw new Error('no row');
    expect(row.comparison.verdict).toBe('regression');
    expect(judgeReport([row])[0]?.verdict).toBe('regression');
    const others = Array.from({ length: 400 }, () => ({ ...row, p: 0.9 }));
    expect(judgeReport([row, ...others])[0]?.verdict).toBe('inconclusive');
  });
});

describe('crates', () => {
  test('have mean costs, the largest change first', () => {
    const one: CrateRounds = { name: 'one', before: [1, 3], after: [2, 2] };
    const other: CrateRounds = { name: 'other', before: [1, null], after: [null, null] };
    expect(crateCosts([one, other])).toEqual([
      { name: 'other', before: 1, after: null },
      { name: 'one', before: 2, after: 2 },
    ]);
  });

  test('that only wobble, or go the other way, are not named', () => {
    const wobbling: CrateRounds = { name: 'wobbling', before: [1, 1, 1, 1, 1], after: [3, 0.4, 2, 0.5, 1.6] };
    expect(crateCauses([wobbling, crate('other', 3, 2), crate('slow', 1, 1.5)], 1)).toMatchObject([
      { subject: 'slow' },
    ]);
    expect(crateCauses([crate('build', 3, 2), crate(null, 2, 1.5)], -1.5)).toMatchObject([
      { subject: 'build' },
      { subject: 'build scripts and cargo', before: '2.02 s', after: '1.52 s' },
    ]);
  });
});
