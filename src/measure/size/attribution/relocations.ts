import { type Fields, readFields } from '../fields.ts';
import type { ByteSource } from '../source.ts';
import { UnreadableProgram } from '../unreadable.ts';
import type { ImageSection } from './image.ts';
import type { Placement } from './placement.ts';

const RELA = 4;
const REL = 9;
const RELR = 19;

/**
 * Gives the relocations of an ELF program to whoever owns the place that each one fills in. Android's packed ones stay unattributed.
 * Source: System V gABI, "Relocation".
 */
export function placeRelocations(source: ByteSource, placement: Placement): void {
  const { elf, sections } = placement.image;
  if (elf === null) return;
  for (const section of sections) {
    if (section.group !== 'relocation' || section.offset === null || section.bytes === 0) continue;
    try {
      const fields = readFields(source, section.offset, section.bytes, elf.littleEndian, section.name);
      placeSection(fields, section, elf.wide, placement);
    } catch (error) {
      if (!(error instanceof UnreadableProgram)) throw error;
    }
  }
}

function placeSection(fields: Fields, section: ImageSection, wide: boolean, placement: Placement): void {
  const word = wide ? 8 : 4;
  const start = section.address ?? 0;
  const target = placement.target(section, start);
  const read = (at: number): number => (wide ? fields.u64(at) : fields.u32(at));
  const give = (at: number, size: number, address: number): void => {
    const label = placement.holding(address)?.at(address);
    if (label !== undefined) target.place(start + at, start + at + size, label, 0);
  };
  if (section.type === RELA || section.type === REL) {
    const size = section.type === RELA ? 3 * word : 2 * word;
    for (let at = 0; at + size <= section.bytes; at += size) give(at, size, read(at));
  } else if (section.type === RELR) {
    // An even word is an address; an odd one a bit map of the words behind the last address.
    let base = 0;
    for (let at = 0; at + word <= section.bytes; at += word) {
      if (((wide ? fields.low32(at) : fields.u32(at)) & 1) === 0) {
        base = read(at);
        give(at, word, base);
        base += word;
      } else {
        give(at, word, base);
        base += (word * 8 - 1) * word;
      }
    }
  }
}
