/** Share of false flags among all flags of a report that is accepted. */
export const FALSE_DISCOVERY_RATE = 0.05;

/**
 * Adjusted p values: p₍ᵢ₎ becomes min over j ≥ i of m·p₍ⱼ₎ / j, at most 1, so that flagging what is at most `q` keeps the
 * expected share of false flags at `q`. Source: Benjamini and Hochberg, "Controlling the false discovery rate", 1995.
 * Takes and gives the values in the same order. A value that is not a number counts as 1, and keeps its place among the m.
 */
export function adjustedP(values: readonly number[]): number[] {
  const order = values
    .map((value, index) => ({ value: value >= 0 && value <= 1 ? value : 1, index }))
    .sort((a, b) => b.value - a.value);
  const adjusted = new Array<number>(values.length).fill(1);
  let least = 1;
  order.forEach(({ value, index }, place) => {
    const rank = values.length - place;
    least = Math.min(least, value * (values.length / rank));
    adjusted[index] = least;
  });
  return adjusted;
}

/** Which of a report's p values may be called changes at the false discovery rate `q`. */
export function discoveries(values: readonly number[], q: number = FALSE_DISCOVERY_RATE): boolean[] {
  return adjustedP(values).map((value) => value <= q);
}
