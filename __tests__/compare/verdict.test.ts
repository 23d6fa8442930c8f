import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATEGORIES, MAGNITUDES, VERDICTS } from '../../src/compare/comparison.ts';
import { judgeGate } from '../../src/compare/gate.ts';
import { joinedVerdict } from '../../src/compare/verdict.ts';
import { comparison } from './fixtures.ts';

const rows = (count: number, changes: Parameters<typeof comparison>[0]) =>
  Array.from({ length: count }, () => comparison(changes));
const worse = (count: number, magnitude: (typeof MAGNITUDES)[number] = 'small') =>
  rows(count, { verdict: 'regression', magnitude });
const better = (count: number, magnitude: (typeof MAGNITUDES)[number] = 'small') =>
  rows(count, { verdict: 'improvement', magnitude });

describe('joinedVerdict', () => {
  test('nothing relevant is none', () => {
    expect(joinedVerdict([])).toBe('none');
    expect(joinedVerdict(rows(3, { relevant: false }))).toBe('none');
    expect(joinedVerdict(rows(3, { headline: false }))).toBe('none');
    expect(joinedVerdict(rows(3, { verdict: 'inconclusive', relevant: false }))).toBe('none');
  });

  test('one sign only', () => {
    expect(joinedVerdict(worse(1))).toBe('regression');
    expect(joinedVerdict(better(2))).toBe('improvement');
  });

  // rustc-perf's r rule: share of regressions, and which side is medium or more.
  test.each([
    [worse(1, 'medium'), better(99, 'medium'), 'mixed'],
    [worse(3), better(17, 'medium'), 'mixed'], // r = 0.15
    [worse(2), better(18, 'medium'), 'improvement'], // r = 0.10
    [worse(17, 'large'), better(3), 'regression'], // r = 0.85
    [worse(16, 'large'), better(4), 'mixed'], // r = 0.80
    [worse(1), better(9), 'mixed'], // r = 0.1
    [worse(9), better(1), 'mixed'], // r = 0.9
    [worse(1), better(10), 'improvement'],
    [worse(10), better(1), 'regression'],
  ])('%#: both signs', (regressions, improvements, expected) => {
    expect(joinedVerdict([...regressions, ...improvements])).toBe(expected);
  });

  test('secondary rows count only when no primary row moved', () => {
    const secondary = worse(9, 'very large').map((row) => ({ ...row, category: 'secondary' as const }));
    expect(joinedVerdict([...better(1), ...secondary])).toBe('improvement');
    expect(joinedVerdict(secondary)).toBe('regression');
    expect(joinedVerdict([...rows(1, { verdict: 'none', relevant: false }), ...secondary])).toBe(
      'regression',
    );
  });

  test('a suspicion is inconclusive, unless something is known', () => {
    const suspicion = rows(1, { verdict: 'inconclusive' });
    expect(joinedVerdict(suspicion)).toBe('inconclusive');
    expect(joinedVerdict([...suspicion, ...worse(1)])).toBe('regression');
  });
});

const anyRow = fc
  .record({
    verdict: fc.constantFrom(...VERDICTS),
    category: fc.constantFrom(...CATEGORIES),
    magnitude: fc.constantFrom(...MAGNITUDES),
    relevant: fc.boolean(),
    headline: fc.boolean(),
  })
  .map(comparison);

describe('as a lattice', () => {
  test('the order of rows does not matter, and adding a row of the same sign keeps the sign', () => {
    fc.assert(
      fc.property(fc.array(anyRow), (some) => {
        const verdict = joinedVerdict(some);
        expect(joinedVerdict(some.toReversed())).toBe(verdict);
        expect(joinedVerdict([...some, ...some])).toBe(verdict);
        if (verdict === 'regression') {
          expect(joinedVerdict([...some, ...worse(1, 'very large')])).toBe('regression');
        }
        if (verdict === 'none') expect(joinedVerdict([...some, ...worse(1)])).toBe('regression');
      }),
    );
  });

  test('a verdict with a sign has a row of that sign', () => {
    fc.assert(
      fc.property(fc.array(anyRow), (some) => {
        const verdict = joinedVerdict(some);
        const signs = verdict === 'mixed' ? (['regression', 'improvement'] as const) : [verdict];
        if (verdict === 'none') return;
        for (const sign of signs) {
          expect(some.some((row) => row.verdict === sign && row.headline && row.relevant)).toBe(true);
        }
      }),
    );
  });
});

describe('judgeGate', () => {
  const grown = comparison();
  const over = comparison({
    case: 'size big',
    verdict: 'none',
    relevant: false,
    budget: 1,
    overBudget: true,
  });
  const shrunk = comparison({ verdict: 'improvement' });
  const suspicion = comparison({ verdict: 'inconclusive' });
  const detail = comparison({ headline: false });
  const stress = comparison({ category: 'secondary' });
  const failing = (all: Parameters<typeof judgeGate>[0], failOn: Parameters<typeof judgeGate>[1]) =>
    judgeGate(all, failOn).map(({ reason, comparison: row }) => [reason, row]);

  test('never fails for nothing', () => {
    expect(failing([grown, over], 'never')).toEqual([]);
  });

  test('budget fails for budgets only', () => {
    expect(failing([grown, over, shrunk], 'budget')).toEqual([['budget', over]]);
  });

  test('regression fails for budgets and regressions, not for suspicions, details and improvements', () => {
    expect(failing([grown, over, shrunk, suspicion, detail], 'regression')).toEqual([
      ['budget', over],
      ['regression', grown],
    ]);
  });

  test('a secondary regression fails only where secondary rows decide', () => {
    expect(failing([stress], 'regression')).toEqual([['regression', stress]]);
    expect(failing([stress, shrunk], 'regression')).toEqual([]);
  });
});
