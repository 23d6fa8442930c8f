/** The mean of the middle half: a quarter of the values, rounded down, is left out at each end. 0 without values. */
export function midmean(values: readonly number[]): number {
  const left = midmeanCut(values.length);
  const middle = values.toSorted((a, b) => a - b).slice(left, values.length - left);
  return middle.reduce((sum, value) => sum + value, 0) / Math.max(1, middle.length);
}

/** How many of `count` values the midmean leaves out at each end. */
export function midmeanCut(count: number): number {
  return Math.floor(count / 4);
}
