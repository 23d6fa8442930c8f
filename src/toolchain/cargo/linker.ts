import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import type { RustcCall } from './rustc-call.ts';

/**
 * Which linker made the program: the one that rustc was told to use (`default` when none), and, where the file says it
 * (`.comment` of an ELF file: lld and mold do), the product and its version, e.g. `default: LLD 22.1.2`.
 */
export async function linkerOf(call: RustcCall | null, program: string | null): Promise<string> {
  const told = call?.codegen.get('linker');
  const name = told === undefined ? 'default' : path.basename(told);
  const comment = program === null ? null : await elfComment(program);
  const product = comment === null ? null : linkerProduct(comment);
  return product === null ? name : `${name}: ${product}`;
}

/** The linker's name and version in the texts of a `.comment` section; GNU ld leaves none. */
export function linkerProduct(comment: string): string | null {
  const texts = comment.split('\0');
  const told = texts.find((text) => text.startsWith('Linker: '))?.slice('Linker: '.length);
  const mold = texts.find((text) => text.startsWith('mold '));
  return (told ?? mold)?.replace(/\s*\(.*$/s, '').slice(0, 100) ?? null;
}

const MAX_SECTIONS = 10_000;
const MAX_BYTES = 1 << 20;

/** The `.comment` section of an ELF file; null for every other file, and for one without. Reads only headers and that section. */
async function elfComment(file: string): Promise<string | null> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    return await commentIn(handle);
  } catch {
    return null;
  } finally {
    await handle?.close();
  }
}

async function commentIn(handle: FileHandle): Promise<string | null> {
  const header = await read(handle, 0, 64);
  if (header.readUInt32BE(0) !== 0x7f454c46) return null;
  const wide = header[4] === 2;
  const big = header[5] === 2;
  const word = (from: Buffer, at: number, bytes: number) =>
    big ? from.readUIntBE(at, bytes) : from.readUIntLE(at, bytes);
  // An offset of 64 bits: the upper 16 are beyond any file.
  const offset = (from: Buffer, narrowAt: number, wideAt: number) =>
    wide ? word(from, big ? wideAt + 2 : wideAt, 6) : word(from, narrowAt, 4);
  const entry = word(header, wide ? 58 : 46, 2);
  const count = Math.min(word(header, wide ? 60 : 48, 2), MAX_SECTIONS);
  const names = word(header, wide ? 62 : 50, 2);
  if (entry < (wide ? 64 : 40) || names >= count) return null;
  const table = await read(handle, offset(header, 32, 40), entry * count);
  const content = async (index: number) => {
    const section = table.subarray(index * entry, (index + 1) * entry);
    return read(handle, offset(section, 16, 24), Math.min(offset(section, 20, 32), MAX_BYTES));
  };
  const strings = await content(names);
  for (let index = 0; index < count; index += 1) {
    const start = word(table, index * entry, 4);
    if (strings.subarray(start, start + 9).toString('latin1') === '.comment\0') {
      return (await content(index)).toString('utf8');
    }
  }
  return null;
}

async function read(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}
