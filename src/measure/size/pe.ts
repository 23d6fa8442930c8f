import { type Fields, readFields } from './fields.ts';
import type { Section, SectionKind } from './sections.ts';
import { type ByteSource, fixedName, readName, requireRange } from './source.ts';
import { quoted, unreadable } from './unreadable.ts';

const SECTION_HEADER = 40;
const SYMBOL = 18;
const CNT_CODE = 0x20;
const CNT_UNINITIALIZED_DATA = 0x80;
const MEM_EXECUTE = 0x20000000;
const MEM_WRITE = 0x80000000;

const DEBUG = /^\.(z?debug_|stab)/;
const UNWIND = new Set(['.pdata', '.xdata', '.eh_frame']);
const OTHER = new Set(['.idata', '.edata', '.didat']);

/**
 * The sections of a PE program or library, PE32 or PE32+.
 *
 * A section's bytes are the smaller of its virtual and its raw size, so that the rounding of the raw size to 512 bytes
 * does not move them; a virtual size of 0, as old linkers write, counts as the raw size. What the virtual size has
 * beyond the raw size is `bss` in a section that is writable or marked as uninitialised. A linker that puts zero-initialised data at the end of `.data` leaves no other mark of
 * where the data end, so there the two still move in steps of 512.
 * Source: the PE Format specification, "Section Table", "Debug Directory", "COFF Symbol Table".
 * Errors: {@link UnreadableProgram}.
 */
export function readPe(source: ByteSource): Section[] {
  const start = readFields(source, 0, 64, true, 'DOS header').u32(0x3c);
  const coff = readFields(source, start, 24, true, 'PE header');
  if (coff.u32(0) !== 0x4550) unreadable('PE header: the signature is missing; this is no Windows program');
  const [count, optionalSize] = [coff.u16(6), coff.u16(20)];
  const optional = readFields(source, start + 24, optionalSize, true, 'optional header');
  const table = readFields(source, start + 24 + optionalSize, count * SECTION_HEADER, true, 'section table');

  const symbols = symbolTable(source, coff.u32(12), coff.u32(16));
  const rows = Array.from({ length: count }, (_, index) => readRow(source, table, index, symbols));
  const sections = rows.flatMap((row) => sectionsOfRow(source, row));
  const isSectionOfItsOwn = symbols === undefined || rows.some((row) => isInside(symbols, row));
  if (!isSectionOfItsOwn) {
    sections.push({ name: '[symbol table]', kind: 'symbol', bytes: symbols.end - symbols.offset });
  }
  return [...sections, ...debugDirectory(source, optional, rows)];
}

/** The COFF symbols and, behind them, their strings. All are file offsets. */
interface SymbolTable {
  readonly offset: number;
  readonly strings: number;
  readonly end: number;
}

function symbolTable(source: ByteSource, offset: number, count: number): SymbolTable | undefined {
  if (offset === 0) return undefined;
  const strings = offset + count * SYMBOL;
  requireRange(source, offset, count * SYMBOL, 'symbol table');
  // The string table begins with its own length, and may be absent.
  const room = source.size - strings;
  const length = room < 4 ? 0 : readFields(source, strings, 4, true, 'string table').u32(0);
  requireRange(source, strings, length, 'string table');
  return { offset, strings, end: strings + length };
}

/** One row of the section table. */
interface Row {
  readonly name: string;
  readonly virtualSize: number;
  readonly address: number;
  readonly rawSize: number;
  readonly offset: number;
  readonly flags: number;
}

function readRow(source: ByteSource, table: Fields, index: number, symbols: SymbolTable | undefined): Row {
  const at = index * SECTION_HEADER;
  const stated = fixedName(table.bytes.subarray(at, at + 8));
  const offset = longNameOffset(stated);
  const name =
    offset === undefined || symbols === undefined
      ? stated
      : readName(source, symbols.strings + offset, symbols.end, `section ${index}`);
  return {
    name,
    virtualSize: table.u32(at + 8),
    address: table.u32(at + 12),
    rawSize: table.u32(at + 16),
    offset: table.u32(at + 20),
    flags: table.u32(at + 36),
  };
}

/** `/123`, or LLVM's `//` with six base64 digits for offsets of more than seven decimal ones. */
function longNameOffset(name: string): number | undefined {
  if (/^\/\d{1,7}$/.test(name)) return Number(name.slice(1));
  if (!/^\/\/[A-Za-z0-9+/]{6}$/.test(name)) return undefined;
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return [...name.slice(2)].reduce((value, digit) => value * 64 + digits.indexOf(digit), 0);
}

function sectionsOfRow(source: ByteSource, row: Row): Section[] {
  const inFile = row.offset === 0 ? 0 : row.rawSize;
  const inMemory = row.virtualSize || row.rawSize;
  const bytes = Math.min(inFile, inMemory);
  requireRange(source, row.offset, bytes, `section ${quoted(row.name)}`);
  const sections: Section[] = [];
  if (bytes > 0) sections.push({ name: row.name, kind: kindOf(row), bytes });
  const isZeroed = (row.flags & (MEM_WRITE | CNT_UNINITIALIZED_DATA)) !== 0;
  if (isZeroed && inMemory > inFile) sections.push({ name: row.name, kind: 'bss', bytes: inMemory - inFile });
  return sections;
}

function kindOf({ name, flags }: Row): SectionKind {
  if (DEBUG.test(name)) return 'debug';
  if (name === '.symtab') return 'symbol';
  if (UNWIND.has(name)) return 'unwind';
  if (name === '.reloc') return 'relocation';
  if (OTHER.has(name)) return 'other';
  if ((flags & (MEM_EXECUTE | CNT_CODE)) !== 0) return 'text';
  return (flags & MEM_WRITE) !== 0 ? 'data' : 'rodata';
}

function isInside(range: { readonly offset: number; readonly end: number }, row: Row): boolean {
  return row.offset !== 0 && range.offset >= row.offset && range.end <= row.offset + row.rawSize;
}

const DEBUG_ENTRY = 28;
const DEBUG_TYPE_COFF = 1;
/** Real directories have fewer than ten entries. */
const MAX_DEBUG_ENTRIES = 64;

/**
 * Debug data in no section, as old linkers append them; newer ones keep the directory's data in `.rdata`, where they are
 * counted. Entries that point outside the file are left out: stripping tools cut the data and leave the entry.
 */
function debugDirectory(source: ByteSource, optional: Fields, rows: readonly Row[]): Section[] {
  const directory = dataDirectory(optional, 6);
  const row = rows.find(
    ({ address, rawSize }) => directory.address >= address && directory.address - address < rawSize,
  );
  if (row === undefined || row.offset === 0) return [];
  const offset = row.offset + directory.address - row.address;
  const count = Math.min(MAX_DEBUG_ENTRIES, Math.floor(directory.size / DEBUG_ENTRY));
  const entries = readFields(source, offset, count * DEBUG_ENTRY, true, 'debug directory');

  const sections: Section[] = [];
  for (let at = 0; at < count * DEBUG_ENTRY; at += DEBUG_ENTRY) {
    const data = { offset: entries.u32(at + 24), end: entries.u32(at + 24) + entries.u32(at + 16) };
    // The COFF symbols, which the file header points to as well.
    if (entries.u32(at + 12) === DEBUG_TYPE_COFF || data.offset === 0) continue;
    if (data.end > source.size || rows.some((candidate) => isInside(data, candidate))) continue;
    sections.push({ name: '[debug directory]', kind: 'debug', bytes: data.end - data.offset });
  }
  return sections;
}

/** A row of the optional header's data directories; zeros where the header does not reach so far. */
function dataDirectory(optional: Fields, index: number): { address: number; size: number } {
  const { length } = optional.bytes;
  const magic = length < 2 ? 0 : optional.u16(0);
  if (magic !== 0x10b && magic !== 0x20b)
    unreadable(`optional header: kind 0x${magic.toString(16)} is unknown`);
  const first = magic === 0x10b ? 96 : 112;
  const at = first + index * 8;
  if (at + 8 > length || optional.u32(first - 4) <= index) return { address: 0, size: 0 };
  return { address: optional.u32(at), size: optional.u32(at + 4) };
}
