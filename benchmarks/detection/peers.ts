/** The rules by which others call a benchmark changed, restated from what they publish. Times of base and head in any one unit. */
import { type RandomBits, randomBits } from '../../src/compare/random.ts';

export type Answer = 'slower' | 'faster' | 'same';

export interface Samples {
  readonly base: readonly number[];
  readonly head: readonly number[];
}

/** A rule; `seed` makes those that draw repeatable. */
export interface Peer {
  readonly name: string;
  readonly source: string;
  /** How many samples a side it is asked with. */
  readonly samples: readonly number[];
  readonly ask: (samples: Samples, seed: string) => Answer;
}

export const PEERS: readonly Peer[] = [
  ratioOfMeans(2),
  ratioOfMeans(1.1),
  {
    name: 'criterion',
    source: 'criterion.rs, src/analysis/compare.rs and src/report.rs; defaults of its Criterion struct',
    samples: [20],
    ask: criterion,
  },
  {
    name: 'benchstat',
    source: 'golang.org/x/perf, benchmath/anone.go: AssumeNothing, alpha 0.05',
    samples: [10, 20],
    ask: (samples) => significant(samples, mannWhitney(samples).p, 0.05, median),
  },
  {
    name: 'criterion-compare-action',
    source: 'boa-dev/criterion-compare-action, main.js: isSignificant, on the mean and deviation of critcmp',
    samples: [20],
    ask: oneDeviation,
  },
];

/** github-action-benchmark, src/write/findAlerts.ts: `current / previous > threshold`; 200 % unless the user says otherwise. */
function ratioOfMeans(threshold: number): Peer {
  return {
    name: `github-action-benchmark > ${Math.round(threshold * 100)} %`,
    source: 'benchmark-action/github-action-benchmark, src/write/findAlerts.ts',
    samples: [20],
    ask: ({ base, head }) => (mean(head) / mean(base) > threshold ? 'slower' : 'same'),
  };
}

const CRITERION = { level: 0.05, noise: 0.01, confidence: 0.95 };
/** criterion draws 100,000; with 2,000, p near 5 % is known to ± 1 %. */
const RESAMPLES = 2000;

/**
 * Changed when a two-sided t test rejects at 5 %, its distribution bootstrapped from both samples together, and the 95 % bootstrap
 * interval of the ratio of the means lies beyond ± 1 %. One time per process stands for one of criterion's samples.
 */
export function criterion({ base, head }: Samples, seed: string): Answer {
  const bits = randomBits(`criterion ${seed}`);
  if (bootstrapP({ base, head }, bits) >= CRITERION.level) return 'same';
  const ratios = new Float64Array(RESAMPLES);
  for (let draw = 0; draw < RESAMPLES; draw++)
    ratios[draw] = mean(redrawn(head, bits)) / mean(redrawn(base, bits)) - 1;
  ratios.sort();
  const lower = percentile(ratios, (1 - CRITERION.confidence) / 2);
  const upper = percentile(ratios, (1 + CRITERION.confidence) / 2);
  if (lower > CRITERION.noise) return 'slower';
  return upper < -CRITERION.noise ? 'faster' : 'same';
}

/** Twice the smaller share of draws from the pooled sample whose t lies on one side of the observed one. */
export function bootstrapP({ base, head }: Samples, bits: RandomBits): number {
  const pooled = [...head, ...base];
  const observed = welchT(head, base);
  let below = 0;
  for (let draw = 0; draw < RESAMPLES; draw++) {
    const drawn = redrawn(pooled, bits);
    if (welchT(drawn.subarray(0, head.length), drawn.subarray(head.length)) < observed) below += 1;
  }
  return (2 * Math.min(below, RESAMPLES - below)) / RESAMPLES;
}

/** Welch's t of two samples, as criterion's `Sample::t`. */
export function welchT(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return (mean(a) - mean(b)) / Math.sqrt(variance(a) / a.length + variance(b) / b.length);
}

/** Largest samples without ties for which go-moremath's stats.MannWhitneyUTest counts exactly. */
const EXACT = 50;

/**
 * Mann and Whitney's U of the base, and its two-sided p: exact for samples of up to 50 without ties, else the normal approximation
 * with corrections for ties and continuity. (The original is exact up to 25 with ties too; times in nanoseconds hardly tie.)
 */
export function mannWhitney({ base, head }: Samples): { readonly u: number; readonly p: number } {
  const [m, n] = [base.length, head.length];
  const { ranks, ties } = rankSum(base, head);
  const u = ranks - (m * (m + 1)) / 2;
  const least = Math.min(u, m * n - u);
  if (ties === 0 && m <= EXACT && n <= EXACT) return { u, p: Math.min(1, 2 * exactTail(m, n, least)) };
  const all = m + n;
  const deviation = Math.sqrt(((m * n) / 12) * (all + 1 - ties / (all * (all - 1))));
  if (deviation === 0) return { u, p: 1 };
  const z = Math.max(0, (m * n) / 2 - least - 0.5) / deviation;
  return { u, p: Math.min(1, 2 * normalTail(z)) };
}

/** Sum of the ranks of `base` among both, ties at their mean rank; `ties`: the sum of t³ − t over groups of equals. */
function rankSum(base: readonly number[], head: readonly number[]): { ranks: number; ties: number } {
  const all = [...base.map((time) => ({ time, own: 1 })), ...head.map((time) => ({ time, own: 0 }))];
  all.sort((a, b) => a.time - b.time);
  let [ranks, ties] = [0, 0];
  for (let from = 0; from < all.length; ) {
    let to = from + 1;
    while (to < all.length && all[to]?.time === all[from]?.time) to += 1;
    const size = to - from;
    ties += size ** 3 - size;
    for (const { own } of all.slice(from, to)) ranks += own * ((from + to + 1) / 2);
    from = to;
  }
  return { ranks, ties };
}

/** P(U ≤ u) by the recurrence of Mann and Whitney (1947): the number of orders with each U. */
function exactTail(m: number, n: number, u: number): number {
  const counts = distribution(m, n);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.slice(0, u + 1).reduce((sum, count) => sum + count, 0) / total;
}

const known = new Map<string, readonly number[]>();

/** Coefficients of the Gaussian binomial (m + n over m), built factor by factor. */
function distribution(m: number, n: number): readonly number[] {
  const key = `${m} ${n}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const size = m * n + 1;
  const counts = new Array<number>(size).fill(0);
  counts[0] = 1;
  for (let factor = 1; factor <= m; factor++) {
    const up = n + factor;
    for (let at = size - 1; at >= up; at--) counts[at] = (counts[at] ?? 0) - (counts[at - up] ?? 0);
    for (let at = factor; at < size; at++) counts[at] = (counts[at] ?? 0) + (counts[at - factor] ?? 0);
  }
  known.set(key, counts);
  return counts;
}

/** Marked when the means lie further apart than the smaller of the two standard deviations. */
function oneDeviation({ base, head }: Samples): Answer {
  const difference = mean(head) - mean(base);
  const least = Math.sqrt(Math.min(variance(base), variance(head)));
  if (Math.abs(difference) <= least) return 'same';
  return difference > 0 ? 'slower' : 'faster';
}

function significant(
  { base, head }: Samples,
  p: number,
  level: number,
  center: (times: readonly number[]) => number,
): Answer {
  if (p >= level) return 'same';
  return center(head) > center(base) ? 'slower' : 'faster';
}

function redrawn(times: ArrayLike<number>, bits: RandomBits): Float64Array {
  const drawn = new Float64Array(times.length);
  for (let at = 0; at < drawn.length; at++) {
    drawn[at] = times[Math.floor((bits() / 2 ** 32) * times.length)] ?? Number.NaN;
  }
  return drawn;
}

function mean(times: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < times.length; at++) sum += times[at] ?? Number.NaN;
  return sum / times.length;
}

/** With n − 1. */
function variance(times: ArrayLike<number>): number {
  const center = mean(times);
  let squares = 0;
  for (let at = 0; at < times.length; at++) squares += ((times[at] ?? Number.NaN) - center) ** 2;
  return squares / (times.length - 1);
}

function median(times: readonly number[]): number {
  return percentile(Float64Array.from(times).sort(), 0.5);
}

/** Of sorted values, between neighbours in proportion. */
function percentile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const [low = Number.NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

/** P(Z ≥ z) for z ≥ 0: the complementary error function by its continued fraction or series. Source: Abramowitz and Stegun, 26.2. */
function normalTail(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z > 3) {
    let fraction = z;
    for (let step = 60; step >= 1; step--) fraction = z + step / fraction;
    return density / fraction;
  }
  let [sum, term] = [z, z];
  for (let step = 3; term > 1e-17; step += 2) {
    term *= (z * z) / step;
    sum += term;
  }
  return 0.5 - density * sum;
}
