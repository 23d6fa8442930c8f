import { crateOf } from './crate.ts';
import { readLegacy } from './legacy.ts';
import { appendElement } from './legacy-type.ts';
import { normalPath } from './normal.ts';
import { printPath } from './printer.ts';
import type { Path } from './tree.ts';
import { readV0 } from './v0.ts';

/** Longer symbols are left as they are. */
const MAX_SYMBOL = 1 << 18;
/** Characters of a printed name; a longer one ends with `…`. */
const MAX_PRINTED = 1 << 16;
const MAX_CRATE = 400;

/** What a Rust symbol names. */
export interface Demangled {
  readonly mangling: 'legacy' | 'v0';
  /** Crate whose source holds the item; for an `impl` the one where the block stands. Null when the symbol does not tell. */
  readonly crate: string | null;
  /** Crate that made this instance of a generic; only v0 encodes it, and not always. */
  readonly instantiatingCrate: string | null;
  /** What the compiler or linker put behind the mangled name (`.cold`, `.0`), without `.llvm.<number>`; mostly empty. */
  readonly suffix: string;
  readonly path: Path;
  /** The path's parts as they are printed; null in v0, where the path is printed. */
  readonly elements: readonly string[] | null;
}

/**
 * Reads a Rust symbol, legacy (`_ZN…17h<16 hex>E`) or v0 (`_R…`), also with the other count of underscores that Mach-O and Windows tools
 * show. Null for any other name, and for one above 256 KiB. It never throws; its time and memory are linear in the symbol's length.
 */
export function demangle(symbol: string): Demangled | null {
  const form = /^(?:_{0,2}(ZN)\d|(_{0,2}R)[A-Z])/.exec(symbol);
  if (form === null || symbol.length > MAX_SYMBOL) return null;
  const name = withoutLlvmSuffix(symbol);
  if (/[^\0-\x7f]/.test(name)) return null;
  return form[1] === undefined
    ? demangleV0(name.slice(form[2]?.length), form[2] === 'R')
    : demangleLegacy(name.slice(form[0].length - 1));
}

/**
 * The name for a reader, as rustc-demangle's `{:#}` prints it: without hashes. At most 65,536 characters, a longer one is cut and ends
 * with `…`.
 */
export function printed(demangled: Demangled): string {
  const { path, elements, suffix } = demangled;
  const name = elements === null ? printPath(path, MAX_PRINTED) : elements.join('::');
  const whole = name + suffix;
  return whole.length > MAX_PRINTED + 1 ? `${whole.slice(0, MAX_PRINTED)}…` : whole;
}

/**
 * One name for all copies of a function (measurement facts §2.4): no hash, suffix, closure, shim or generic argument, for example
 * `alloc::vec::Vec::push` or `<core::option::Option<_> as core::clone::Clone>::clone`. Not empty, at most 400 characters.
 */
export function normalise(demangled: Demangled): string {
  return normalPath(demangled.path) || '_';
}

function demangleLegacy(text: string): Demangled | null {
  const symbol = readLegacy(text);
  if (symbol === null || !isSuffix(symbol.rest, /^\./)) return null;
  const path = symbol.elements.reduce<Path | null>(appendElement, null);
  if (path === null) return null;
  const { elements, rest } = symbol;
  return {
    mangling: 'legacy',
    crate: crateName(path),
    instantiatingCrate: null,
    suffix: rest,
    path,
    elements,
  };
}

function demangleV0(text: string, isBare: boolean): Demangled | null {
  // A bare `RC4…` is a C function more likely than a crate without an item.
  if (isBare && text.startsWith('C')) return null;
  const symbol = readV0(text);
  if (symbol === null || !isSuffix(symbol.rest, /^[.$]/)) return null;
  const { path, instantiating, rest } = symbol;
  return {
    mangling: 'v0',
    crate: crateName(path),
    instantiatingCrate: instantiating === null ? null : crateName(instantiating),
    suffix: rest,
    path,
    elements: null,
  };
}

function crateName(path: Path): string | null {
  const crate = crateOf(path);
  return crate === null || crate.length > MAX_CRATE ? null : crate;
}

/** ThinLTO renames what it imports; what it adds says nothing about the function. */
function withoutLlvmSuffix(symbol: string): string {
  const at = symbol.indexOf('.llvm.');
  return at >= 0 && /^[0-9A-F@]*$/.test(symbol.slice(at + '.llvm.'.length)) ? symbol.slice(0, at) : symbol;
}

function isSuffix(rest: string, start: RegExp): boolean {
  return rest === '' || (start.test(rest) && /^[!-~]*$/.test(rest));
}
