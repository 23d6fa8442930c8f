import type { SectionGroup } from '../../attribution.ts';
import { readElfTable } from '../elf.ts';
import { readProgram } from '../format.ts';
import { type ProgramSize, programSize } from '../sections.ts';
import { type ByteSource, readBytes } from '../source.ts';
import { isGroup } from './targets.ts';

/** A loadable section of a program. */
export interface ImageSection {
  readonly name: string;
  readonly group: SectionGroup;
  readonly bytes: number;
  /** null where the format's reader tells none. */
  readonly address: number | null;
  readonly offset: number | null;
  /** ELF's `sh_type`; 0 in other formats. */
  readonly type: number;
}

/** A program as far as its bytes are to be named. */
export interface Image {
  readonly size: ProgramSize;
  /** Those of {@link ProgramSize}'s `loadable`, in the file's order. */
  readonly sections: readonly ImageSection[];
  /** ELF's; null in other formats. */
  readonly elf: { readonly wide: boolean; readonly littleEndian: boolean } | null;
}

/** The loadable sections of a program. Errors: UnreadableProgram. */
export function readImage(source: ByteSource): Image {
  const isElf = source.size >= 4 && Buffer.from(readBytes(source, 0, 4, 'first bytes')).equals(ELF);
  if (!isElf) {
    const { sections, size } = readProgram(source);
    return { size, sections: sections.flatMap((section) => loadable(section, null, 0)), elf: null };
  }
  const { wide, littleEndian, sections } = readElfTable(source);
  return {
    size: programSize(sections, source.size),
    sections: sections.flatMap((section) => loadable(section, section.place, section.type)),
    elf: { wide, littleEndian },
  };
}

const ELF = Buffer.from('\x7fELF', 'latin1');

function loadable(
  { name, kind, bytes }: { readonly name: string; readonly kind: string; readonly bytes: number },
  place: { readonly address: number; readonly offset: number } | null,
  type: number,
): ImageSection[] {
  if (!isGroup(kind)) return [];
  return [{ name, group: kind, bytes, address: place?.address ?? null, offset: place?.offset ?? null, type }];
}
