import { unreadable } from './unreadable.ts';

/**
 * What a section is for. The first six make up the loadable size.
 *
 * | kind | ELF | Mach-O | PE | WebAssembly |
 * |---|---|---|---|---|
 * | `text` | alloc + executable (`.text`, `.plt`, `.init`) | instructions (`__text`, `__stubs`, `__stub_helper`) | executable | code |
 * | `rodata` | the rest of alloc (`.rodata`) | the rest of `__TEXT` | read-only (`.rdata`, `.rsrc`) | – (inside data) |
 * | `data` | alloc + writable (`.data`, `.data.rel.ro`, `.got`, `.tdata`), init arrays, `.dynamic` | `__DATA*`, `__AUTH*` | writable (`.data`, `.tls`, `.CRT`) | data |
 * | `unwind` | `.eh_frame`, `.eh_frame_hdr`, `.gcc_except_table*`, `.ARM.exidx/extab`, `.sframe`, Go's `.gopclntab` | `__unwind_info`, `__eh_frame`, `__gcc_except_tab`, `__gopclntab` | `.pdata`, `.xdata`, `.eh_frame` | – |
 * | `relocation` | alloc rel, rela, relr | rebase and bind opcodes, chained fixups | `.reloc` | – |
 * | `other` | dynamic symbols and strings, hashes, versions, `.interp`, alloc notes, alloc `.debug_gdb_scripts` | exports trie, function starts, indirect symbols, data in code | `.idata`, `.edata`, `.didat` | every other standard section, `dylink` |
 * | `debug` | not alloc: `.debug_*`, `.zdebug_*`, `.gdb_index`, `.stab*`, `.gnu_debug*` | segment `__DWARF`, `__debug_*` | `.debug_*`, `.zdebug_*`, `.stab*`, debug directory data in no section | custom `.debug_*`, `sourceMappingURL`, `external_debug_info` |
 * | `symbol` | `.symtab`, its strings and index extension | nlist and its strings | COFF symbols and strings, Go's `.symtab` | custom `name` |
 * | `bss` | alloc NOBITS, `.tbss` too | zero-fill | writable: virtual size beyond the raw size | – (made by the program) |
 * | `none` | the rest that is not alloc (`.comment`, `.shstrtab`, kept `.rela.*`), lld's `.relro_padding` | code signature | – | every other custom section |
 *
 * Go's `.gopclntab` is `unwind`, because Go's stack unwinder reads it; Go's PE and WebAssembly programs have it inside
 * their read-only data and data. File, segment and section headers and alignment padding have no kind.
 * A code signature is not loadable size: it holds one hash per page of the whole file, debug information included.
 * Sizes are those in the file: a compressed debug section counts as compressed.
 */
export type SectionKind = (typeof LOADABLE)[number] | 'debug' | 'symbol' | 'bss' | 'none';
const LOADABLE = ['text', 'rodata', 'data', 'unwind', 'relocation', 'other'] as const;

export interface Section {
  /** As in the file, one character per byte, cut at 256; hostile text. A part that has no name in the file gets one in brackets. */
  readonly name: string;
  readonly kind: SectionKind;
  /** Bytes in the file, without alignment; for `bss` bytes in memory. */
  readonly bytes: number;
}

/** Bytes per kind; `loadable` is exactly text + rodata + data + unwind + relocation + other. */
export type ProgramSize = Readonly<Record<Exclude<SectionKind, 'none'> | 'loadable', number>>;

/** Most sections of one program. */
export const MAX_SECTIONS = 131_072;

/** Errors: {@link UnreadableProgram} above {@link MAX_SECTIONS}. */
export function requireSectionCount(count: number): void {
  if (count > MAX_SECTIONS) unreadable(`it declares ${count} sections, more than ${MAX_SECTIONS}`);
}

/**
 * Adds up the sections of a program whose file has `fileBytes` bytes.
 * Errors: {@link UnreadableProgram} where the sections hold more bytes than the file (they overlap), or `bss` is not exact.
 */
export function programSize(sections: readonly Section[], fileBytes: number): ProgramSize {
  const sum: Record<SectionKind, number> = {
    text: 0,
    rodata: 0,
    data: 0,
    unwind: 0,
    relocation: 0,
    other: 0,
    debug: 0,
    symbol: 0,
    bss: 0,
    none: 0,
  };
  for (const section of sections) sum[section.kind] += section.bytes;

  const { none, ...kinds } = sum;
  const loadable = LOADABLE.reduce((total, kind) => total + sum[kind], 0);
  const inFile = loadable + sum.debug + sum.symbol + none;
  if (inFile > fileBytes) {
    unreadable(`its sections overlap: together they have ${inFile} bytes in a file of ${fileBytes} bytes`);
  }
  if (!Number.isSafeInteger(sum.bss)) unreadable('its zero-initialised data is larger than any memory');
  return { loadable, ...kinds };
}
