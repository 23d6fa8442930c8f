import { readElfTable } from '../elf.ts';
import { readFields } from '../fields.ts';
import { type ByteSource, requireRange } from '../source.ts';
import { unreadable } from '../unreadable.ts';
import type { Owner } from './crates.ts';
import { Names } from './names.ts';
import type { Placement } from './placement.ts';
import { isNameless } from './section-name.ts';
import type { Target } from './targets.ts';

const SHT_SYMTAB = 2;
/** Where the fields of `Elf32_Sym` and `Elf64_Sym` are (gABI, "Symbol Table"). */
const SYMBOL_32 = { entry: 16, info: 12, value: 4, size: 8 } as const;
const SYMBOL_64 = { entry: 24, info: 4, value: 8, size: 16 } as const;
const STT_OBJECT = 1;
const STT_FUNC = 2;
const STT_GNU_IFUNC = 10;
const MAX_SYMBOL_NAME = 1 << 18;
/** Names of most symbols together, in bytes. */
const MAX_STRINGS = 1 << 28;

/** Symbols say whose they are by their names alone; those of C and assembler tell no crate. */
const BY_NAME: Owner = { crate: 'C', isOwn: true };

interface Entry {
  readonly target: Target;
  readonly address: number;
  readonly size: number;
  /** Position in the table of names. */
  readonly name: number;
}

/**
 * Gives the code and data of an ELF program to its symbols. Of symbols at one address the longest counts; one without a size reaches to
 * the next. Errors: {@link UnreadableProgram} where it is no ELF program or has no symbols.
 */
export function placeSymbols(source: ByteSource, placement: Placement): void {
  if (placement.image.elf === null) unreadable('its format has no symbol table that Tare reads');
  const { sections } = readElfTable(source);
  const table = sections.find(({ type, place }) => type === SHT_SYMTAB && place !== null);
  const strings = sections.find(({ index }) => index === table?.link);
  if (table?.place == null || strings?.place == null) unreadable('it has no symbol table');
  if (strings.bytes > MAX_STRINGS) unreadable('its symbol names have more than 256 MiB');
  const { offset: stringsAt } = strings.place;
  requireRange(source, stringsAt, strings.bytes, 'symbol names');
  const entries = entriesOf(source, placement, table.place.offset, table.bytes);
  const names = nameReader(source, stringsAt, strings.bytes);
  const known = new Names();
  for (const [index, { target, address, size, name }] of entries.entries()) {
    const next = entries[index + 1];
    const limit = next !== undefined && next.target === target ? next.address : target.end;
    const end = size === 0 ? limit : address + size;
    const symbol = names(name);
    if (symbol === '' || isNameless(symbol)) continue;
    target.place(address, end, placement.ledger.label(BY_NAME, known.of(symbol)));
  }
}

function entriesOf(source: ByteSource, placement: Placement, offset: number, bytes: number): Entry[] {
  const { elf, sections } = placement.image;
  const wide = elf?.wide ?? true;
  const form = wide ? SYMBOL_64 : SYMBOL_32;
  for (const section of sections) {
    if (/^(text|rodata|data)$/.test(section.group) && section.address !== null) {
      placement.target(section, section.address);
    }
  }
  const fields = readFields(source, offset, bytes, elf?.littleEndian ?? true, 'symbol table');
  const word = wide ? 'u64' : 'u32';
  const entries: Entry[] = [];
  for (let at = 0; at + form.entry <= bytes; at += form.entry) {
    const type = fields.u8(at + form.info) & 0x0f;
    if (type !== STT_FUNC && type !== STT_OBJECT && type !== STT_GNU_IFUNC) continue;
    const address = fields[word](at + form.value);
    const target = placement.holding(address);
    if (target === undefined) continue;
    entries.push({ target, address, size: fields[word](at + form.size), name: fields.u32(at) });
  }
  return entries.sort((a, b) => a.address - b.address || b.size - a.size);
}

/** Names of a table that is held as bytes: as text it would take twice the room. */
function nameReader(source: ByteSource, start: number, bytes: number): (at: number) => string {
  const table = source.read(start, bytes);
  return (at) => {
    if (at >= bytes) return '';
    const end = table.indexOf(0, at);
    const stop = Math.min(end === -1 ? bytes : end, at + MAX_SYMBOL_NAME);
    return Buffer.from(table.buffer, table.byteOffset + at, stop - at).toString('latin1');
  };
}
