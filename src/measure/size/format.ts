import { readElf } from './elf.ts';
import { isMachO, readMachO, type Slice } from './macho.ts';
import { readPe } from './pe.ts';
import { type ProgramSize, programSize, type Section } from './sections.ts';
import { type ByteSource, readBytes } from './source.ts';
import { unreadable } from './unreadable.ts';
import { readWasm } from './wasm.ts';

export interface Program {
  readonly format: 'ELF' | 'Mach-O' | 'PE' | 'WebAssembly';
  /** All sections; of a fat Mach-O file those of every slice. */
  readonly sections: readonly Section[];
  /** Of {@link sections}. A fat Mach-O file's size is the sum over its slices, because it ships all of them. */
  readonly size: ProgramSize;
  /** The size per processor; only of a fat Mach-O file. */
  readonly slices?: readonly { readonly architecture: string; readonly size: ProgramSize }[];
}

/**
 * Reads the sections of a program, in whichever format it is, without reading their content.
 * Errors: {@link UnreadableProgram}, and nothing else, whatever the bytes are.
 */
export function readProgram(source: ByteSource): Program {
  if (source.size === 0) unreadable('it is empty');
  const magic = readBytes(source, 0, Math.min(8, source.size), 'first bytes');
  const starts = (text: string): boolean => Buffer.from(magic).toString('latin1').startsWith(text);

  if (starts('\x7fELF')) return program('ELF', source, readElf(source));
  if (starts('\0asm')) return program('WebAssembly', source, readWasm(source));
  if (starts('MZ')) return program('PE', source, readPe(source));
  if (magic.length >= 4 && isMachO(magic)) return machO(source, readMachO(source));
  if (starts('!<arch>\n')) unreadable('it is an archive of object files, not a program');
  if (starts('#!')) unreadable('it is a script, not an executable program');
  return unreadable('it is neither ELF, Mach-O, PE nor WebAssembly');
}

function program(format: Program['format'], source: ByteSource, sections: readonly Section[]): Program {
  return { format, sections, size: programSize(sections, source.size) };
}

function machO(source: ByteSource, slices: readonly Slice[]): Program {
  const whole = program(
    'Mach-O',
    source,
    slices.flatMap((slice) => slice.sections),
  );
  if (slices.length === 1) return whole;
  const sizes = slices.map(({ architecture, sections }) => ({
    architecture,
    size: programSize(sections, source.size),
  }));
  return { ...whole, slices: sizes };
}
