import type { MapReader, MapSink, MapSymbol } from './sink.ts';
import { UnreadableMap } from './sink.ts';

const PART = /^ ([0-9a-f]{4}):([0-9a-f]{8}) ([0-9a-f]{8})H (\S+)\s/i;
const SYMBOL = /^ ([0-9a-f]{4}):([0-9a-f]{8})\s+(\S+)\s+([0-9a-f]{8,16})(?:\s+f)?(?:\s+i)?(?:\s+(.*))?$/i;
const MAX_PARTS = 100_000;
const MAX_SYMBOLS = 1_000_000;

interface Segment {
  /** Bytes by name: the linker merges `.idata` and the like into `.rdata`, whose name the section has. */
  readonly names: Map<string, number>;
  size: number;
  readonly symbols: { readonly symbol: MapSymbol; readonly file: string }[];
}

/**
 * The maps of MSVC's link and lld-link (`/MAP`): the parts of each section, then public and static symbols by value, without
 * sizes. A symbol reaches to the next one. Addresses are offsets in their section. Tested with lld-link alone.
 */
export class MsvcReader implements MapReader {
  readonly #sink: MapSink;
  readonly #segments = new Map<string, Segment>();
  #parts = 0;
  #symbols = 0;

  constructor(sink: MapSink) {
    this.#sink = sink;
  }

  line(text: string): void {
    const part = PART.exec(text);
    if (part !== null) this.#part(part);
    else this.#symbol(text);
  }

  end(): void {
    for (const { names, size, symbols } of this.#segments.values()) {
      const [name] = [...names].sort(([, a], [, b]) => b - a)[0] ?? [''];
      this.#sink.section(name, 0, size);
      const sorted = symbols.sort((a, b) => a.symbol.address - b.symbol.address);
      for (const [index, { symbol, file }] of sorted.entries()) {
        const end = Math.min(size, sorted[index + 1]?.symbol.address ?? size);
        const bytes = Math.max(0, end - symbol.address);
        this.#sink.piece({
          address: symbol.address,
          size: bytes,
          file: fileOf(file),
          section: '',
          symbols: [symbol],
        });
      }
    }
  }

  #symbol(text: string): void {
    const [, segment = '', offset = '', name = '', , file = ''] = SYMBOL.exec(text) ?? [];
    if (name === '') return;
    this.#symbols += 1;
    if (this.#symbols > MAX_SYMBOLS) throw new UnreadableMap('it has more than a million symbols');
    const symbol = { name, address: Number.parseInt(offset, 16), size: null };
    this.#segments.get(segment)?.symbols.push({ symbol, file });
  }

  #part([, segment = '', offset = '', length = '', name = '']: RegExpExecArray): void {
    if (++this.#parts > MAX_PARTS) throw new UnreadableMap('it has more than 100000 parts of sections');
    const bytes = Number.parseInt(length, 16);
    const end = Number.parseInt(offset, 16) + bytes;
    const known = this.#segments.get(segment) ?? { names: new Map<string, number>(), size: 0, symbols: [] };
    this.#segments.set(segment, known);
    known.size = Math.max(known.size, end);
    // `.text$mn` is a part of `.text`.
    const whole = name.replace(/\$.*$/, '');
    known.names.set(whole, (known.names.get(whole) ?? 0) + bytes);
  }
}

/** `i LIB:OBJECT` → `LIB(OBJECT)`, as the other dialects write it. The drive letter of a path is not a library. */
function fileOf(text: string): string {
  const colon = text.indexOf(':', 2);
  return colon === -1 ? text : `${text.slice(0, colon)}(${text.slice(colon + 1)})`;
}
