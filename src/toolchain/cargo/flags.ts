import type { RustcCall } from './rustc-call.ts';

/** Compiler flags beyond the profile. */
export interface Flags {
  /** What every unit of the programs was compiled with: RUSTFLAGS, from wherever they come. In order. */
  readonly rustflags: readonly string[];
  /** Flags of the linked units alone, which their build scripts asked for. Sorted. */
  readonly link: readonly string[];
}

/** Directories and what to write instead, the inner before the outer. */
export type Places = readonly (readonly [directory: string, word: string])[];

/**
 * Separates the flags of `calls` (all compilers that the build started). `roots` are the linked ones among them.
 * `places` are directories with a word for each: the same project elsewhere must have the same flags.
 */
export function flagsOf(calls: readonly RustcCall[], roots: readonly RustcCall[], places: Places): Flags {
  // With --target, RUSTFLAGS do not reach what runs in the build.
  const cross = roots.some((call) => call.target !== null);
  const reached = calls.filter((call) => !cross || call.target !== null);
  const first = reached[0]?.extra ?? [];
  const shared = first.filter((flag) => reached.every((call) => call.extra.includes(flag)));
  const own = roots.flatMap((call) =>
    call.extra.filter((flag) => /^-[CZ] /.test(flag) && !shared.includes(flag)),
  );
  const plain = (flag: string) =>
    places.reduce(
      (text, [directory, word]) => (directory.length > 1 ? text.replaceAll(directory, word) : text),
      flag,
    );
  return { rustflags: shared.map(plain), link: [...new Set(own.map(plain))].sort() };
}
