/** A pair of positive times of base and head, from one round. */
export type TimePair = readonly [base: number, head: number];

/** Times beyond these are garbage in any unit, and their ratios could leave the range of a double. */
const USABLE = { least: 1e-30, most: 1e30 };

/** Whether a time can be judged: positive, finite and within reason. */
export function isUsableTime(time: number): boolean {
  return time >= USABLE.least && time <= USABLE.most;
}

/** ln(F(head) / F(base)), where F is the mean of the fastest half, of at least two values where there are two. */
export function fastHalfRatio(pairs: readonly TimePair[]): number {
  const fast = fastHalfCount(pairs.length);
  const mean = (side: 0 | 1) =>
    fastMean(
      pairs.map((pair) => pair[side]),
      fast,
    );
  return Math.log(mean(1) / mean(0));
}

/** F of some times: the mean of their fastest half. */
export function fastHalfMean(times: readonly number[]): number {
  return fastMean(times, fastHalfCount(times.length));
}

/** How many values the fastest half of `count` has: half of them rounded down, two at least, all of one. */
export function fastHalfCount(count: number): number {
  return Math.min(count, Math.max(2, Math.floor(count / 2)));
}

function fastMean(times: readonly number[], count: number): number {
  const fastest = times.toSorted((a, b) => a - b).slice(0, count);
  return fastest.reduce((sum, time) => sum + time, 0) / count;
}
