import { type MapReader, type MapSink, UnreadableMap } from './sink.ts';

interface PlacedName {
  readonly name: string;
  readonly address: number;
  readonly size: number;
}

interface OpenSymbol {
  readonly section: PlacedName;
  readonly name: string;
  readonly address: number;
  /** null: it reaches to the next one. */
  readonly size: number | null;
  readonly file: string;
}

const SECTION = /^0x([0-9A-Fa-f]+)\s+0x([0-9A-Fa-f]+)\s+(\S+)\s+(\S+)$/;
const SYMBOL = /^0x([0-9A-Fa-f]+)\s+(?:0x([0-9A-Fa-f]+)\s+)?\[\s*(\d+)\]\s(.*)$/;
const FILE = /^\[\s*(\d+)\]\s(.*)$/;
/** Mach-O has at most 255 sections. */
const MAX_SECTIONS = 255;
const MAX_FILES = 1_000_000;

/**
 * The maps of Apple's ld64, its successor, and ld64.lld: `# Object files`, `# Sections`, `# Symbols`, `# Dead Stripped Symbols`.
 * Every symbol is a piece of its own; early ld64.lld tells no sizes. Tested with ld64.lld alone.
 */
export class Ld64Reader implements MapReader {
  readonly #sink: MapSink;
  readonly #files = new Map<number, string>();
  readonly #sections: PlacedName[] = [];
  #part: 'files' | 'sections' | 'symbols' | null = null;
  #open: OpenSymbol | null = null;
  #current: PlacedName | null = null;

  constructor(sink: MapSink) {
    this.#sink = sink;
  }

  line(text: string): void {
    if (text.startsWith('#')) this.#title(text);
    else if (this.#part === 'symbols') this.#symbol(text);
    else if (this.#part === 'files') this.#file(text);
    else if (this.#part === 'sections') this.#section(text);
  }

  end(): void {
    this.#flush(null);
  }

  #title(text: string): void {
    if (/^# Address/.test(text)) return;
    this.#flush(null);
    this.#part = partOf(text);
    if (this.#part !== 'symbols') return;
    for (const section of this.#sections) this.#enter(section);
  }

  #file(text: string): void {
    const [, number, name] = FILE.exec(text) ?? [];
    if (name === undefined) return;
    this.#files.set(Number(number), name);
    if (this.#files.size > MAX_FILES) throw new UnreadableMap('it names more than a million files');
  }

  #section(text: string): void {
    const [, address, size, segment, section] = SECTION.exec(text) ?? [];
    if (address === undefined || size === undefined) return;
    if (this.#sections.length >= MAX_SECTIONS) throw new UnreadableMap('it has more than 255 sections');
    const name = `${segment},${section}`;
    this.#sections.push({ name, address: Number.parseInt(address, 16), size: Number.parseInt(size, 16) });
  }

  #symbol(text: string): void {
    const [, at, bytes, file, name] = SYMBOL.exec(text) ?? [];
    if (at === undefined || name === undefined) return;
    const address = Number.parseInt(at, 16);
    const section = this.#holding(address);
    this.#flush(section === this.#open?.section ? address : null);
    // An alias of the one that is still held.
    if (section === null || this.#open !== null) return;
    this.#open = {
      section,
      // Symbols carry one more underscore than in the compiler's hands.
      name: name.replace(/^_(?=_?[A-Za-z_])/, ''),
      address,
      size: bytes === undefined ? null : Number.parseInt(bytes, 16),
      file: this.#files.get(Number(file)) ?? '',
    };
  }

  /** Tells the held symbol; `next`: the address of the one behind it in its section. */
  #flush(next: number | null): void {
    const open = this.#open;
    if (open === null) return;
    // Of two names at one place the first counts.
    if (next === open.address && open.size === null) return;
    this.#open = null;
    const { section, name, address, size, file } = open;
    if (section !== this.#current) this.#enter(section);
    const end = next ?? section.address + section.size;
    const symbols = [{ name, address, size: null }];
    this.#sink.piece({ address, size: size ?? Math.max(0, end - address), file, section: '', symbols });
  }

  #enter(section: PlacedName): void {
    this.#current = section;
    this.#sink.section(section.name, section.address, section.size);
  }

  #holding(address: number): PlacedName | null {
    const isInside = ({ address: start, size }: PlacedName) => address >= start && address < start + size;
    const last = this.#open?.section;
    if (last !== undefined && isInside(last)) return last;
    return this.#sections.find(isInside) ?? null;
  }
}

function partOf(title: string): 'files' | 'sections' | 'symbols' | null {
  if (/^# Object files:/.test(title)) return 'files';
  if (/^# Sections:/.test(title)) return 'sections';
  return /^# Symbols:/.test(title) ? 'symbols' : null;
}
