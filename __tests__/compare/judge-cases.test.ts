import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CaseAnswer, type GivenCase, judgeCases } from '../../src/compare/judge-cases.ts';
import { noisyPairs } from './times.ts';

const flat = (id: string, logRatio: number, pairs = 12): GivenCase => ({
  id,
  pairs: Array.from({ length: pairs }, () => [1, Math.exp(logRatio)] as const),
});
const verdicts = (answers: readonly CaseAnswer[]) => answers.map(({ verdict }) => verdict);

describe('judgeCases', () => {
  test('a case alone needs p < 0.01 and 1 %', () => {
    // Nothing but the floor of 0.2 % is left as the error; scipy: 2·stats.t.sf(T / 0.002, 5).
    const [answer] = judgeCases([flat('a', 0.011)]);
    expect(answer).toMatchObject({ verdict: 'regression', samples: 12 });
    expect(answer?.p).toBeCloseTo(0.0027150848895553057, 12);
    expect(answer?.change).toBeCloseTo(Math.expm1(0.011), 12);
    expect(answer?.ci?.[0]).toBeCloseTo(Math.expm1(0.011 - 4.032142983555229 * 0.002), 12);
    expect(answer?.ci?.[1]).toBeCloseTo(Math.expm1(0.011 + 4.032142983555229 * 0.002), 12);
    expect(answer).not.toHaveProperty('reason');
    expect(judgeCases([flat('a', -0.011)])[0]?.verdict).toBe('improvement');
  });

  test('among unchanged cases the same p is not enough, and says so', () => {
    // Simes: 0.0027 × 4 > 0.01 ≥ 0.0027 × 3.
    const among = (count: number) => [
      flat('a', 0.011),
      ...Array.from({ length: count - 1 }, (_, i) => flat(`${i}`, 0)),
    ];
    expect(judgeCases(among(3))[0]?.verdict).toBe('regression');
    expect(judgeCases(among(4))[0]).toMatchObject({
      verdict: 'inconclusive',
      reason: 'one of 4 cases judged together: alone it would be a change, among so many it may be chance',
    });
  });

  test('a document in which something moved is held to 5 %', () => {
    // 0.0027 × 12 / 2 = 0.016: beyond 1 %, within 5 %; the clear one opens the document.
    const cases = [
      flat('clear', 0.2),
      flat('a', 0.011),
      ...Array.from({ length: 10 }, (_, i) => flat(`${i}`, 0)),
    ];
    expect(verdicts(judgeCases(cases)).slice(0, 2)).toEqual(['regression', 'regression']);
    const many = [...cases, ...Array.from({ length: 28 }, (_, i) => flat(`more ${i}`, 0))];
    expect(verdicts(judgeCases(many)).slice(0, 2)).toEqual(['regression', 'inconclusive']);
  });

  test('cases that cannot be tested do not count among the others', () => {
    const cases = [
      flat('a', 0.011),
      flat('b', 0),
      flat('c', 0),
      flat('few', 0, 11),
      flat('empty', 0, 0),
      { id: 'bad', pairs: [[1, Number.NaN]] },
    ] satisfies GivenCase[];
    const answers = judgeCases(cases);
    expect(verdicts(answers)).toEqual([
      'regression',
      'none',
      'none',
      'inconclusive',
      'inconclusive',
      'failed',
    ]);
    expect(answers[3]?.reason).toBe('not enough pairs: 11 of 12');
    expect(answers[4]).toEqual({
      verdict: 'inconclusive',
      change: null,
      ci: null,
      p: 1,
      samples: 0,
      reason: 'not enough pairs: 0 of 12',
    });
    expect(answers[5]).toEqual({
      verdict: 'failed',
      change: null,
      ci: null,
      p: null,
      samples: 1,
      reason: 'pair 1: the time of the head is NaN, not a positive, finite number',
    });
  });

  test('noise that hides the answer says what could have been seen', () => {
    expect(judgeCases([{ id: 'x', pairs: noisyPairs(30, 0.2, 0, 'x') }])[0]?.reason).toMatch(
      /^smallest change that could have been seen: \d+\.\d %$/,
    );
  });

  test('more than 60 pairs are one look at all of them', () => {
    const [answer] = judgeCases([{ id: 'x', pairs: noisyPairs(200, 0.02, 0.02, 'x') }]);
    expect(answer).toMatchObject({ verdict: 'regression', samples: 200 });
  });

  test('no case is no answer', () => {
    expect(judgeCases([])).toEqual([]);
  });

  const documents = fc.uniqueArray(
    fc.record({
      id: fc.string({ minLength: 1 }),
      count: fc.integer({ min: 0, max: 30 }),
      change: fc.constantFrom(-0.1, -0.02, 0, 0, 0.02, 0.1),
      sd: fc.constantFrom(0.001, 0.01, 0.1),
    }),
    { maxLength: 8, selector: ({ id }) => id },
  );
  const given = (made: readonly { id: string; count: number; change: number; sd: number }[]): GivenCase[] =>
    made.map(({ id, count, change, sd }) => ({ id, pairs: noisyPairs(count, sd, change, id) }));

  test('the order of the cases does not matter', () => {
    fc.assert(
      fc.property(documents, (made) => {
        const cases = given(made);
        expect(judgeCases(cases.toReversed()).toReversed()).toEqual(judgeCases(cases));
      }),
    );
  });

  test('the unit does not matter', () => {
    fc.assert(
      fc.property(documents, (made) => {
        const cases = given(made);
        const scaled = cases.map(({ id, pairs }) => ({
          id,
          pairs: pairs.map(([base, head]) => [base * 1024, head * 1024] as const),
        }));
        expect(judgeCases(scaled)).toEqual(judgeCases(cases));
      }),
    );
  });

  test('swapping base and head flips every verdict and change', () => {
    const flipped: Record<string, string> = { regression: 'improvement', improvement: 'regression' };
    fc.assert(
      fc.property(documents, (made) => {
        const cases = given(made);
        const swapped = cases.map(({ id, pairs }) => ({
          id,
          pairs: pairs.map(([base, head]) => [head, base] as const),
        }));
        const there = judgeCases(cases);
        const back = judgeCases(swapped);
        expect(verdicts(back)).toEqual(verdicts(there).map((verdict) => flipped[verdict] ?? verdict));
        for (const [index, { change }] of there.entries()) {
          expect(Math.log1p(back[index]?.change ?? 0)).toBeCloseTo(-Math.log1p(change ?? 0), 9);
        }
      }),
    );
  });

  test('50 unchanged cases hold a flag in few documents, and 2 % is found in a quiet one', () => {
    const report = (change: number, seed: string) =>
      judgeCases(
        Array.from({ length: 50 }, (_, i) => ({
          id: `${i}`,
          pairs: noisyPairs(30, 0.01, i < 10 ? change : 0, `${seed} ${i}`),
        })),
      );
    const flagged = Array.from({ length: 20 }, (_, i) => verdicts(report(0, `unchanged ${i}`))).filter(
      (all) => all.some((verdict) => verdict === 'regression' || verdict === 'improvement'),
    );
    expect(flagged.length).toBeLessThanOrEqual(1);
    const found = verdicts(report(0.02, 'slower')).slice(0, 10);
    expect(found.filter((verdict) => verdict === 'regression').length).toBeGreaterThanOrEqual(9);
  });
});
