import type { TimePair } from '../../src/compare/fast-half.ts';
import { randomBits, uniform } from '../../src/compare/random.ts';

/** Pairs with lognormal noise of `sd`, the head slower by `change`. */
export function noisyPairs(count: number, sd: number, change: number, seed: string): TimePair[] {
  const bits = randomBits(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform(bits))) * Math.cos(2 * Math.PI * uniform(bits));
  return Array.from({ length: count }, () => [
    Math.exp(sd * normal()),
    (1 + change) * Math.exp(sd * normal()),
  ]);
}

/** Times of some layouts by round, layout k slower by `changes[k]`. */
export function layoutTimes(
  rounds: number,
  sd: number,
  changes: readonly number[],
  seed: string,
): number[][] {
  return changes.map((change, layout) =>
    noisyPairs(rounds, sd, change, `${seed} ${layout}`).map(([, time]) => time),
  );
}
