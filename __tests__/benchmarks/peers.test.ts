import { expect, test } from 'vitest';
import { bootstrapP, criterion, mannWhitney, PEERS, welchT } from '../../benchmarks/detection/peers.ts';
import { wilson } from '../../benchmarks/detection/wilson.ts';
import { randomBits } from '../../src/compare/random.ts';

/** By scipy: `mannwhitneyu` (exact; asymptotic with continuity where values tie) and `ttest_ind(head, base, equal_var=False)`. */
const REFERENCES = [
  {
    base: [97.5942, 96.0269, 99.2549, 101.2613, 103.4081, 100.3291, 98.3421, 97.6457, 102.2462, 104.9043],
    head: [102.8183, 98.3, 99.1252, 106.8001, 102.6086, 96.8036, 101.7489, 98.5103, 100.1121, 100.536],
    u: 44,
    p: 0.6842105263157896,
    t: 0.49562892611941894,
    tp: 0.626154416266198,
  },
  {
    base: [
      97.8601, 101.6601, 99.8107, 98.2317, 101.2289, 102.4896, 95.0709, 99.2298, 97.0578, 99.4805, 96.1317,
      100.0621, 99.8863, 99.087, 96.8562, 98.8114, 96.726, 95.9344, 100.6744, 96.672,
    ],
    head: [
      104.5109, 103.1498, 95.0065, 101.8164, 97.6949, 101.0992, 101.1309, 95.0347, 100.2997, 100.2326,
      103.886, 97.4557, 103.2141, 97.7031, 100.0061, 98.4786, 105.3462, 102.7046, 108.2952, 102.9257,
    ],
    u: 110,
    p: 0.014297272922798868,
    t: 2.6236728884377003,
    tp: 0.013343436772496824,
  },
  {
    base: [
      102.535, 102.522, 98.1802, 99.7899, 104.0512, 98.8103, 100.5664, 99.9363, 101.8276, 98.9053, 99.5429,
      100.7271, 100.3091, 97.4051, 102.6873, 96.1046, 96.3967, 96.1525, 102.9009, 98.9182,
    ],
    head: [
      103.0869, 102.5919, 107.2634, 102.8355, 102.1838, 107.842, 102.4099, 105.0327, 105.9797, 104.664,
      105.8377, 110.0163, 104.4493, 102.2221, 100.4898, 105.3857, 104.9432, 106.7953, 104.6073, 104.5641,
    ],
    u: 29,
    p: 3.2864084709129915e-7,
    t: 6.467023525084797,
    tp: 1.312599920540689e-7,
  },
  {
    base: [97.8361, 98.4407, 100.4807, 98.8589, 100.3013, 105.7036, 101.4374],
    head: [95.2717, 105.2006, 101.0434, 97.1758, 102.7211, 100.053, 98.1543, 98.0995, 97.0197],
    u: 41,
    p: 0.35104895104895106,
    t: -0.7060763267260651,
    tp: 0.49183710104018546,
  },
  {
    base: [100, 103, 99, 101, 106, 96, 101, 99, 97, 97, 100, 101, 98, 100, 102, 101, 103, 101, 101, 105],
    head: [104, 102, 104, 99, 101, 104, 104, 107, 102, 98, 108, 105, 99, 106, 102, 97, 101, 100, 107, 100],
    u: 129,
    p: 0.05486390119036595,
    t: 2.1453401763006497,
    tp: 0.03868784015241383,
  },
  {
    base: [99, 99, 99, 97, 101, 103, 102, 97, 97, 100],
    head: [98, 98, 95, 106, 103, 97, 103, 104, 93, 98],
    u: 50.5,
    p: 1,
    t: 0.0666009204310768,
    tp: 0.9478965282017044,
  },
];

test.each(REFERENCES)("Mann and Whitney's U and p of U $u are scipy's", ({ base, head, u, p }) => {
  const answer = mannWhitney({ base, head });
  expect(answer.u).toBe(u);
  expect(answer.p).toBeCloseTo(p, 12);
});

test('a small p keeps its digits', () => {
  const [, , third] = REFERENCES;
  if (third === undefined) throw new Error('no reference');
  expect(mannWhitney(third).p / third.p).toBeCloseTo(1, 9);
});

test.each(REFERENCES)("Welch's t $t is scipy's", ({ base, head, t }) => {
  expect(welchT(head, base)).toBeCloseTo(t, 10);
});

test.each(REFERENCES)(
  'the bootstrapped p of t $t is near that of the t distribution',
  ({ base, head, tp }) => {
    expect(Math.abs(bootstrapP({ base, head }, randomBits('a test')) - tp)).toBeLessThan(0.05);
  },
);

test('times that are all equal differ in nothing', () => {
  expect(mannWhitney({ base: [5, 5, 5], head: [5, 5, 5] }).p).toBe(1);
});

test('criterion wants a change beyond its noise threshold, not only a significant one', () => {
  const base = Array.from({ length: 20 }, (_, at) => 100 + (at % 5) * 0.01);
  const shifted = (by: number) => base.map((time) => time * by);
  expect(criterion({ base, head: shifted(1.005) }, 'a')).toBe('same');
  expect(criterion({ base, head: shifted(1.02) }, 'a')).toBe('slower');
  expect(criterion({ base, head: shifted(0.98) }, 'a')).toBe('faster');
});

test.each([
  ['github-action-benchmark > 200 %', 1.99, 'same'],
  ['github-action-benchmark > 200 %', 2.01, 'slower'],
  ['github-action-benchmark > 110 %', 1.09, 'same'],
  ['github-action-benchmark > 110 %', 1.11, 'slower'],
  ['github-action-benchmark > 110 %', 0.5, 'same'],
  // The deviation of the base is 1: the means may lie that far apart.
  ['criterion-compare-action', 1.009, 'same'],
  ['criterion-compare-action', 1.011, 'slower'],
  ['criterion-compare-action', 0.98, 'faster'],
])('%s calls times of %d the base %s', (name, ratio, answer) => {
  const peer = PEERS.find((each) => each.name === name);
  const base = [99, 100, 101];
  expect(peer?.ask({ base, head: base.map((time) => time * ratio) }, 'a')).toBe(answer);
});

/** By scipy: `binomtest(hits, trials).proportion_ci(method='wilson')`. */
test.each([
  [0, 20, 0, 0.16112515805281935],
  [1, 20, 0.008881448800795402, 0.23613119344674205],
  [10, 20, 0.2992980081982124, 0.7007019918017876],
  [420, 420, 0.9909365666318186, 1],
  [95, 100, 0.8882495307680809, 0.978456320845632],
])("Wilson's interval of %d of %d is scipy's", (hits, trials, low, high) => {
  const [below, above] = wilson(hits, trials);
  expect(below).toBeCloseTo(low, 9);
  expect(above).toBeCloseTo(high, 9);
});
