import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomBits, uniform } from '../../../src/compare/random.ts';
import { bestSplit, changePoints, MIN_SIDE, ranksOf } from '../../../src/compare/triage/change-points.ts';

/**
 * Flow of the Nile at Aswan, 1871 to 1970, in 10⁸ m³ a year: the textbook series of this problem, with one change, from 1899 on (Cobb, "The problem
 * of the Nile", Biometrika 65, 1978).
 */
const NILE = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958,
  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020,
  1050, 969, 831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040,
  759, 781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
  744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
];

const series = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 10, maxLength: 40 });

describe('the statistic', () => {
  test.each([
    [
      [3, 1, 2],
      [3, 1, 2],
    ],
    [
      [5, 5, 1, 9],
      [2.5, 2.5, 1, 4],
    ],
    [
      [7, 7, 7],
      [2, 2, 2],
    ],
  ])('ranks of %j', (values, ranks) => {
    expect([...ranksOf(values)]).toEqual(ranks);
  });

  test('is the standardised Mann–Whitney statistic of the split that stands out most, as counted pair by pair', () => {
    fc.assert(
      fc.property(series, (values) => {
        const { split, statistic } = bestSplit(ranksOf(values));
        const all = splitsOf(values);
        const largest = Math.max(0, ...all.values());
        expect(statistic).toBeCloseTo(largest, 8);
        if (largest > 0) expect(all.get(split)).toBeCloseTo(largest, 8);
      }),
    );
  });
});

describe('change points', () => {
  test('the Nile changed in 1899, and only then', () => {
    const points = changePoints(NILE, 0.01, 'nile');
    expect(points.map(({ index }) => 1871 + index)).toEqual([1899]);
    expect(points[0]?.p).toBeLessThan(0.001);
  });

  test('p is the share of all orders in which a split stands out as much', () => {
    // Ten values split 5 and 5 without overlap: 2 of the 252 ways to choose five of ten.
    const [point] = changePoints([1, 2, 3, 4, 5, 11, 12, 13, 14, 15], 0.05, 'exact');
    expect(point?.index).toBe(5);
    expect(point?.p).toBeGreaterThan(0.004);
    expect(point?.p).toBeLessThan(0.013);
  });

  test('finds each of several shifts at its place', () => {
    const noise = normals('shifts');
    const values = Array.from({ length: 120 }, (_, index) => {
      const level = index < 40 ? 60 : index < 85 ? 63 : 61;
      return level * (1 + 0.01 * noise());
    });
    const found = changePoints(values, 0.01, 'shifts').map(({ index }) => index);
    expect(found).toHaveLength(2);
    expect(Math.abs((found[0] ?? 0) - 40)).toBeLessThanOrEqual(1);
    expect(Math.abs((found[1] ?? 0) - 85)).toBeLessThanOrEqual(2);
  });

  test('a single outlier, however large, is no change', () => {
    const noise = normals('outlier');
    const values = Array.from({ length: 60 }, (_, index) => (index === 30 ? 1e6 : 60 + noise()));
    expect(changePoints(values, 0.01, 'outlier')).toEqual([]);
  });

  test.each<[string, (bits: () => number) => number]>([
    ['even noise', (next) => next()],
    ['noise with rare spikes', (next) => (next() < 0.05 ? 2 + next() : next() / 100)],
    ['rounded noise with many equal values', (next) => Math.round(next() * 3)],
  ])('%s of 300 series gives hardly a false alarm', (name, draw) => {
    let alarms = 0;
    for (let number = 0; number < 300; number++) {
      const bits = randomBits(`${name} ${number}`);
      const values = Array.from({ length: 60 }, () => draw(() => uniform(bits)));
      if (changePoints(values, 0.01, `${name} ${number}`).length > 0) alarms += 1;
    }
    // 3 are expected; 10 or more come about once in 900 times, and the seeds are fixed.
    expect(alarms).toBeLessThan(10);
  });

  test('depends on the order of sizes alone, leaves five values on each side, and repeats itself', () => {
    fc.assert(
      fc.property(series, (values) => {
        const found = changePoints(values, 0.05, 'any');
        expect(changePoints(values, 0.05, 'any')).toEqual(found);
        expect(
          changePoints(
            values.map((value) => value ** 3 + 7),
            0.05,
            'any',
          ),
        ).toEqual(found);
        const bounds = [0, ...found.map(({ index }) => index), values.length];
        for (const [place, bound] of bounds.slice(1).entries())
          expect(bound - (bounds[place] ?? 0)).toBeGreaterThanOrEqual(found.length === 0 ? 0 : MIN_SIDE);
      }),
      { numRuns: 40 },
    );
  });
});

/** By definition: U counted over all pairs, its variance from the tied ranks. */
function splitsOf(values: readonly number[]): Map<number, number> {
  const n = values.length;
  const ties = new Map<number, number>();
  for (const value of values) ties.set(value, (ties.get(value) ?? 0) + 1);
  const tied = [...ties.values()].reduce((sum, count) => sum + count ** 3 - count, 0);
  const found = new Map<number, number>();
  for (let split = MIN_SIDE; split <= n - MIN_SIDE; split++) {
    const [a, b] = [values.slice(0, split), values.slice(split)];
    const u = a.reduce((sum, x) => sum + b.reduce((own, y) => own + (x > y ? 1 : x === y ? 0.5 : 0), 0), 0);
    // Lehmann, "Nonparametrics", 1975: variance of the Mann–Whitney statistic with ties.
    const variance = ((a.length * b.length) / 12) * (n + 1 - tied / (n * (n - 1)));
    if (variance > 0) found.set(split, Math.abs(u - (a.length * b.length) / 2) / Math.sqrt(variance));
  }
  return found;
}

/** Standard normal numbers by Box and Muller. */
function normals(seed: string): () => number {
  const bits = randomBits(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniform(bits))) * Math.cos(2 * Math.PI * uniform(bits));
}
