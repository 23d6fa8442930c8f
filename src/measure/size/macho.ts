import { type Fields, readFields } from './fields.ts';
import { machOSectionKind } from './macho-kind.ts';
import { requireSectionCount, type Section, type SectionKind } from './sections.ts';
import { type ByteSource, fixedName, requireRange, sliceSource } from './source.ts';
import { quoted, unreadable } from './unreadable.ts';

/** The program for one processor; a fat file holds several. */
export interface Slice {
  /** `x86_64`, `arm64`, …, or `cpu 0x…`. */
  readonly architecture: string;
  readonly sections: readonly Section[];
}

/** First four bytes of a Mach-O file, read as a little-endian number. */
const THIN: ReadonlyMap<number, { wide: boolean; littleEndian: boolean }> = new Map([
  [0xfeedface, { wide: false, littleEndian: true }],
  [0xfeedfacf, { wide: true, littleEndian: true }],
  [0xcefaedfe, { wide: false, littleEndian: false }],
  [0xcffaedfe, { wide: true, littleEndian: false }],
]);
const FAT = 0xcafebabe;
const FAT_64 = 0xcafebabf;
/** A Java class file has the fat magic too, and its version, 45 or more, where a fat file has the number of slices. */
const MAX_SLICES = 44;

const LC_SEGMENT = 0x1;
const LC_SYMTAB = 0x2;
const LC_DYSYMTAB = 0xb;
const LC_SEGMENT_64 = 0x19;
/** LC_DYLD_INFO and LC_DYLD_INFO_ONLY. */
const DYLD_INFO = new Set([0x22, 0x80000022]);
/** Commands of the form `linkedit_data_command`; the required-by-dyld bit is taken off. */
const LINK_EDIT_DATA: ReadonlyMap<number, readonly [string, SectionKind]> = new Map([
  [0x1d, ['code signature', 'none']],
  [0x1e, ['segment split info', 'other']],
  [0x26, ['function starts', 'other']],
  [0x29, ['data in code', 'other']],
  [0x2b, ['library code signing requirements', 'other']],
  [0x2e, ['linker optimization hints', 'other']],
  [0x33, ['exports trie', 'other']],
  [0x34, ['chained fixups', 'relocation']],
  [0x36, ['atom info', 'other']],
]);

/** True where the first four bytes are a thin or fat Mach-O file's. */
export function isMachO(magic: Uint8Array): boolean {
  const view = new DataView(magic.buffer, magic.byteOffset, magic.byteLength);
  const big = view.getUint32(0);
  return THIN.has(view.getUint32(0, true)) || big === FAT || big === FAT_64;
}

/**
 * The slices of a Mach-O file, 32 or 64 bit, either byte order: one of a thin file, all of a fat one.
 * Errors: {@link UnreadableProgram}, also for a fat file inside a fat file and for archives.
 */
export function readMachO(source: ByteSource): Slice[] {
  const magic = readFields(source, 0, 8, false, 'Mach-O header');
  if (magic.u32(0) !== FAT && magic.u32(0) !== FAT_64) return [readThin(source)];

  const count = magic.u32(4);
  if (count > MAX_SLICES)
    unreadable(`fat header: ${count} slices; this is not a program, perhaps a Java class file`);
  if (count === 0) unreadable('fat header: it has no slices');
  const wide = magic.u32(0) === FAT_64;
  const stride = wide ? 32 : 20;
  const table = readFields(source, 8, count * stride, false, 'fat header');
  const slices = Array.from({ length: count }, (_, index) => {
    const at = index * stride;
    const offset = wide ? table.u64(at + 8) : table.u32(at + 8);
    return sliceSource(source, offset, wide ? table.u64(at + 16) : table.u32(at + 12), `slice ${index}`);
  });
  if (slices.reduce((total, slice) => total + slice.size, 0) > source.size) unreadable('its slices overlap');
  return slices.map(readThin);
}

/** What the readers of load commands share. */
interface Image {
  readonly source: ByteSource;
  readonly wide: boolean;
  readonly sections: Section[];
}

function readThin(source: ByteSource): Slice {
  const magic = readFields(source, 0, 4, true, 'Mach-O header').u32(0);
  const format = THIN.get(magic);
  if (format === undefined) unreadable('slice: its content is not a thin Mach-O program');
  const { wide, littleEndian } = format;
  const headerSize = wide ? 32 : 28;
  const header = readFields(source, 0, headerSize, littleEndian, 'Mach-O header');
  const [count, length] = [header.u32(16), header.u32(20)];
  const commands = readFields(source, headerSize, length, littleEndian, 'load commands');

  const image: Image = { source, wide, sections: [] };
  let at = 0;
  for (let index = 0; index < count; index++) {
    const room = length - at;
    const size = room < 8 ? 0 : commands.u32(at + 4);
    if (size < 8 || size > room) unreadable(`load command ${index} of ${count} does not fit`);
    readCommand(image, commands, at, size);
    at += size;
  }
  return { architecture: architectureOf(header.u32(4), header.u32(8)), sections: image.sections };
}

function readCommand(image: Image, commands: Fields, at: number, size: number): void {
  const command = commands.u32(at);
  const linkEdit = LINK_EDIT_DATA.get(command & 0x7fffffff);
  /** Adds `count` entries of `entry` bytes whose file offset and number are two neighbouring fields. */
  const add = (name: string, kind: SectionKind, field: number, entry = 1): void => {
    if (field + 8 > size) unreadable(`load command for the ${name} is too short`);
    const [offset, count] = [commands.u32(at + field), commands.u32(at + field + 4)];
    if (count === 0) return;
    requireRange(image.source, offset, count * entry, name);
    requireSectionCount(image.sections.length + 1);
    image.sections.push({ name: `[${name}]`, kind, bytes: count * entry });
  };

  if (command === LC_SEGMENT || command === LC_SEGMENT_64) {
    readSegment(image, commands, at, size, command === LC_SEGMENT_64);
  } else if (linkEdit !== undefined) add(...linkEdit, 8);
  else if (command === LC_SYMTAB) {
    add('symbol table', 'symbol', 8, image.wide ? 16 : 12);
    add('symbol names', 'symbol', 16);
  } else if (command === LC_DYSYMTAB) {
    add('indirect symbols', 'other', 56, 4);
    add('external relocations', 'relocation', 64, 8);
    add('local relocations', 'relocation', 72, 8);
  } else if (DYLD_INFO.has(command)) {
    for (const [index, name] of ['rebase', 'bind', 'weak bind', 'lazy bind'].entries()) {
      add(`${name} opcodes`, 'relocation', 8 + index * 8);
    }
    add('exports trie', 'other', 40);
  }
}

/** Where the fields of `segment_command` and `section`, or of their 64-bit forms, are (mach-o/loader.h). */
const SEGMENT_32 = { size: 56, filesize: 36, initprot: 44, nsects: 48, word: 'u32' } as const;
const SEGMENT_64 = { size: 72, filesize: 48, initprot: 60, nsects: 64, word: 'u64' } as const;
const SECTION_32 = { size: 68, bytes: 36, offset: 40, flags: 56 } as const;
const SECTION_64 = { size: 80, bytes: 40, offset: 48, flags: 64 } as const;

function readSegment(image: Image, commands: Fields, at: number, size: number, wide: boolean): void {
  const segment = wide ? SEGMENT_64 : SEGMENT_32;
  const section = wide ? SECTION_64 : SECTION_32;
  if (size < segment.size) unreadable('a segment command is too short');
  const count = commands.u32(at + segment.nsects);
  if (count > (size - segment.size) / section.size) {
    unreadable(`a segment of ${count} sections does not fit its load command`);
  }
  requireSectionCount(image.sections.length + count);
  const isInFile = commands[segment.word](at + segment.filesize) > 0;
  const protection = commands.u32(at + segment.initprot);

  for (let index = 0; index < count; index++) {
    const row = at + segment.size + index * section.size;
    const name = fixedName(commands.bytes.subarray(row, row + 16));
    const segmentName = fixedName(commands.bytes.subarray(row + 16, row + 32));
    const bytes = commands[segment.word](row + section.bytes);
    const kind = machOSectionKind(segmentName, name, commands.u32(row + section.flags), protection);
    if (kind !== 'bss') {
      // A debug symbol file repeats the program's sections without their content.
      if (!isInFile) continue;
      requireRange(image.source, commands.u32(row + section.offset), bytes, `section ${quoted(name)}`);
    }
    image.sections.push({ name: `${segmentName},${name}`, kind, bytes });
  }
}

function architectureOf(type: number, subtype: number): string {
  const names: Readonly<Record<number, string>> = {
    7: 'i386',
    12: 'arm',
    18: 'ppc',
    16777223: 'x86_64',
    16777228: (subtype & 0xff) === 2 ? 'arm64e' : 'arm64',
    16777234: 'ppc64',
    33554444: 'arm64_32',
  };
  return names[type] ?? `cpu 0x${type.toString(16)}`;
}
