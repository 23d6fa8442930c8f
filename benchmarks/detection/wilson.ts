/** Wilson's score interval of a share at 95 %, as fractions (Wilson, 1927). `trials` 0: nothing is known. */
export function wilson(hits: number, trials: number): readonly [number, number] {
  if (trials === 0) return [0, 1];
  const z = 1.959963984540054;
  const share = hits / trials;
  const center = share + (z * z) / (2 * trials);
  const half = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  const scale = 1 + (z * z) / trials;
  return [Math.max(0, (center - half) / scale), Math.min(1, (center + half) / scale)];
}
