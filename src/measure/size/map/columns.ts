import { NumberScanner } from './numbers.ts';
import { MAX_PIECE_SYMBOLS, type MapReader, type MapSink, type MapSymbol } from './sink.ts';

/** Blanks between the numbers and a name say what the name is: of an output section, an input section or a symbol. */
const INPUT = 8;
const SYMBOL = 16;

interface OpenPiece {
  readonly address: number;
  readonly size: number;
  readonly file: string;
  readonly section: string;
  readonly symbols: MapSymbol[];
}

/**
 * The maps of lld (`VMA LMA Size Align`, numbers hexadecimal but the last) and mold (`VMA Size Align`, the first hexadecimal), then
 * the columns `Out In Symbol`. Source: lld/ELF/MapFile.cpp, mold/src/mapfile.cc.
 */
export class ColumnsReader implements MapReader {
  readonly #sink: MapSink;
  readonly #isLld: boolean;
  readonly #numbers = new NumberScanner();
  #piece: OpenPiece | null = null;

  constructor(sink: MapSink, dialect: 'lld' | 'mold') {
    this.#sink = sink;
    this.#isLld = dialect === 'lld';
  }

  line(text: string): void {
    const numbers = this.#numbers;
    numbers.start(text);
    const address = numbers.next(16);
    if (this.#isLld) numbers.next(16);
    const size = numbers.next(this.#isLld ? 16 : 10);
    const align = numbers.next(10);
    if (address < 0 || size < 0 || align < 0) return;
    // One blank separates the columns.
    let start = numbers.at + 1;
    const column = start;
    while (text.charCodeAt(start) === 32) start += 1;
    const indent = start - column;
    if (indent >= SYMBOL) {
      const symbols = this.#piece?.symbols;
      if (symbols !== undefined && symbols.length < MAX_PIECE_SYMBOLS) {
        symbols.push({ name: text.slice(column + SYMBOL), address, size: size === 0 ? null : size });
      }
      return;
    }
    this.#flush();
    if (indent === 0) this.#sink.section(text.slice(start), address, size);
    else if (indent >= INPUT) this.#open(text.slice(column + INPUT), address, size);
  }

  end(): void {
    this.#flush();
  }

  /** `FILE:(SECTION)`; anything else, such as an assignment of a linker script, has no bytes. */
  #open(name: string, address: number, size: number): void {
    const open = name.lastIndexOf(':(');
    if (open < 0 || !name.endsWith(')')) return;
    this.#piece = {
      address,
      size,
      file: name.slice(0, open),
      section: name.slice(open + 2, -1),
      symbols: [],
    };
  }

  #flush(): void {
    if (this.#piece === null) return;
    this.#sink.piece(this.#piece);
    this.#piece = null;
  }
}
