import { fastHalfCount, type TimePair } from './fast-half.ts';
import { midmeanCut } from './midmean.ts';
import type { RandomBits } from './random.ts';

/** How far two estimates of the log ratio lie from the truth: variances around it, and their covariance. */
export interface Spread {
  readonly fastHalf: number;
  readonly midmean: number;
  readonly covariance: number;
}

/** Label swaps behind a spread. */
const SWAPS = 300;

/**
 * The spread of both estimates over random label swaps: each side is aligned by its estimate, so that nothing but noise is
 * left, and then base and head of each pair are swapped with probability ½, the same swaps for both. Two pairs at least.
 * Source: detection, "The rule", 2.
 */
export function labelSwaps(
  pairs: readonly TimePair[],
  estimates: { readonly fastHalf: number; readonly midmean: number },
  bits: RandomBits,
): Spread {
  const aligned = alignedTimes(pairs, Math.exp(estimates.fastHalf));
  const residuals = alignedRatios(pairs, estimates.midmean);
  const fast = fastHalfCount(pairs.length);
  const swapped = new Uint8Array(pairs.length);
  const spread = { fastHalf: 0, midmean: 0, covariance: 0 };
  for (let draw = 0; draw < SWAPS; draw++) {
    toss(swapped, bits);
    const fastHalf = swappedFastHalf(aligned, swapped, fast);
    const middle = swappedMidmean(residuals, swapped);
    spread.fastHalf += fastHalf ** 2 / SWAPS;
    spread.midmean += middle ** 2 / SWAPS;
    spread.covariance += (fastHalf * middle) / SWAPS;
  }
  return spread;
}

/** The 2n times in ascending order: the fastest half of a side is the first ones of that side in one walk, whatever the labels. */
interface AlignedTimes {
  readonly times: Float64Array;
  /** Which pair and which side (0 base, 1 head) each time belongs to. */
  readonly pair: Uint32Array;
  readonly side: Uint8Array;
}

function alignedTimes(pairs: readonly TimePair[], ratio: number): AlignedTimes {
  const entries = pairs
    .flatMap(([base, head], pair) => [
      { time: base, pair, side: 0 },
      { time: head / ratio, pair, side: 1 },
    ])
    .sort((a, b) => a.time - b.time);
  return {
    times: Float64Array.from(entries, (entry) => entry.time),
    pair: Uint32Array.from(entries, (entry) => entry.pair),
    side: Uint8Array.from(entries, (entry) => entry.side),
  };
}

function swappedFastHalf({ times, pair, side }: AlignedTimes, swapped: Uint8Array, fast: number): number {
  const sums = [0, 0] as [number, number];
  const counts = [0, 0] as [number, number];
  for (let i = 0; i < times.length; i++) {
    const label = ((side[i] ?? 0) ^ (swapped[pair[i] ?? 0] ?? 0)) as 0 | 1;
    if (counts[label] === fast) continue;
    counts[label] += 1;
    sums[label] += times[i] ?? 0;
    if (counts[0] === fast && counts[1] === fast) break;
  }
  return Math.log(sums[1] / sums[0]);
}

/** Log ratios less their midmean, in ascending order of size: a swap turns a sign, and the sorted order follows without sorting. */
interface AlignedRatios {
  readonly ratios: Float64Array;
  readonly pair: Uint32Array;
}

function alignedRatios(pairs: readonly TimePair[], midmean: number): AlignedRatios {
  const entries = pairs
    .map(([base, head], pair) => ({ ratio: Math.log(head / base) - midmean, pair }))
    .sort((a, b) => Math.abs(a.ratio) - Math.abs(b.ratio));
  return {
    ratios: Float64Array.from(entries, (entry) => entry.ratio),
    pair: Uint32Array.from(entries, (entry) => entry.pair),
  };
}

/** In ascending order stand first the negative ratios, the largest size first, and then the others, the smallest first. */
function swappedMidmean({ ratios, pair }: AlignedRatios, swapped: Uint8Array): number {
  const count = ratios.length;
  const turned = (i: number) => (swapped[pair[i] ?? 0] === 1 ? -(ratios[i] ?? 0) : (ratios[i] ?? 0));
  let negatives = 0;
  for (let i = 0; i < count; i++) if (turned(i) < 0) negatives += 1;
  const cut = midmeanCut(count);
  let [below, above, sum] = [negatives, negatives, 0];
  for (let i = 0; i < count; i++) {
    const ratio = turned(i);
    const rank = ratio < 0 ? --below : above++;
    if (rank >= cut && rank < count - cut) sum += ratio;
  }
  return sum / (count - 2 * cut);
}

/** Fills `coins` with zeros and ones of probability ½. */
function toss(coins: Uint8Array, bits: RandomBits): void {
  let word = 0;
  for (let i = 0; i < coins.length; i++) {
    if (i % 32 === 0) word = bits();
    coins[i] = (word >>> (i % 32)) & 1;
  }
}
