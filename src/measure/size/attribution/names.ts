import { demangle, normalise } from '../demangle/demangle.ts';

/** What a symbol stands for. */
export interface FunctionName {
  /** Demangled and normalised, so that it is the same from one build to the next; at most 400 characters. */
  readonly path: string;
  /** The crate that the name itself tells; null for C. */
  readonly crate: string | null;
}

/** Symbols that are remembered; the same one names code, tables and unwind data, mostly soon after each other. */
const MAX_REMEMBERED = 50_000;
const MAX_NAME = 400;

/** Reads symbols, each once. */
export class Names {
  readonly #known = new Map<string, FunctionName>();

  of(symbol: string): FunctionName {
    const known = this.#known.get(symbol);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    const name = read(symbol);
    this.#known.set(symbol, name);
    return name;
  }
}

function read(symbol: string): FunctionName {
  const rust = demangle(symbol);
  if (rust !== null) return { path: normalise(rust), crate: rust.crate };
  return { path: plain(symbol), crate: symbol.startsWith('__rust_') ? 'std' : null };
}

/** A C name without what compilers put behind it for their copies and parts of a function. */
function plain(symbol: string): string {
  const name = symbol
    .slice(0, 4 * MAX_NAME)
    .replace(/(\.(llvm|cold|warm|part|isra|constprop|lto_priv|\d+))+$/, '');
  const shown = name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd').slice(0, MAX_NAME);
  return shown === '' ? '_' : shown;
}
