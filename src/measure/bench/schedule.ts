import { createHash } from 'node:crypto';

/**
 * The order in which the programs of a lane run in a round, as indexes below `programs`. A permutation is drawn for each
 * block of two rounds, and the second round runs it backwards, so that a drift of the machine meets every program alike.
 * For two programs that is ABBA with the starting side drawn per block (detection, "The rule": order).
 * Equal seeds give equal orders. `lane` tells the draws of several lanes apart.
 */
export function roundOrder(seed: string, lane: string, round: number, programs: number): number[] {
  const order = permutation(`${seed}\n${lane}\n${Math.floor(round / 2)}`, programs);
  return round % 2 === 0 ? order : order.reverse();
}

/** Fisher and Yates' shuffle; the bits are those of SHA-256, whose 48-bit numbers make the bias immaterial. */
function permutation(seed: string, length: number): number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    const bits = createHash('sha256').update(`${seed}\n${last}`).digest().readUIntBE(0, 6);
    const other = bits % (last + 1);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}
