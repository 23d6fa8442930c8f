import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Program, readProgram } from '../../../src/measure/size/format.ts';
import { type ByteSource, memorySource } from '../../../src/measure/size/source.ts';
import { UnreadableProgram } from '../../../src/measure/size/unreadable.ts';
import { bigEndian32, fat } from './macho-files.ts';
import { FIXTURE_NAMES, fixture } from './programs.ts';

const SEEDS: readonly (readonly [string, Buffer])[] = [
  ...FIXTURE_NAMES.map((name) => [name, fixture(name)] as const),
  ['elf32 without sections', withoutSections(fixture('elf-arm.so'))],
  ['macho 32-bit big-endian', bigEndian32()],
  ['fat', fat([bigEndian32(), fixture('macho-object.o')])],
  ['fat64', fat([fixture('macho-object.o'), bigEndian32()], true)],
];

describe.each(SEEDS)('%s', (_, seed) => {
  test('is readable as it is', () => {
    expect(outcome(seed)).not.toBeInstanceOf(UnreadableProgram);
  });

  test('cut off anywhere, it is refused or still adds up', () => {
    for (let length = 0; length < seed.length; length++) outcome(seed.subarray(0, length));
  });

  test('with changed bytes, it is refused or still adds up', () => {
    fc.assert(
      fc.property(fc.array(mutation(seed.length), { minLength: 1, maxLength: 8 }), (mutations) => {
        const bytes = Buffer.from(seed);
        for (const { at, value } of mutations) Buffer.from(value).copy(bytes, at);
        outcome(bytes);
      }),
      { numRuns: 1500 },
    );
  });

  test('with an extreme number at every place of its headers, it is refused or still adds up', () => {
    for (const place of headerPlaces(seed)) {
      for (const value of EXTREME) {
        const bytes = Buffer.from(seed);
        value.copy(bytes, place);
        outcome(bytes);
      }
    }
  });
});

test('random bytes behind any magic are refused or add up', () => {
  const magics = SEEDS.map(([, seed]) => seed.subarray(0, 8));
  fc.assert(
    fc.property(
      fc.constantFrom(Buffer.alloc(0), ...magics),
      fc.uint8Array({ maxLength: 600 }),
      (magic, bytes) => {
        outcome(Buffer.concat([magic, bytes]));
      },
    ),
    { numRuns: 5000 },
  );
});

describe('refused with a reason', () => {
  const elf = fixture('elf-ppc64.so');
  const table = Number(elf.readBigUInt64BE(40));
  /** The row of section 1, whose file offset is at 24 and size at 32. */
  const row = table + 64;

  test.each<[string, Buffer, RegExp]>([
    ['an empty file', Buffer.alloc(0), /^it is empty$/],
    ['a text file', Buffer.from('hello, world'), /^it is neither ELF, Mach-O, PE nor WebAssembly$/],
    ['a script', Buffer.from('#!/bin/sh\n'), /^it is a script/],
    ['an archive', Buffer.from('!<arch>\n/'), /^it is an archive of object files/],
    ['one byte', Buffer.from('M'), /^it is neither/],
    ['an ELF file of another class', patched(elf, 4, [7]), /class 7 is neither/],
    ['an ELF file of another byte order', patched(elf, 5, [0]), /byte order 0 is unknown/],
    [
      'four billion sections',
      patched(patched(elf, 60, [0, 0]), table + 32, [0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]),
      /^it declares 4294967295 sections, more than 131072$/,
    ],
    ['rows of another size', patched(elf, 58, [0, 65]), /rows of 65 bytes/],
    ['a section table beyond the end', patched(elf, 45, [1]), /^section table: 64 bytes at offset/],
    [
      'a 64-bit value above 2^53',
      patched(elf, row + 24, [0, 0x20, 0, 0, 0, 0, 0, 0]),
      /9007199254740992 is too large/,
    ],
    ['a section beyond the end', patched(elf, row + 32 + 4, [1]), /^section 1 "\.dynsym": 16777384 bytes at/],
    [
      'a name beyond its table',
      patched(elf, row, [0, 1, 0, 0]),
      /the name at offset \d+ lies outside its string table/,
    ],
    [
      'names in a section that does not exist',
      patched(elf, 62, [0, 200]),
      /section 200 of \d+ does not exist/,
    ],
    ['a name without end', withoutNameEnds(elf), /the name has no end/],
    [
      'overlapping sections',
      overlapping(elf),
      /^its sections overlap: together they have \d+ bytes in a file of 4752 bytes$/,
    ],
  ])('%s', (_, bytes, message) => {
    const result = outcome(bytes);
    expect(result).toBeInstanceOf(UnreadableProgram);
    expect(result).toMatchObject({ message: expect.stringMatching(message) });
  });
});

test('only headers and tables of a large file are read', () => {
  const seed = fixture('elf-ppc64.so');
  const size = 8 * 2 ** 40;
  let read = 0;
  const source: ByteSource = {
    size,
    read: (offset, length) => {
      read += length;
      return Buffer.concat([seed.subarray(offset, offset + length), Buffer.alloc(length)]).subarray(
        0,
        length,
      );
    },
  };
  expect(readProgram(source).size).toEqual(readProgram(memorySource(seed)).size);
  expect(read).toBeLessThan(20_000);
});

test.each([
  ['empty wasm sections', wasmSections(1_000_000)],
  ['load commands of 8 bytes', loadCommands(1_000_000, 8, 0x32)],
  ['symbol tables', loadCommands(300_000, 24, 2)],
])('a million %s end soon', (_, bytes) => {
  const source = counted(bytes);
  try {
    readProgram(source);
  } catch (error) {
    if (!(error instanceof UnreadableProgram)) throw error;
  }
  expect(source.reads).toBeLessThan(600_000);
});

const EXTREME = [
  [0, 0, 0, 0, 0, 0, 0, 0],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff],
  [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x80, 0, 0, 0],
  [0, 0, 0, 0x80],
  [1, 0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 1],
].map((bytes) => Buffer.from(bytes));

/** The result for hostile bytes. Fails where it is neither a size that adds up nor a refusal of one line. */
function outcome(bytes: Buffer): Program | UnreadableProgram {
  let program: Program;
  try {
    program = readProgram(memorySource(bytes));
  } catch (error) {
    if (!(error instanceof UnreadableProgram)) throw error;
    // Checked by hand, because expect is too slow for a hundred thousand files.
    if (!/^[ -~]{1,500}$/.test(error.message))
      throw new Error(`not one short line: ${JSON.stringify(error.message)}`);
    return error;
  }
  const { size, sections } = program;
  const { loadable, text, rodata, data, unwind, relocation, other, debug, symbol, bss } = size;
  const isConsistent =
    loadable === text + rodata + data + unwind + relocation + other &&
    loadable + debug + symbol <= bytes.length &&
    sections.every((section) => Number.isSafeInteger(section.bytes) && section.bytes >= 0) &&
    Number.isSafeInteger(bss);
  if (!isConsistent) throw new Error(`does not add up: ${JSON.stringify(size)} of ${bytes.length}`);
  return program;
}

function mutation(length: number): fc.Arbitrary<{ at: number; value: readonly number[] }> {
  // Half of them in the first bytes, where the headers are.
  const at = fc.oneof(fc.nat({ max: Math.min(1024, length - 1) }), fc.nat({ max: length - 1 }));
  const value = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes) => [...bytes]),
    fc.constantFrom(...EXTREME.map((bytes) => [...bytes])),
  );
  return fc.record({ at, value });
}

/** Every even offset of the first KB and, where the section table of an ELF file is, of the last. */
function headerPlaces(seed: Buffer): number[] {
  const places = Array.from({ length: Math.min(512, seed.length / 2) }, (_, index) => index * 2);
  return [...places, ...places.map((place) => seed.length - 1 - place)];
}

function patched(bytes: Buffer, at: number, value: readonly number[]): Buffer {
  const copy = Buffer.from(bytes);
  Buffer.from(value).copy(copy, at);
  return copy;
}

function withoutSections(bytes: Buffer): Buffer {
  const stripped = Buffer.from(bytes);
  stripped.writeUInt32LE(0, 32);
  stripped.writeUInt32LE(0, 48);
  return stripped;
}

/** Fills the string table of the section names with letters. */
function withoutNameEnds(elf: Buffer): Buffer {
  const row = Number(elf.readBigUInt64BE(40)) + elf.readUInt16BE(62) * 64;
  const start = Number(elf.readBigUInt64BE(row + 24));
  return Buffer.from(elf).fill(0x61, start, start + Number(elf.readBigUInt64BE(row + 32)));
}

/** Gives the first sections the extent of the whole file. */
function overlapping(elf: Buffer): Buffer {
  const copy = Buffer.from(elf);
  for (const index of [1, 2]) {
    const row = Number(elf.readBigUInt64BE(40)) + index * 64;
    copy.writeBigUInt64BE(0n, row + 24);
    copy.writeBigUInt64BE(BigInt(elf.length), row + 32);
  }
  return copy;
}

function wasmSections(count: number): Buffer {
  const sections = Buffer.alloc(count * 2);
  for (let index = 0; index < count; index++) sections[index * 2] = 1;
  return Buffer.concat([Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), sections]);
}

function loadCommands(count: number, size: number, command: number): Buffer {
  const bytes = Buffer.alloc(32 + count * size);
  bytes.writeUInt32LE(0xfeedfacf, 0);
  bytes.writeUInt32LE(0xffffffff, 16);
  bytes.writeUInt32LE(count * size, 20);
  for (let at = 32; at < bytes.length; at += size) {
    bytes.writeUInt32LE(command, at);
    bytes.writeUInt32LE(size, at + 4);
    if (size > 8) bytes.writeUInt32LE(1, at + 12);
  }
  return bytes;
}

function counted(bytes: Buffer): ByteSource & { reads: number } {
  const source = {
    reads: 0,
    size: bytes.length,
    read: (offset: number, length: number) => {
      source.reads++;
      return bytes.subarray(offset, offset + length);
    },
  };
  return source;
}
