import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimate } from '../../src/compare/estimate.ts';
import { fastHalfCount, fastHalfMean, fastHalfRatio, type TimePair } from '../../src/compare/fast-half.ts';
import { LOOKS, morePairs, nextLook } from '../../src/compare/looks.ts';
import { midmean } from '../../src/compare/midmean.ts';
import { type JudgedPairs, judgePairs, PAIRED_RULE, type PairedRule } from '../../src/compare/paired.ts';
import { randomBits, uniform } from '../../src/compare/random.ts';
import { confirm, isSuspect, SCREENING } from '../../src/compare/screen.ts';
import { twoSidedP } from '../../src/compare/student.ts';

const BASE = [10.2, 10, 10.5, 11.9, 10.1, 10.3, 10.8, 10.05, 14, 10.4, 10.15, 10.6];
const HEAD = [10.9, 10.6, 11.2, 12.3, 10.8, 11.1, 11.3, 10.7, 14.9, 10.9, 10.95, 11];
const pairsOf = (base: readonly number[], head: readonly number[]) =>
  base.map((time, i): TimePair => [time, head[i] ?? Number.NaN]);

function judged(pairs: readonly TimePair[], rule?: PairedRule, seed = 'test'): JudgedPairs {
  const judgement = judgePairs(pairs, seed, rule);
  if (judgement.kind === 'rejected') throw new Error(judgement.message);
  return judgement;
}

/** Pairs with lognormal noise of `sd` that are slower by `change`. */
function noisy(count: number, sd: number, change: number, seed: string): TimePair[] {
  const bits = randomBits(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform(bits))) * Math.cos(2 * Math.PI * uniform(bits));
  return Array.from({ length: count }, () => [
    Math.exp(sd * normal()),
    (1 + change) * Math.exp(sd * normal()),
  ]);
}

describe('fast half', () => {
  test.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 2],
    [5, 2],
    [6, 3],
    [45, 22],
  ])('of %i values has %i', (count, expected) => {
    expect(fastHalfCount(count)).toBe(expected);
  });

  test('mean and ratio by hand', () => {
    expect(fastHalfMean([9, 1, 8, 3, 7, 2])).toBe(2);
    expect(fastHalfMean([5])).toBe(5);
    expect(
      fastHalfRatio([
        [1, 2],
        [3, 6],
        [100, 4],
      ]),
    ).toBeCloseTo(Math.log(3 / 2), 12);
  });
});

describe('judgePairs', () => {
  test('agrees with an exact enumeration of all label swaps', () => {
    // Python, all 2¹² swaps: the fastest halves 0.0644871 with rms 0.0029554, the midmean 0.0601857 with 0.0041374, their
    // covariance 7.818e-6; so the weights 0.9103 and 0.0897, T 0.0641013, its variance raised by 4/12, and se 0.0039416 with the floor.
    const { logRatio, error, p, ci, change, verdict, samples, smallest } = judged(pairsOf(BASE, HEAD));
    expect(Math.abs(logRatio - 0.0641012837259962)).toBeLessThan(0.0004); // 300 of 4096 swaps
    expect(change).toBeCloseTo(Math.expm1(logRatio), 12);
    expect(Math.abs(error / 0.003941611871409732 - 1)).toBeLessThan(0.06);
    expect(p).toBeCloseTo(twoSidedP(logRatio / error, 5), 12);
    expect(p).toBeLessThan(2e-5); // scipy, with the exact error: 2·stats.t.sf(16.289, 5) = 1.6e-5
    // The interval belongs to this error: T ± 4.032142983555229·se (scipy).
    expect(ci?.[0]).toBeCloseTo(Math.expm1(logRatio - 4.032142983555229 * error), 12);
    expect(ci?.[1]).toBeCloseTo(Math.expm1(logRatio + 4.032142983555229 * error), 12);
    expect(smallest).toBeCloseTo(Math.expm1(4.032142983555229 * error), 12);
    expect({ verdict, samples }).toEqual({ verdict: 'regression', samples: 12 });
  });

  test('is the same for the same seed and nearly the same for another', () => {
    const pairs = pairsOf(BASE, HEAD);
    expect(judged(pairs)).toEqual(judged(pairs));
    const other = judged(pairs, PAIRED_RULE, 'other');
    expect(other.error).not.toBe(judged(pairs).error);
    expect(Math.abs(other.error / judged(pairs).error - 1)).toBeLessThan(0.2);
  });

  test('equal times are no change, with the floor of 0.2 % as their error', () => {
    const same = judged(Array.from({ length: 12 }, (): TimePair => [5, 5]));
    expect(same).toMatchObject({ verdict: 'none', change: 0, p: 1, error: 0.002, logRatio: 0 });
    expect(same.smallest).toBeCloseTo(0.01, 12);
  });

  test.each([
    [0.011, 'regression'],
    [0.0099, 'none'], // the interval, ± 0.81 %, ends below 2 %
    [0.0135, 'regression'],
    [-0.0099, 'none'],
    [-0.011, 'improvement'],
    [0, 'none'],
  ])('without noise %f is %s', (change, verdict) => {
    const pairs = Array.from({ length: 12 }, (_, i): TimePair => [1 + i, (1 + i) * (1 + change)]);
    // Within a pair nothing but the change differs, so only the floor is left as the error.
    expect(judged(pairs.map((): TimePair => [1, 1 + change])).verdict).toBe(verdict);
    expect(judged(pairs).change).toBeCloseTo(change, 9);
  });

  test("p is Student's with one degree of freedom less than the fastest half has times", () => {
    // Nothing but the floor of 0.2 % is left as the error, so t is 2; scipy 1.17.1: 2·stats.t.sf(2, 5).
    const pairs = Array.from({ length: 12 }, (): TimePair => [1, Math.exp(0.004)]);
    expect(judged(pairs).p).toBeCloseTo(0.10193947882985833, 9);
  });

  test.each([
    [0.0117, 'none'], // 0.0117 + 4.0321 × 0.002 = 0.01976, below ln 1.02 = 0.01980
    [0.0118, 'inconclusive'], // 0.01986, between that and 0.02
  ])('the interval must end within ± ln 1.02: %f is %s', (logRatio, verdict) => {
    const pairs = Array.from({ length: 12 }, (): TimePair => [1, Math.exp(logRatio)]);
    expect(judged(pairs, { ...PAIRED_RULE, minimumEffect: 1 }).verdict).toBe(verdict);
  });

  test('a higher minimum effect is asked of both signs', () => {
    const rule = { ...PAIRED_RULE, minimumEffect: 0.1 };
    expect(judged(pairsOf(BASE, HEAD), rule).verdict).toBe('inconclusive');
    expect(judged(pairsOf(HEAD, BASE), rule).verdict).toBe('inconclusive');
  });

  test('wide noise is inconclusive, and says what could have been seen', () => {
    const judgement = judged(noisy(30, 0.2, 0, 'wide'));
    expect(judgement.verdict).toBe('inconclusive');
    expect(judgement.smallest).toBeGreaterThan(0.05);
  });

  test.each([0, 1, 2, 11])('%i pairs are inconclusive, whatever they say', (count) => {
    const judgement = judged(Array.from({ length: count }, (): TimePair => [1, 2]));
    expect(judgement).toMatchObject({ verdict: 'inconclusive', samples: count });
    expect(judgement.change).toBe(count === 0 ? null : judgement.change);
    expect(judgement.ci === null).toBe(count < 2);
    expect(judgement.p).toBeGreaterThanOrEqual(0);
  });

  test.each([
    [0, 'base', 0],
    [3, 'head', Number.NaN],
    [1, 'base', Number.POSITIVE_INFINITY],
    [2, 'head', -1],
    [2, 'head', 1e-320],
    [2, 'base', 1e300],
  ] as const)('pair %i with a %s of %f is rejected', (pair, side, time) => {
    const pairs: [number, number][] = Array.from({ length: 12 }, () => [1, 1]);
    const target = pairs[pair];
    if (target !== undefined) target[side === 'base' ? 0 : 1] = time;
    expect(judgePairs(pairs, 'x')).toEqual({
      kind: 'rejected',
      pair,
      side,
      message: `pair ${pair + 1}: the time of the ${side} is ${time}, not a positive, finite number`,
    });
  });

  const time = fc.double({ min: 1e-30, max: 1e30, noNaN: true });
  const somePairs = (least: number) =>
    fc.array(fc.tuple(time, time), { minLength: least, maxLength: 70 }) as fc.Arbitrary<TimePair[]>;
  const realistic = fc.array(
    fc.tuple(fc.double({ min: 0.5, max: 2, noNaN: true }), fc.double({ min: 0.5, max: 2, noNaN: true })),
    { minLength: 12, maxLength: 60 },
  ) as fc.Arbitrary<TimePair[]>;

  test('never gives a number that is not finite', () => {
    fc.assert(
      fc.property(somePairs(0), (pairs) => {
        const { change, ci, p, error, smallest, logRatio } = judged(pairs);
        for (const value of [change ?? 0, ...(ci ?? []), p, error, smallest ?? 0, logRatio]) {
          expect(Number.isFinite(value)).toBe(true);
        }
        expect(p).toBeLessThanOrEqual(1);
        if (ci !== null && change !== null) {
          expect(ci[0]).toBeLessThanOrEqual(change);
          expect(ci[1]).toBeGreaterThanOrEqual(change);
        }
      }),
    );
  });

  test('swapping base and head flips the sign and nothing else', () => {
    fc.assert(
      fc.property(realistic, (pairs) => {
        const there = judged(pairs);
        const back = judged(pairs.map(([base, head]): TimePair => [head, base]));
        expect(back.logRatio).toBeCloseTo(-there.logRatio, 12);
        expect(back.error).toBeCloseTo(there.error, 9);
        expect(back.p).toBeCloseTo(there.p, 6);
        const flipped = { regression: 'improvement', improvement: 'regression' } as const;
        const { verdict } = there;
        const expected = verdict === 'regression' || verdict === 'improvement' ? flipped[verdict] : verdict;
        expect(back.verdict).toBe(expected);
      }),
    );
  });

  test('the unit does not matter', () => {
    fc.assert(
      fc.property(realistic, (pairs) => {
        const scaled = pairs.map(([base, head]): TimePair => [base * 1024, head * 1024]);
        expect(judged(scaled)).toEqual(judged(pairs));
      }),
    );
  });

  test('a stricter rule never flags more', () => {
    fc.assert(
      fc.property(realistic, fc.double({ min: 0, max: 0.2, noNaN: true }), (pairs, effect) => {
        const isFlag = (rule: PairedRule) => /regression|improvement/.test(judged(pairs, rule).verdict);
        if (isFlag({ ...PAIRED_RULE, minimumEffect: 0.01 + effect })) expect(isFlag(PAIRED_RULE)).toBe(true);
        if (isFlag({ ...PAIRED_RULE, level: 0.001 })) expect(isFlag(PAIRED_RULE)).toBe(true);
      }),
    );
  });
});

test('on 500 unchanged and 200 changed comparisons the rule keeps its promise', () => {
  const flags = (change: number, trials: number, wanted: RegExp) =>
    Array.from(
      { length: trials },
      (_, i) => judged(noisy(20, 0.02, change, `${change} ${i}`)).verdict,
    ).filter((verdict) => wanted.test(verdict)).length;
  expect(flags(0, 500, /regression|improvement/)).toBeLessThanOrEqual(10);
  expect(flags(0.05, 200, /regression/)).toBeGreaterThanOrEqual(196);
  expect(flags(-0.05, 200, /improvement/)).toBeGreaterThanOrEqual(196);
});

describe('looks', () => {
  test('come at 12, 20, 30, 45 and 60 pairs', () => {
    const visited: number[] = [];
    for (let look = nextLook(0); look !== null; look = nextLook(look)) visited.push(look);
    expect(visited).toEqual([...LOOKS]);
    expect(nextLook(13)).toBe(20);
    expect(nextLook(60)).toBeNull();
  });

  test('go on only while the answer is open', () => {
    expect(morePairs(judged(pairsOf(BASE, HEAD)))).toBeNull();
    expect(morePairs(judged(noisy(12, 0.2, 0, 'open')))).toBe(20);
    expect(morePairs(judged(noisy(60, 0.3, 0, 'open')))).toBeNull();
    expect(morePairs(judged([]))).toBe(12);
  });
});

describe('screening and confirming', () => {
  const slow = judged(noisy(20, 0.005, 0.03, 'slow'));
  const same = judged(noisy(20, 0.005, 0, 'same'));

  test('suspects what moved, not what did not, and not on too few pairs', () => {
    expect(isSuspect(slow)).toBe(true);
    expect(isSuspect(same)).toBe(false);
    expect(isSuspect(judged(noisy(19, 0.005, 0.03, 'slow')))).toBe(false);
    expect(SCREENING.pairs).toBe(20);
  });

  test('confirms on enough fresh pairs in the same direction', () => {
    const verdictOf = (pairs: readonly TimePair[]) => {
      const judgement = confirm(slow, pairs, 'fresh');
      return judgement.kind === 'rejected' ? judgement.message : judgement.verdict;
    };
    expect(verdictOf(noisy(40, 0.005, 0.03, 'again'))).toBe('regression');
    expect(verdictOf(noisy(39, 0.005, 0.03, 'again'))).toBe('inconclusive');
    expect(verdictOf(noisy(40, 0.005, -0.03, 'contrary'))).toBe('inconclusive');
    expect(verdictOf(noisy(40, 0.005, 0, 'flat'))).toBe('none');
    expect(verdictOf([[1, 0]])).toMatch(/^pair 1: the time of the head is 0/);
  });
});

describe('estimate', () => {
  test('of the midmean by hand', () => {
    expect(midmean([9, 1, 2, 4, 3, 100, -50, 5])).toBe((2 + 3 + 4 + 5) / 4);
    expect(midmean([1, 2, 6])).toBe(3);
    expect(midmean([])).toBe(0);
  });

  test('follows the pairs where the machine drifts, and the fastest halves where it is interrupted', () => {
    const slower = Math.log1p(0.03);
    // The clock sinks by half over the pairs: halves of the sides fall together only by luck, ratios of pairs do not notice.
    const drifting = noisy(30, 0.003, 0.03, 'drift').map(([base, head], i): TimePair => {
      const pace = 1 + i / 30;
      return [base * pace, head * (i % 2 === 0 ? pace : pace + 0.004)];
    });
    const ofDrift = estimate(drifting, 'drift');
    expect(Math.abs(ofDrift.logRatio - slower)).toBeLessThan(0.005);
    expect(ofDrift.error).toBeLessThan(0.004);
    // Two of three runs of either side are interrupted: ratios of pairs are wild, the fastest are not.
    const bits = randomBits('interrupted');
    const late = () => (uniform(bits) < 0.4 ? 1 + 3 * uniform(bits) : 1);
    const interrupted = noisy(30, 0.003, 0.03, 'bursts').map(
      ([base, head]): TimePair => [base * late(), head * late()],
    );
    const ofBursts = estimate(interrupted, 'bursts');
    expect(Math.abs(ofBursts.logRatio - slower)).toBeLessThan(0.005);
    expect(Math.abs(ofBursts.logRatio - fastHalfRatio(interrupted))).toBeLessThan(0.002);
  });

  test('turns its sign when base and head change places, for any pairs', () => {
    const time = fc.double({ min: 0.5, max: 2, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(time, time), { minLength: 2, maxLength: 40 }), (pairs) => {
        const there = estimate(pairs, 'seed');
        const back = estimate(
          pairs.map(([base, head]): TimePair => [head, base]),
          'seed',
        );
        expect(Number.isFinite(there.logRatio) && there.error >= 0.002).toBe(true);
        expect(Math.abs(there.logRatio + back.logRatio)).toBeLessThan(0.5 * (there.error + back.error));
      }),
    );
  });
});
