import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../../src/compare/comparison.ts';
import {
  coldPairsWanted,
  isSuspiciousCold,
  noted,
  settleAsNoise,
  settleByPairs,
  settleCold,
} from '../../../src/compare/compile/cold.ts';
import type { TimePair } from '../../../src/compare/fast-half.ts';
import { IMPROVED, judgement, REGRESSED, row, SUSPICIOUS, setting, UNJUDGED } from '../../support/reports.ts';

const CAUSE = setting('profile.lto', 'thin', 'fat');
const cold = (before: number, after: number, more: Partial<Comparison> = {}) =>
  row('compile workspace', 'cpu-seconds', before, after, {
    ...SUSPICIOUS,
    threshold: 0.06,
    samples: 14,
    why: [judgement('suspicious: beyond the fence'), CAUSE],
    ...more,
  });
const own = (before: number, after: number, more: Partial<Comparison>) =>
  row('compile workspace', 'own-cpu-seconds', before, after, { samples: 5, ...more });
const settled = (suspicion: Comparison, evidence: Comparison) => settleCold([suspicion, evidence])[0];

describe('a suspicious cold build', () => {
  test('is confirmed by own crates that moved as far', () => {
    const after = settled(cold(100, 120), own(10, 28, REGRESSED));
    expect(after).toMatchObject({ verdict: 'regression', relevant: true, magnitude: 'medium' });
    expect(after?.why).toEqual([
      judgement(
        'beyond the fence of 14 earlier values, confirmed: the own crates, compiled side by side, take +18.00 s',
      ),
      CAUSE,
    ]);
    expect(settled(cold(100, 80), own(30, 12, IMPROVED))).toMatchObject({ verdict: 'improvement' });
  });

  test.each([
    ['did not move', own(10, 10, { verdict: 'none' }), 'do not explain it'],
    ['moved too little', own(10, 12, REGRESSED), 'explain only +2.00 s'],
    ['moved the other way', own(30, 15, IMPROVED), 'do not explain it'],
  ])('is the machine when the own crates %s', (_, evidence, note) => {
    const after = settled(cold(100, 120), evidence);
    expect(after).toMatchObject({ verdict: 'none', relevant: false, magnitude: null });
    expect(after?.why[0]?.note).toContain(note);
  });

  test('stays open when they are', () => {
    const after = settled(cold(100, 120), own(10, 10.6, { verdict: 'inconclusive' }));
    expect(after).toMatchObject({ verdict: 'inconclusive', relevant: true });
    expect(after?.why[0]?.note).toContain('leave it undecided');
  });

  test('and no other row is touched', () => {
    const evidence = own(10, 28, REGRESSED);
    const others = [
      cold(100, 120, { configuration: 'other' }),
      row('compile workspace', 'cpu-seconds', 100, 102, UNJUDGED),
      row('compile workspace', 'wall-time', 100, 150, SUSPICIOUS),
      evidence,
    ];
    expect(settleCold(others)).toEqual(others);
    expect(others.map(isSuspiciousCold)).toEqual([true, false, false, false]);
  });

  test('is the machine where nothing that is compiled differs', () => {
    expect(settleAsNoise(cold(100, 120))).toMatchObject({ verdict: 'none', relevant: false });
    const calm = row('compile workspace', 'cpu-seconds', 100, 101);
    expect(settleAsNoise(calm)).toBe(calm);
  });

  test('may be told a sentence', () => {
    expect(noted(cold(1, 2), 'because').why.at(-1)).toEqual(judgement('because'));
    const other = row('size rg', 'file-bytes', 1, 2);
    expect(noted(other, 'because')).toBe(other);
  });
});

describe('pairs of cold builds', () => {
  const pairs = (...changes: number[]): TimePair[] => changes.map((change) => [100, 100 * (1 + change)]);

  test.each([
    ['confirm beyond 6.7 % for two', pairs(0.08, 0.09), 'regression', true],
    ['do not confirm below', pairs(0.05, 0.06), 'inconclusive', true],
    ['need not be seen far below', pairs(0.01, -0.01), 'inconclusive', false],
    ['need not be seen the other way', pairs(-0.1, -0.12), 'inconclusive', false],
    ['confirm beyond 5.3 % for four', pairs(0.05, 0.06, 0.055, 0.065), 'regression', true],
    ['as two for three', pairs(0.05, 0.06, 0.06), 'inconclusive', true],
  ] as const)('%s', (_, measured, verdict, relevant) => {
    const after = settleByPairs(cold(100, 120), measured);
    expect(after).toMatchObject({ verdict, relevant, before: 100, after: 120 });
    expect(after.why).toHaveLength(2);
    expect(after.why[0]?.note).toMatch(
      verdict === 'regression'
        ? /confirmed: \d cold builds of each side in turn differ by \+/
        : /not confirmed: /,
    );
  });

  test('a faster head is an improvement', () => {
    expect(settleByPairs(cold(100, 80), pairs(-0.15, -0.2)).verdict).toBe('improvement');
  });

  test('one pair says nothing', () => {
    const suspicion = cold(100, 120);
    expect(settleByPairs(suspicion, pairs(0.5))).toBe(suspicion);
    expect(settleByPairs(suspicion, [])).toBe(suspicion);
  });

  test('go on to four only while they are near the limit', () => {
    expect(coldPairsWanted([])).toBe(2);
    expect(coldPairsWanted(pairs(0.2))).toBe(1);
    expect(coldPairsWanted(pairs(0.2, 0.2))).toBe(0);
    expect(coldPairsWanted(pairs(0.01, 0.01))).toBe(0);
    expect(coldPairsWanted(pairs(0.05, 0.05))).toBe(2);
    expect(coldPairsWanted(pairs(0.05, 0.05, 0.05, 0.05))).toBe(0);
  });
});
