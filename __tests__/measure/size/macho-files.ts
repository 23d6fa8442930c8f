/** A Mach-O program for 32-bit PowerPC: 16 bytes of code, 8 of data, 512 of zeros, one symbol. No tool here makes one. */
export function bigEndian32(): Buffer {
  const commands = Buffer.concat([
    segment('__TEXT', [section('__text', '__TEXT', 16, 512, 0x80000400)], 5),
    segment('__DATA', [section('__data', '__DATA', 8, 528, 0), section('__bss', '__DATA', 512, 0, 1)], 3),
    words(0x2, 24, 536, 1, 548, 4),
  ]);
  const header = words(0xfeedface, 18, 0, 2, 3, commands.length, 0);
  const file = Buffer.alloc(552);
  Buffer.concat([header, commands]).copy(file);
  return file;
}

/** Several thin files in one, with a 32- or 64-bit table. The processor types in the table, which nobody reads, stay 0. */
export function fat(slices: readonly Buffer[], wide = false): Buffer {
  const stride = wide ? 32 : 20;
  const header = Buffer.concat([
    words(wide ? 0xcafebabf : 0xcafebabe, slices.length),
    Buffer.alloc(slices.length * stride),
  ]);
  const parts: Buffer[] = [header];
  let offset = header.length;
  for (const [index, slice] of slices.entries()) {
    const at = 8 + index * stride;
    if (wide) {
      header.writeBigUInt64BE(BigInt(offset), at + 8);
      header.writeBigUInt64BE(BigInt(slice.length), at + 16);
    } else {
      header.writeUInt32BE(offset, at + 8);
      header.writeUInt32BE(slice.length, at + 12);
    }
    parts.push(slice);
    offset += slice.length;
  }
  return Buffer.concat(parts);
}

function segment(name: string, sections: readonly Buffer[], protection: number): Buffer {
  const size = 56 + sections.length * 68;
  const content = [words(0x1, size), text(name), words(0, 4096, 0, 600, 7, protection, sections.length, 0)];
  return Buffer.concat([...content, ...sections]);
}

function section(name: string, segmentName: string, size: number, offset: number, flags: number): Buffer {
  return Buffer.concat([text(name), text(segmentName), words(0, size, offset, 0, 0, 0, flags, 0, 0)]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

function text(name: string): Buffer {
  return Buffer.from(name.padEnd(16, '\0'), 'latin1');
}
