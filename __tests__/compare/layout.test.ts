import { describe, expect, test } from 'vitest';
import type { TimePair } from '../../src/compare/fast-half.ts';
import { judgeLayouts, type LayoutTimes } from '../../src/compare/layout.ts';
import { judgePairs } from '../../src/compare/paired.ts';
import { randomBits, uniform } from '../../src/compare/random.ts';

const bits = randomBits('layout');
const ROUNDS = 20;

/** Rounds of layouts whose true times are `levels`, with ±0.5 % of even noise. */
function times(levels: readonly number[], rounds = ROUNDS, noise = 0.01): LayoutTimes {
  return levels.map((level) =>
    Array.from({ length: rounds }, () => level * (1 + noise * (uniform(bits) - 0.5))),
  );
}

function singleOf(change: number) {
  const judgement = judgePairs(
    Array.from({ length: ROUNDS }, (): TimePair => [1, 1 + change]),
    'single',
  );
  if (judgement.kind === 'rejected') throw new Error(judgement.message);
  return judgement;
}

function judge(base: LayoutTimes, head: LayoutTimes, change = 0.08) {
  const judgement = judgeLayouts(singleOf(change), base, head, 'layouts');
  if (judgement.kind === 'rejected') throw new Error(judgement.message);
  return judgement;
}

describe('judgeLayouts', () => {
  test("a change that only some layouts have is placement, with the best layouts' own number", () => {
    const { outcome, best, layouts } = judge(times([1, 1.1, 1.02, 1.2]), times([1.08, 1.2, 1.001, 1.15]));
    expect({ outcome, layouts }).toEqual({ outcome: 'placement', layouts: 4 });
    expect(Math.abs(best?.change ?? 1)).toBeLessThan(0.005);
  });

  test('a change that every layout has survives', () => {
    const { outcome, best } = judge(times([1, 1.1, 1.02, 1.2]), times([1.08, 1.2, 1.1, 1.3]));
    expect(outcome).toBe('survives');
    expect(best?.verdict).toBe('regression');
    expect(best?.change).toBeCloseTo(0.08, 2);
  });

  test('an improvement is judged the same way', () => {
    expect(judge(times([1, 1, 1, 1]), times([0.9, 0.9, 0.9, 0.9]), -0.1).outcome).toBe('survives');
    expect(judge(times([1, 1, 1, 1]), times([1.1, 1.1, 1, 1.1]), -0.1).outcome).toBe('placement');
  });

  test('the opposite change between the best layouts is placement', () => {
    expect(judge(times([1, 1, 1, 1]), times([0.9, 1.1, 1.1, 1.1])).outcome).toBe('placement');
  });

  test('fewer than four layouts on a side rule nothing out', () => {
    expect(judge(times([1, 1, 1]), times([1, 1, 1, 1, 1]))).toMatchObject({
      outcome: 'not ruled out',
      layouts: 3,
    });
    expect(judge([], [])).toEqual({ kind: 'judged', outcome: 'not ruled out', layouts: 0, best: null });
    expect(judge([[], [], [], []], [[], [], [], []]).best).toBeNull();
  });

  test('too few rounds, or too much noise, decide nothing', () => {
    expect(judge(times([1, 1, 1, 1], 11), times([1.1, 1.1, 1.1, 1.1], 11)).outcome).toBe('undecided');
    const wild = judge(times([1, 1, 1, 1], 20, 1.8), times([1.6, 1.6, 1.6, 1.6], 20, 1.8));
    expect(['undecided', 'placement']).toContain(wild.outcome);
  });

  test('uses only the rounds that all layouts have', () => {
    const base = times([1, 1, 1, 1]);
    const head = [...times([1.1, 1.1, 1.1]), ...times([1.1], 14)];
    expect(judge(base, head).best?.samples).toBe(14);
  });

  test('a garbage time rejects them, and is named', () => {
    const base = times([1, 1, 1, 1]);
    const head = [...times([1, 1, 1]), [1, 0, 1]];
    expect(judgeLayouts(singleOf(0.08), base, head, 'x')).toEqual({
      kind: 'rejected',
      pair: 1,
      side: 'head',
      message: 'layout 4 of the head, round 2: the time is 0, not a positive, finite number',
    });
  });
});
