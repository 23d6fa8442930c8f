import { type RandomBits, randomBits, uniform } from '../random.ts';

/** Fewest values on each side of a change point. */
export const MIN_SIDE = 5;
/** Shuffles of the permutation test at most. */
const SHUFFLES = 9_999;
/** Shuffles that reach the statistic before the test stops: it is no change then. */
const ENOUGH = 20;

/** Where a series may have changed its level. */
export interface ChangePoint {
  /** Index of the first value at the new level. */
  readonly index: number;
  /** Of the permutation test: the chance of as strong a split anywhere, if the order of the values meant nothing. */
  readonly p: number;
}

/**
 * The change points of a series, in order: binary segmentation by the largest standardised Mann–Whitney statistic over all splits,
 * each tested by shuffling its segment; a segment without a split at `level` is left whole. Ranks, so that an outlier counts no more than
 * any value beyond the others, and no assumption about how the values scatter, only that they do so independently.
 * Sources: Hawkins and Deng, "A nonparametric change-point control chart", 2010 (the statistic); Matteson and James, "A nonparametric
 * approach for multiple change point analysis of multivariate data", 2014, as MongoDB and Mozilla's neighbours use it
 * (bisection with a permutation test); Besag and Clifford, "Sequential Monte Carlo p-values", 1991 (when to stop shuffling).
 * Equal `seed`s give equal answers. Costs at most 10,000 passes over a segment, and a few for one without a change.
 */
export function changePoints(values: readonly number[], level: number, seed: string): ChangePoint[] {
  const bits = randomBits(seed);
  const found: ChangePoint[] = [];
  const search = (from: number, to: number): void => {
    if (to - from < 2 * MIN_SIDE) return;
    const ranks = ranksOf(values.slice(from, to));
    const best = bestSplit(ranks);
    if (best.statistic === 0) return;
    const p = permutationP(ranks, best.statistic, bits);
    if (p > level) return;
    const index = from + best.split;
    search(from, index);
    found.push({ index, p });
    search(index, to);
  };
  search(0, values.length);
  return found;
}

/** A split of ranks and how far it stands out. */
export interface Split {
  /** Values before the split. */
  readonly split: number;
  /** |U − mean| / standard deviation of the Mann–Whitney statistic of the two sides; 0 where no split is possible. */
  readonly statistic: number;
}

/** The split that stands out most, the first of equals. `ranks`: mid-ranks of a segment. */
export function bestSplit(ranks: Float64Array): Split {
  const n = ranks.length;
  const spread = rankVariance(ranks);
  let best: Split = { split: 0, statistic: 0 };
  if (spread === 0) return best;
  let sum = 0;
  for (let split = 1; split <= n - MIN_SIDE; split++) {
    sum += ranks[split - 1] ?? 0;
    if (split < MIN_SIDE) continue;
    const distance = Math.abs(sum - (split * (n + 1)) / 2);
    // Variance of a sum of `split` of the ranks drawn without replacement, ties included.
    const statistic = distance / Math.sqrt((spread * split * (n - split)) / (n - 1));
    if (statistic > best.statistic + 1e-12) best = { split, statistic };
  }
  return best;
}

/** Ranks from 1; equal values share the mean of theirs. */
export function ranksOf(values: readonly number[]): Float64Array {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end += 1;
    for (let place = start; place < end; place++) ranks[order[place] ?? 0] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** Population variance of the ranks. */
function rankVariance(ranks: Float64Array): number {
  const mean = (ranks.length + 1) / 2;
  let squares = 0;
  for (const rank of ranks) squares += (rank - mean) ** 2;
  return squares / ranks.length;
}

function permutationP(ranks: Float64Array, statistic: number, bits: RandomBits): number {
  const shuffled = Float64Array.from(ranks);
  let reached = 0;
  for (let made = 1; made <= SHUFFLES; made++) {
    shuffle(shuffled, bits);
    if (bestSplit(shuffled).statistic >= statistic - 1e-9) reached += 1;
    if (reached === ENOUGH) return reached / made;
  }
  return (reached + 1) / (SHUFFLES + 1);
}

/** Fisher and Yates. */
function shuffle(values: Float64Array, bits: RandomBits): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(uniform(bits) * (last + 1));
    const held = values[last] ?? 0;
    values[last] = values[other] ?? 0;
    values[other] = held;
  }
}
