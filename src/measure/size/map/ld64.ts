import type { MapReader, MapSink } from './sink.ts';
import { UnreadableMap } from './sink.ts';

interface PlacedName {
  readonly name: string;
  readonly address: number;
  readonly size: number;
}

const SECTION = /^0x([0-9A-Fa-f]+)\s+0x([0-9A-Fa-f]+)\s+(\S+)\s+(\S+)$/;
const SYMBOL = /^0x([0-9A-Fa-f]+)\s+0x([0-9A-Fa-f]+)\s+\[\s*(\d+)\]\s(.*)$/;
const FILE = /^\[\s*(\d+)\]\s(.*)$/;
/** Mach-O has at most 255 sections. */
const MAX_SECTIONS = 255;
const MAX_FILES = 1_000_000;

/**
 * The maps of Apple's ld64, its successor, and ld64.lld: `# Object files`, `# Sections`, `# Symbols`, `# Dead Stripped Symbols`.
 * Every symbol is a piece of its own. Not tested against a linker of today's macOS.
 */
export class Ld64Reader implements MapReader {
  readonly #sink: MapSink;
  readonly #files = new Map<number, string>();
  readonly #sections: PlacedName[] = [];
  #part: 'files' | 'sections' | 'symbols' | null = null;
  #current: PlacedName | null = null;

  constructor(sink: MapSink) {
    this.#sink = sink;
  }

  line(text: string): void {
    if (text.startsWith('#')) this.#part = partOf(text) ?? (/^# Address/.test(text) ? this.#part : null);
    else if (this.#part === 'symbols') this.#symbol(text);
    else if (this.#part === 'files') this.#file(text);
    else if (this.#part === 'sections') this.#section(text);
  }

  end(): void {}

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
    if (at === undefined || bytes === undefined || name === undefined) return;
    const address = Number.parseInt(at, 16);
    const size = Number.parseInt(bytes, 16);
    if (!this.#isInside(this.#current, address)) {
      this.#current = this.#sections.find((section) => this.#isInside(section, address)) ?? null;
      if (this.#current === null) return;
      this.#sink.section(this.#current.name, this.#current.address, this.#current.size);
    }
    // Symbols carry one more underscore than in the compiler's hands.
    const symbols = [{ name: name.replace(/^_(?=_?[A-Za-z_])/, ''), address, size: null }];
    this.#sink.piece({
      address,
      size,
      file: this.#files.get(Number(file)) ?? '',
      section: '',
      symbols,
    });
  }

  #isInside(section: PlacedName | null, address: number): boolean {
    return section !== null && address >= section.address && address < section.address + section.size;
  }
}

function partOf(title: string): 'files' | 'sections' | 'symbols' | null {
  if (/^# Object files:/.test(title)) return 'files';
  if (/^# Sections:/.test(title)) return 'sections';
  return /^# Symbols:/.test(title) ? 'symbols' : null;
}
