import { NumberScanner } from './numbers.ts';
import { MAX_PIECE_SYMBOLS, type MapReader, type MapSink, type MapSymbol } from './sink.ts';

/** The part of the map before this line lists what was left out. */
const START = 'Linker script and memory map';
/** Names longer than the column stand on a line of their own, and the numbers on the next. */
type Pending = { readonly what: 'section' | 'piece'; readonly name: string };

interface OpenPiece {
  readonly address: number;
  readonly size: number;
  readonly file: string;
  readonly section: string;
  readonly symbols: MapSymbol[];
}

/** The maps of GNU ld (and gold, which writes nearly the same). Source: ld/ldlang.c, `print_output_section_statement` and below. */
export class GnuReader implements MapReader {
  readonly #sink: MapSink;
  readonly #numbers = new NumberScanner();
  #started = false;
  #pending: Pending | null = null;
  #piece: OpenPiece | null = null;

  constructor(sink: MapSink) {
    this.#sink = sink;
  }

  line(text: string): void {
    if (!this.#started) {
      this.#started = text === START || text === 'Memory map';
      return;
    }
    if (text === '') return;
    if (text.charCodeAt(0) !== 32) this.#named('section', text, 0);
    else if (text.charCodeAt(1) !== 32) this.#named('piece', text, 1);
    else this.#continued(text);
  }

  end(): void {
    this.#flush();
  }

  #named(what: Pending['what'], text: string, start: number): void {
    this.#pending = null;
    // ` *(.text .text.*)` is a line of the script, and ` *fill*` is padding.
    const isScript = text.charCodeAt(start) === 42;
    const blank = text.indexOf(' ', start);
    const name = blank === -1 ? text.slice(start) : text.slice(start, blank);
    if (isScript) this.#flush();
    else if (blank === -1) this.#pending = { what, name };
    else if (text.startsWith('0x', firstInk(text, blank))) this.#numbered({ what, name }, text, blank);
    else this.#flush();
  }

  #continued(text: string): void {
    const ink = firstInk(text, 0);
    if (!text.startsWith('0x', ink)) return;
    if (this.#pending !== null) this.#numbered(this.#pending, text, ink);
    else this.#symbol(text);
  }

  #symbol(text: string): void {
    this.#numbers.start(text);
    const address = this.#numbers.next(16);
    const name = text.slice(firstInk(text, this.#numbers.at));
    // `0x20 (size before relaxing)`, and the assignments of the script.
    if (name === '' || name.startsWith('(') || name.startsWith('PROVIDE') || name.includes(' = ')) return;
    const symbols = this.#piece?.symbols;
    if (symbols !== undefined && symbols.length < MAX_PIECE_SYMBOLS) {
      symbols.push({ name, address, size: null });
    }
  }

  #numbered({ what, name }: Pending, text: string, from: number): void {
    this.#pending = null;
    this.#flush();
    const numbers = this.#numbers;
    numbers.start(text);
    numbers.at = from;
    const address = numbers.next(16);
    const size = numbers.next(16);
    if (address < 0 || size < 0) return;
    const file = text.slice(firstInk(text, numbers.at));
    if (what === 'section') this.#sink.section(name, address, size);
    else this.#piece = { address, size, file, section: name, symbols: [] };
  }

  #flush(): void {
    if (this.#piece !== null) this.#sink.piece(this.#piece);
    this.#piece = null;
  }
}

function firstInk(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 32) at += 1;
  return at;
}
