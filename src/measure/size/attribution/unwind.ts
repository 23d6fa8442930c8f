import { readFields } from '../fields.ts';
import type { ByteSource } from '../source.ts';
import { UnreadableProgram } from '../unreadable.ts';
import type { Placement } from './placement.ts';

/**
 * Gives the entries of `.eh_frame` and of its table `.eh_frame_hdr` to the functions that they are for. Those of another encoding than
 * compilers and linkers use stay unattributed. Source: LSB 5.0, "Exception Frames"; DWARF's pointer encodings.
 */
export function placeUnwind(source: ByteSource, placement: Placement): void {
  try {
    placeFrames(source, placement);
    placeTable(source, placement);
  } catch (error) {
    if (!(error instanceof UnreadableProgram)) throw error;
  }
}

/** `DW_EH_PE_pcrel | DW_EH_PE_sdata4`, `DW_EH_PE_datarel | DW_EH_PE_sdata4` */
const PCREL_SDATA4 = 0x1b;
const DATAREL_SDATA4 = 0x3b;

function placeFrames(source: ByteSource, placement: Placement): void {
  const frames = fieldsOf(source, placement, '.eh_frame');
  if (frames === null) return;
  const { fields, target, start, bytes } = frames;
  const encodings = new Map<number, boolean>();
  for (let at = 0; at + 8 <= bytes; ) {
    const length = fields.u32(at);
    if (length === 0 || length === 0xffffffff || length > bytes - at - 4) return;
    const next = at + 4 + length;
    const back = fields.u32(at + 4);
    if (back === 0) encodings.set(at, isPcRelative(fields.bytes, at + 8, next));
    else if (encodings.get(at + 4 - back) === true && at + 12 <= next) {
      const code = start + at + 8 + (fields.u32(at + 8) | 0);
      const label = placement.holding(code)?.at(code);
      if (label !== undefined) target.place(start + at, start + next, label);
    }
    at = next;
  }
}

/** Whether the entries of this common one hold 32-bit distances to their code. */
function isPcRelative(bytes: Uint8Array, from: number, end: number): boolean {
  const version = bytes[from];
  const close = bytes.indexOf(0, from + 1);
  if (close === -1 || close >= end || (version !== 1 && version !== 3)) return false;
  const augmentation = Buffer.from(bytes.subarray(from + 1, close)).toString('latin1');
  if (!augmentation.startsWith('z')) return false;
  let at = close + 1;
  const skipNumber = (): void => {
    while (at < end && ((bytes[at] ?? 0) & 0x80) !== 0) at += 1;
    at += 1;
  };
  skipNumber();
  skipNumber();
  if (version === 1) at += 1;
  else skipNumber();
  skipNumber();
  for (const letter of augmentation.slice(1)) {
    if (letter === 'R') return bytes[at] === PCREL_SDATA4;
    if (letter === 'L') at += 1;
    else if (letter === 'P') at += 1 + pointerSize(bytes[at] ?? 0);
    else if (letter !== 'S' && letter !== 'B') return false;
  }
  return false;
}

function pointerSize(encoding: number): number {
  switch (encoding & 0x0f) {
    case 0x02:
    case 0x0a:
      return 2;
    case 0x03:
    case 0x0b:
      return 4;
    default:
      return 8;
  }
}

function placeTable(source: ByteSource, placement: Placement): void {
  const table = fieldsOf(source, placement, '.eh_frame_hdr');
  if (table === null || table.bytes < 12) return;
  const { fields, target, start, bytes } = table;
  // Version 1, a 32-bit pointer, a 32-bit count, and a table of 32-bit distances to its own start.
  if (fields.u8(0) !== 1 || pointerSize(fields.u8(1)) !== 4 || fields.u8(2) !== 0x03) return;
  if (fields.u8(3) !== DATAREL_SDATA4) return;
  const count = Math.min(fields.u32(8), Math.floor((bytes - 12) / 8));
  for (let index = 0; index < count; index += 1) {
    const at = 12 + index * 8;
    const code = start + (fields.u32(at) | 0);
    const label = placement.holding(code)?.at(code);
    if (label !== undefined) target.place(start + at, start + at + 8, label, 0);
  }
}

function fieldsOf(source: ByteSource, placement: Placement, name: string) {
  const { image } = placement;
  const section = image.sections.find((one) => one.name === name);
  if (image.elf === null || section === undefined) return null;
  const { offset, address, bytes } = section;
  if (offset === null || address === null || bytes === 0) return null;
  const fields = readFields(source, offset, bytes, image.elf.littleEndian, name);
  return { fields, bytes, start: address, target: placement.target(section, address) };
}
