import { type Fields, readFields } from './fields.ts';
import { requireSectionCount, type Section, type SectionKind } from './sections.ts';
import { type ByteSource, readName, requireRange } from './source.ts';
import { quoted, unreadable } from './unreadable.ts';

/** Where the fields of one ELF class are (System V gABI, "ELF Header", "Sections", "Program Header"). */
interface Layout {
  readonly headerSize: number;
  readonly word: 'u32' | 'u64';
  readonly flags: 'u32' | 'low32';
  readonly header: Readonly<Record<'phoff' | 'shoff' | 'phentsize', number>>;
  readonly section: Readonly<
    Record<'entry' | 'flags' | 'address' | 'offset' | 'size' | 'link' | 'info', number>
  >;
  readonly segment: Readonly<Record<'entry' | 'flags' | 'offset' | 'filesz' | 'memsz', number>>;
}

const ELF32: Layout = {
  headerSize: 52,
  word: 'u32',
  flags: 'u32',
  header: { phoff: 28, shoff: 32, phentsize: 42 },
  section: { entry: 40, flags: 8, address: 12, offset: 16, size: 20, link: 24, info: 28 },
  segment: { entry: 32, flags: 24, offset: 4, filesz: 16, memsz: 20 },
};
const ELF64: Layout = {
  headerSize: 64,
  word: 'u64',
  flags: 'low32',
  header: { phoff: 32, shoff: 40, phentsize: 54 },
  section: { entry: 64, flags: 8, address: 16, offset: 24, size: 32, link: 40, info: 44 },
  segment: { entry: 56, flags: 4, offset: 8, filesz: 32, memsz: 40 },
};

const SHT_NULL = 0;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const SHT_SYMTAB_SHNDX = 18;
/** Dynamic, and the arrays of constructors and destructors. */
const DATA_TYPES = new Set([6, 14, 15, 16]);
/** RELA, REL, RELR and Android's three. */
const RELOCATION_TYPES = new Set([4, 9, 19, 0x60000001, 0x60000002, 0x6fffff00]);
/** Strings, HASH, NOTE, DYNSYM, GNU_HASH and the three of GNU symbol versions. */
const OTHER_TYPES = new Set([3, 5, 7, 11, 0x6ffffff6, 0x6ffffffd, 0x6ffffffe, 0x6fffffff]);
const SHF_WRITE = 1;
const SHF_ALLOC = 2;
const SHF_EXECINSTR = 4;
const SHN_XINDEX = 0xffff;
const PN_XNUM = 0xffff;
const PT_LOAD = 1;
const PF_X = 1;
const PF_W = 2;

const UNWIND =
  /^\.(eh_frame|eh_frame_hdr|gcc_except_table(\..*)?|ARM\.ex(idx|tab)(\..*)?|sframe|(data\.rel\.ro)?\.?gopclntab)$/;
/** Rust programs with debug information carry the name of a gdb script in memory. */
const OTHER = /^\.(interp|note|debug_gdb_scripts)(\.|$)/;
const DEBUG = /^\.(z?debug_|gdb_index|stab|gnu_debug|line$)/;

/**
 * The sections of an ELF file, 32 or 64 bit, either byte order. A file without section headers is reported by its
 * loadable segments: executable ones as `text`, writable ones as `data`, others as `rodata`, each byte of the file once.
 * Errors: {@link UnreadableProgram}.
 */
export function readElf(source: ByteSource): Section[] {
  const { sections } = readElfTable(source);
  return sections.map(({ name, kind, bytes }) => ({ name, kind, bytes }));
}

/** A section and where it is. One that was read from a segment has no place, since parts of it may be counted elsewhere. */
export interface PlacedSection extends Section {
  /** In memory, and in the file; null for a segment. */
  readonly place: { readonly address: number; readonly offset: number } | null;
  /** `sh_type`; 0 for a segment. */
  readonly type: number;
  /** Index into the section table of the one that it refers to: of a symbol table, its strings. */
  readonly link: number;
  /** Its own index. */
  readonly index: number;
}

export interface ElfTable {
  readonly wide: boolean;
  readonly littleEndian: boolean;
  readonly sections: readonly PlacedSection[];
}

/** As {@link readElf}, with the place of each section. */
export function readElfTable(source: ByteSource): ElfTable {
  const ident = readFields(source, 0, 16, true, 'ELF header');
  const [fileClass, order] = [ident.u8(4), ident.u8(5)];
  if (fileClass !== 1 && fileClass !== 2)
    unreadable(`ELF header: class ${fileClass} is neither 32 nor 64 bit`);
  if (order !== 1 && order !== 2) unreadable(`ELF header: byte order ${order} is unknown`);
  const layout = fileClass === 1 ? ELF32 : ELF64;
  const read: Read = (offset, length, what) => readFields(source, offset, length, order === 1, what);
  return { wide: fileClass === 2, littleEndian: order === 1, sections: readSections(source, read, layout) };
}

function readSections(source: ByteSource, read: Read, layout: Layout): PlacedSection[] {
  const header = read(0, layout.headerSize, 'ELF header');
  const table = header[layout.word](layout.header.shoff);
  // Section 0 holds the numbers that are too large for the header's 16 bits (gABI, "extended section numbering").
  const first = table === 0 ? undefined : readRows(read, layout, table, 1)[0];
  const count = header.u16(layout.header.phentsize + 6) || (first?.size ?? 0);
  if (first === undefined || count === 0) {
    const segments = header.u16(layout.header.phentsize + 2);
    return readSegments(source, read, layout, header, segments === PN_XNUM ? (first?.info ?? 0) : segments);
  }

  requireSectionCount(count);
  const stride = header.u16(layout.header.phentsize + 4);
  if (stride !== layout.section.entry) unreadable(`section table: rows of ${stride} bytes are not ELF's`);
  const names = header.u16(layout.header.phentsize + 8);
  return sectionsOf(source, readRows(read, layout, table, count), names === SHN_XINDEX ? first.link : names);
}

type Read = (offset: number, length: number, what: string) => Fields;

/** One row of the section table. */
interface Row {
  readonly nameOffset: number;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  readonly info: number;
}

function readRows(read: Read, layout: Layout, table: number, count: number): Row[] {
  const { entry, flags, address, offset, size, link, info } = layout.section;
  const fields = read(table, count * entry, 'section table');
  return Array.from({ length: count }, (_, index) => {
    const at = index * entry;
    return {
      nameOffset: fields.u32(at),
      type: fields.u32(at + 4),
      flags: fields[layout.flags](at + flags),
      address: addressOf(fields, layout, at + address),
      offset: fields[layout.word](at + offset),
      size: fields[layout.word](at + size),
      link: fields.u32(at + link),
      info: fields.u32(at + info),
    };
  });
}

/** Kernel programs lie in the last gigabytes of 64-bit memory; such an address has no exact number, and nothing needs it. */
function addressOf(fields: Fields, layout: Layout, at: number): number {
  if (layout.word === 'u32') return fields.u32(at);
  const [first, second] = [fields.u32(at), fields.u32(at + 4)];
  const low = fields.low32(at);
  return (low === first ? second : first) * 2 ** 32 + low;
}

function sectionsOf(source: ByteSource, rows: readonly Row[], namesIndex: number): PlacedSection[] {
  const names = namesIndex === 0 ? undefined : rows[namesIndex];
  if (namesIndex !== 0 && names === undefined) {
    unreadable(`section names: section ${namesIndex} of ${rows.length} does not exist`);
  }
  if (names !== undefined) requireRange(source, names.offset, names.size, 'section names');
  const symbolStrings = new Set(rows.filter((row) => row.type === SHT_SYMTAB).map((row) => row.link));

  const sections: PlacedSection[] = [];
  for (const [index, row] of rows.entries()) {
    if (index === 0 || row.type === SHT_NULL) continue;
    const name =
      names === undefined
        ? ''
        : readName(source, names.offset + row.nameOffset, names.offset + names.size, `section ${index}`);
    const kind = kindOf(name, row, symbolStrings.has(index));
    if (row.type !== SHT_NOBITS) {
      requireRange(source, row.offset, row.size, `section ${index} ${quoted(name)}`);
    } else if (kind !== 'bss') continue;
    const { address, offset, type, link } = row;
    sections.push({ name, kind, bytes: row.size, place: { address, offset }, type, link, index });
  }
  return sections;
}

function kindOf(name: string, row: Row, isSymbolStrings: boolean): SectionKind {
  if ((row.flags & SHF_ALLOC) === 0) {
    if (row.type === SHT_SYMTAB || row.type === SHT_SYMTAB_SHNDX || isSymbolStrings) return 'symbol';
    return DEBUG.test(name) ? 'debug' : 'none';
  }
  // lld fills the last page of the read-only part; the program has no such data.
  if (row.type === SHT_NOBITS) return name === '.relro_padding' ? 'none' : 'bss';
  if (RELOCATION_TYPES.has(row.type)) return 'relocation';
  if (UNWIND.test(name)) return 'unwind';
  if (DATA_TYPES.has(row.type)) return 'data';
  if (OTHER_TYPES.has(row.type) || OTHER.test(name)) return 'other';
  if ((row.flags & SHF_EXECINSTR) !== 0) return 'text';
  return (row.flags & SHF_WRITE) !== 0 ? 'data' : 'rodata';
}

function readSegments(
  source: ByteSource,
  read: Read,
  layout: Layout,
  header: Fields,
  count: number,
): PlacedSection[] {
  if (count === 0) unreadable('it has neither sections nor segments');
  requireSectionCount(count);
  const { entry, flags, offset, filesz, memsz } = layout.segment;
  const stride = header.u16(layout.header.phentsize);
  if (stride !== entry) unreadable(`segment table: rows of ${stride} bytes are not ELF's`);
  const fields = read(header[layout.word](layout.header.phoff), count * entry, 'segment table');

  const loads = Array.from({ length: count }, (_, index) => index * entry)
    .filter((at) => fields.u32(at) === PT_LOAD)
    .map((at) => ({
      flags: fields.u32(at + flags),
      offset: fields[layout.word](at + offset),
      inFile: fields[layout.word](at + filesz),
      inMemory: fields[layout.word](at + memsz),
    }))
    .sort((a, b) => a.offset - b.offset);
  const sections: PlacedSection[] = [];
  let counted = 0;
  for (const [index, load] of loads.entries()) {
    requireRange(source, load.offset, load.inFile, `segment ${index}`);
    const kind = (load.flags & PF_X) !== 0 ? 'text' : (load.flags & PF_W) !== 0 ? 'data' : 'rodata';
    // Packers map the same bytes twice.
    const end = load.offset + load.inFile;
    const bytes = Math.max(0, end - Math.max(load.offset, counted));
    counted = Math.max(counted, end);
    const segment = { name: `[segment ${index}]`, place: null, type: 0, link: 0, index };
    sections.push({ ...segment, kind, bytes });
    const zero = Math.max(0, load.inMemory - load.inFile);
    if (zero > 0) sections.push({ ...segment, kind: 'bss', bytes: zero });
  }
  return sections;
}
