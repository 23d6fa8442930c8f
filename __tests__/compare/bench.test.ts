import { describe, expect, test } from 'vitest';
import {
  type BenchContext,
  type JudgedRow,
  judgeBench,
  type PairedCase,
  ruleOf,
} from '../../src/compare/bench.ts';
import { type Comparison, comparisonSchema } from '../../src/compare/comparison.ts';
import { pairedRule } from '../../src/compare/effect.ts';
import { judgeReport } from '../../src/compare/family.ts';
import { PAIRED_RULE } from '../../src/compare/paired.ts';
import { plainPercent, signedPercent } from '../../src/compare/percent.ts';
import type { CaseRule } from '../../src/config/config.ts';
import { layoutTimes, noisyPairs } from './times.ts';

const CONTEXT: BenchContext = { configuration: 'default', cases: [], noise: 0 };
const SD = 0.005;

function paired(change: number, changes: Partial<PairedCase> = {}): PairedCase {
  return {
    name: 'bench sort/10k',
    category: 'primary',
    screening: noisyPairs(20, SD, change, 'screening'),
    confirmation: change === 0 ? [] : noisyPairs(40, SD, change, 'confirmation'),
    layouts: { unavailable: 'the linker cannot shuffle' },
    earlier: [],
    instructions: null,
    ...changes,
  };
}
const rule = (changes: Partial<CaseRule>): CaseRule => ({
  match: 'bench *',
  metric: null,
  category: null,
  floor: null,
  change: null,
  budget: null,
  ...changes,
});
function rowsOf(measured: PairedCase, context = CONTEXT): Comparison[] {
  return judgeBench([measured], context).rows.map(({ comparison }) => comparisonSchema.parse(comparison));
}
const notes = (row: Comparison | undefined) => row?.why.map(({ note }) => note);

describe('the row of a time', () => {
  test('of a confirmed change has the fresh times of the base, and what the head takes beside them', () => {
    const measured = paired(0.07);
    const [row, ...rest] = rowsOf(measured);
    expect(rest).toEqual([]);
    expect(row).toMatchObject({
      configuration: 'default',
      case: 'bench sort/10k',
      metric: 'wall-time',
      unit: 's',
      tier: 'paired',
      headline: true,
      category: 'primary',
      threshold: 0.01,
      samples: 40,
      verdict: 'regression',
      magnitude: 'large',
      relevant: true,
      budget: null,
      overBudget: false,
    });
    const fast = measured.confirmation
      .map(([base]) => base)
      .sort((a, b) => a - b)
      .slice(0, 20)
      .reduce((sum, time) => sum + time / 20, 0);
    const change = row?.change ?? 0;
    expect(Math.abs(change - 0.07)).toBeLessThan(0.005);
    expect(row?.before).toBeCloseTo(fast, 12);
    expect(row?.after).toBeCloseTo(fast * (1 + change), 12);
    expect(notes(row)).toEqual([
      'confirmed on 40 fresh pairs',
      'placement was not ruled out: the linker cannot shuffle',
    ]);
  });

  test('of nothing is none, and nobody must look', () => {
    expect(rowsOf(paired(0))[0]).toMatchObject({
      verdict: 'none',
      magnitude: null,
      relevant: false,
      why: [],
    });
  });

  test('of code placement is none, with both numbers, and a reader sees it', () => {
    const flat = [0, 0.01, 0.02, 0.03];
    const times = (side: string) => layoutTimes(20, SD, flat, side);
    const [row] = rowsOf(paired(0.07, { layouts: { base: times('base'), head: times('head') } }));
    expect(row).toMatchObject({ verdict: 'none', magnitude: null, relevant: true });
    expect(notes(row)?.[0]).toMatch(/^code placement: \+7\.\d % between single layouts, [+−]0\.\d % between/);
  });

  test('is taken from what there is when the next step was never made', () => {
    const [open] = rowsOf(paired(0.07, { confirmation: [] }));
    expect(open).toMatchObject({ verdict: 'inconclusive', relevant: true, samples: 20 });
    const [few] = rowsOf(paired(0.07, { screening: noisyPairs(5, SD, 0, 'x'), confirmation: [] }));
    expect(few).toMatchObject({ verdict: 'inconclusive', relevant: false });
    expect(notes(few)).toEqual(['not enough pairs: 5 of 12']);
  });

  test('a case without pairs, or with garbage, has failed and leaves the others as they are', () => {
    const bad = paired(0, { name: 'bench bad', screening: [[1, -1]] });
    const none = paired(0, { name: 'bench none', screening: [] });
    const { rows, failed } = judgeBench([bad, paired(0), none], CONTEXT);
    expect(rows.map(({ comparison }) => comparison.case)).toEqual(['bench sort/10k']);
    expect(failed).toEqual([
      { case: 'bench bad', message: 'pair 1: the time of the head is -1, not a positive, finite number' },
      { case: 'bench none', message: 'no pairs were run: the time was spent' },
    ]);
  });

  test("the user's rules set category, threshold and budget; the case's own category comes first", () => {
    const cases = [rule({ change: 0.1, budget: 0.5 }), rule({ match: 'bench other', category: 'primary' })];
    const [row] = rowsOf(paired(0.07, { category: 'secondary' }), { ...CONTEXT, cases });
    expect(row).toMatchObject({ category: 'secondary', threshold: 0.1, budget: 0.5, overBudget: true });
    expect(row?.verdict).not.toBe('regression');
    const named = { ...CONTEXT, cases: [rule({ category: 'primary' })] };
    expect(rowsOf(paired(0, { category: 'secondary' }), named)[0]?.category).toBe('primary');
  });
});

describe('instructions', () => {
  const counted = (after: number, spread: number | null = 0) => ({ before: 1_000_000, after, spread });

  test('are an exact row of their own', () => {
    const [, row] = rowsOf(paired(0, { instructions: counted(1_002_000) }));
    expect(row).toMatchObject({
      metric: 'instructions',
      unit: 'count',
      tier: 'exact',
      before: 1_000_000,
      after: 1_002_000,
      ci: null,
      threshold: 0.001,
      verdict: 'regression',
      relevant: true,
      why: [],
    });
  });

  test.each([
    [1_000_900, 0, 'none'],
    [1_001_000, 0, 'regression'],
    [999_000, 0, 'improvement'],
    [1_004_000, 0.001, 'none'], // 5 × 0.1 %
    [1_006_000, 0.001, 'regression'],
  ])('%i with an A/A spread of %f are %s', (after, spread, verdict) => {
    expect(rowsOf(paired(0, { instructions: counted(after, spread) }))[1]?.verdict).toBe(verdict);
  });

  test("the A/A spread raises the user's own threshold and never lowers it", () => {
    const cases = [rule({ metric: 'instructions', change: 0.003 })];
    const at = (spread: number) =>
      rowsOf(paired(0, { instructions: counted(1_000_000, spread) }), { ...CONTEXT, cases })[1]?.threshold;
    expect([at(0), at(0.001)]).toEqual([0.003, 0.005]);
  });

  test('a spread that is not known is told', () => {
    expect(notes(rowsOf(paired(0, { instructions: counted(1, null) }))[1])).toEqual([
      'counted once: how far two runs differ is not known',
    ]);
  });

  test('flat, they keep a slower case open while placement was not ruled out', () => {
    const [time] = rowsOf(paired(0.07, { instructions: counted(1_000_200) }));
    expect(time).toMatchObject({ verdict: 'inconclusive', magnitude: null, relevant: true });
    expect(notes(time)?.at(-1)).toBe('instructions unchanged (+0.02 %): placement, cache or noise');
  });

  test('flat, they stand beside a change that survives the layouts', () => {
    const layouts = {
      base: layoutTimes(20, SD, [0, 0, 0, 0], 'b'),
      head: layoutTimes(20, SD, [0.07, 0.07, 0.07, 0.07], 'h'),
    };
    const [time] = rowsOf(paired(0.07, { layouts, instructions: counted(1_000_000) }));
    expect(time?.verdict).toBe('regression');
    expect(notes(time)?.at(-1)).toBe('instructions unchanged (+0.00 %): placement, cache or noise');
  });

  test('moved, or beside a time that did not move, they say nothing about it', () => {
    for (const measured of [
      paired(0.07, { instructions: counted(1_070_000) }),
      paired(0, { instructions: counted(1_000_000) }),
    ]) {
      expect(notes(rowsOf(measured)[0])?.join()).not.toMatch(/instructions/);
    }
  });
});

describe('the rule of a case', () => {
  const request = { change: null, floor: null, before: 2, earlier: [], noise: 0 };
  const noisy = Array.from({ length: 12 }, (_, i) => 1 + (i % 2 === 0 ? 1 : -1) * 0.01 * i);

  test.each([
    ['nothing: the default', {}, 0.01, 0.02],
    ["the user's change", { change: 0.05 }, 0.05, 0.1],
    ["the user's change under 1 %", { change: 0.005 }, 0.005, 0.02],
    ['a floor of 0.06 s on 2 s', { floor: 0.06 }, 0.03, 0.06],
    ['a floor and no time', { floor: 0.06, before: null }, 0.01, 0.02],
    ['the A/A noise', { noise: -0.04 }, 0.04, 0.08],
    ['noise that was not measured', { noise: Number.NaN }, 0.01, 0.02],
    ['too few earlier ratios', { earlier: noisy.slice(0, 9) }, 0.01, 0.02],
  ])('%s', (_, changes, effect, equivalence) => {
    const made = pairedRule({ ...request, ...changes });
    expect(made.minimumEffect).toBeCloseTo(effect, 12);
    expect(made.equivalence).toBeCloseTo(equivalence, 12);
    expect(made.level).toBe(PAIRED_RULE.level);
  });

  test("main's own ratios raise it", () => {
    expect(pairedRule({ ...request, earlier: noisy }).minimumEffect).toBeGreaterThan(0.1);
    expect(ruleOf({ ...paired(0), earlier: noisy }, CONTEXT).minimumEffect).toBeGreaterThan(0.1);
  });
});

describe('judgeReport', () => {
  const judged = (p: number | null, verdict: Comparison['verdict'] = 'regression'): JudgedRow => {
    const [row] = rowsOf(paired(0.07));
    if (row === undefined) throw new Error('no row');
    return { p, comparison: { ...row, verdict, magnitude: verdict === 'none' ? null : 'small' } };
  };

  test('keeps what Benjamini and Hochberg keep at 5 %', () => {
    // scipy.stats.false_discovery_control: .008 .032 .0672 .0672 .0672 .08 .0846 .205
    const rows = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205].map((p) => judged(p));
    const verdicts = judgeReport(rows).map(({ verdict }) => verdict);
    expect(verdicts).toEqual(['regression', 'regression', ...Array(6).fill('inconclusive')]);
  });

  test('a flag that falls says why, and is still seen', () => {
    const rows = [judged(0.009), ...Array.from({ length: 9 }, () => judged(0.5, 'none'))];
    const [first, second] = judgeReport(rows);
    expect(first).toMatchObject({ verdict: 'inconclusive', magnitude: null, relevant: true });
    expect(first?.why[0]?.note).toBe(
      'one of 10 rows that were tested together: alone it would be a change, among so many it may be chance (Benjamini–Hochberg at 5.0 %)',
    );
    expect(comparisonSchema.parse(first)).toEqual(first);
    expect(second).toEqual(rows[1]?.comparison);
  });

  test('rows that no test decided neither count nor fall', () => {
    const rows = [judged(0.009), ...Array.from({ length: 9 }, () => judged(null))];
    expect(judgeReport(rows).map(({ verdict }) => verdict)).toEqual(Array(10).fill('regression'));
  });

  test('a flag that placement took back lends no weight to others', () => {
    const times = (side: string) => layoutTimes(20, SD, [0, 0, 0, 0], side);
    const { rows } = judgeBench([paired(0.07, { layouts: { base: times('b'), head: times('h') } })], CONTEXT);
    expect(rows[0]?.p).toBe(1);
  });
});

test.each([
  [0.0722, '+7.2 %'],
  [-0.003, '−0.3 %'],
  [0, '+0.0 %'],
  [1.5, '+150 %'],
  [1e9, '+more than 1,000,000 %'],
])('%f is %s', (change, text) => {
  expect(signedPercent(change)).toBe(text);
  expect(plainPercent(Math.abs(change))).toBe(text.slice(1));
});
