import type { SectionKind } from './sections.ts';

/** Section types and attributes (mach-o/loader.h). */
const S_SYMBOL_STUBS = 0x8;
const ZEROFILL_TYPES = new Set([0x1, 0xc, 0x12]);
const INSTRUCTIONS = 0x80000400;
const VM_PROT_WRITE = 2;
const VM_PROT_EXECUTE = 4;

const DEBUG = /^__(z?debug_|apple_)/;
const UNWIND = new Set([
  '__unwind_info',
  '__compact_unwind',
  '__eh_frame',
  '__gcc_except_tab',
  '__gopclntab',
]);

/**
 * What a Mach-O section is for, from its segment's and its own name, its flags and its segment's protection
 * (`vm_prot_t`). The segment named in the section counts, because an object file has one unnamed segment for all.
 */
export function machOSectionKind(
  segment: string,
  name: string,
  flags: number,
  protection: number,
): SectionKind {
  const type = flags & 0xff;
  if (segment === '__DWARF' || DEBUG.test(name)) return 'debug';
  if (ZEROFILL_TYPES.has(type)) return 'bss';
  if (UNWIND.has(name)) return 'unwind';
  if ((flags & INSTRUCTIONS) !== 0 || type === S_SYMBOL_STUBS) return 'text';
  if (segment === '__TEXT') return name === '__text' ? 'text' : 'rodata';
  if (/^__(DATA|AUTH|OBJC)/.test(segment)) return 'data';
  if ((protection & VM_PROT_WRITE) !== 0) return 'data';
  return (protection & VM_PROT_EXECUTE) !== 0 ? 'text' : 'rodata';
}
