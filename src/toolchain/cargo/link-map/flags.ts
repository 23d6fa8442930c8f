/** Arguments that make a linker write its map; null: none is known for the target. `isBare`: the linker itself is called, not a compiler. */
export function mapArguments(triple: string, map: string, isBare: boolean): string[] | null {
  if (/wasm/.test(triple)) return null;
  if (/msvc/.test(triple)) return [`/MAP:${map}`];
  if (/apple|darwin|ios/.test(triple)) return isBare ? ['-map', map] : [`-Wl,-map,${map}`];
  // The names as they are, since what a linker demangles has lost its crate and hash.
  const options = [`-Map=${map}`, '--no-demangle'];
  return isBare ? options : options.map((option) => `-Wl,${option}`);
}
