import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readProgram } from '../../../src/measure/size/format.ts';
import { readProgramFile } from '../../../src/measure/size/program.ts';
import { memorySource } from '../../../src/measure/size/source.ts';
import { bigEndian32, fat } from './macho-files.ts';
import { fixture, fixturePath, goOracle, goProgram } from './programs.ts';

const ZEROFILL = new Set([1, 0xc, 0x12]);

describe('agrees with debug/macho', () => {
  test.each(['amd64', 'arm64'])('Go for %s', async (architecture) => {
    const path = await goProgram('darwin', architecture);
    await agreesWithGo(path);
    const { size, sections } = readProgramFile(path);
    expect(sections.find(({ name }) => name === '__TEXT,__gopclntab')?.kind).toBe('unwind');
    expect(size.debug).toBeGreaterThan(100_000);
    expect(size.relocation).toBeGreaterThan(0);
    // Only the arm64 program must be signed.
    expect(sections.some(({ name }) => name === '[code signature]')).toBe(architecture === 'arm64');
  });

  test.each(['macho-opcodes.dylib', 'macho-chained.dylib', 'macho-object.o'] as const)('%s', async (name) => {
    await agreesWithGo(fixturePath(name));
  });
});

test('every part has the kind that the table gives it, fixups in either form', () => {
  expect(kinds(fixture('macho-opcodes.dylib'))).toMatchInlineSnapshot(`
    [
      "__TEXT,__text text 8",
      "__TEXT,__const rodata 260",
      "__TEXT,__unwind_info unwind 4152",
      "__TEXT,__eh_frame unwind 24",
      "__DATA_CONST,__const data 8",
      "__DATA,__data data 128",
      "__DATA,__common bss 2048",
      "[rebase opcodes] relocation 8",
      "[exports trie] other 80",
      "[symbol table] symbol 96",
      "[symbol names] symbol 48",
      "[function starts] other 8",
    ]
  `);
  const chained = kinds(fixture('macho-chained.dylib'));
  expect(chained).toContain('[chained fixups] relocation 80');
  expect(chained).not.toContain('[rebase opcodes] relocation 8');
});

test('a 32-bit big-endian program', () => {
  const { size, slices } = readProgram(memorySource(bigEndian32()));
  expect(size).toMatchObject({ loadable: 24, text: 16, data: 8, symbol: 12 + 4, bss: 512 });
  expect(slices).toBeUndefined();
});

describe('a fat file', () => {
  test.each([
    ['fat', false],
    ['fat64', true],
  ])('%s: every slice, and their sum', async (_, wide) => {
    const intel = readFileSync(await goProgram('darwin', 'amd64'));
    const arm = readFileSync(await goProgram('darwin', 'arm64'));
    const { size, slices } = readProgram(memorySource(fat([intel, arm, bigEndian32()], wide)));
    const apart = [intel, arm, bigEndian32()].map((bytes) => readProgram(memorySource(bytes)).size);
    expect(slices).toEqual([
      { architecture: 'x86_64', size: apart[0] },
      { architecture: 'arm64', size: apart[1] },
      { architecture: 'ppc', size: apart[2] },
    ]);
    expect(size.loadable).toBe(apart.reduce((sum, { loadable }) => sum + loadable, 0));
    expect(size.symbol).toBe(apart.reduce((sum, { symbol }) => sum + symbol, 0));
  });

  test.each([
    ['inside a fat file', fat([fat([bigEndian32()])]), 'slice: its content is not a thin Mach-O program'],
    ['of archives', fat([Buffer.from('!<arch>\n')]), 'slice: its content is not a thin Mach-O program'],
    ['of no slices', fat([]), 'fat header: it has no slices'],
    ['with one slice twice', twice(), 'its slices overlap'],
    [
      'that is a Java class file',
      Buffer.from('cafebabe00000041', 'hex'),
      'fat header: 65 slices; this is not a program, perhaps a Java class file',
    ],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => readProgram(memorySource(bytes))).toThrow(
      expect.objectContaining({ name: 'UnreadableProgram', message }),
    );
  });
});

test('a debug symbol file repeats sections that are not in it', () => {
  const bytes = bigEndian32();
  // The file size of its first segment.
  bytes.writeUInt32BE(0, 28 + 36);
  expect(readProgram(memorySource(bytes)).size).toMatchObject({ loadable: 8, text: 0, data: 8 });
});

function twice(): Buffer {
  const bytes = fat([bigEndian32(), bigEndian32()]);
  bytes.copy(bytes, 28, 8, 28);
  return bytes.subarray(0, bytes.length - 64);
}

function kinds(bytes: Buffer): string[] {
  return readProgram(memorySource(bytes)).sections.map(
    (section) => `${section.name} ${section.kind} ${section.bytes}`,
  );
}

async function agreesWithGo(path: string): Promise<void> {
  const { sections, size } = readProgramFile(path);
  const expected = (await goOracle(path)).map(({ name, numbers: [bytes, flags] }) => ({
    name,
    bytes,
    flags,
  }));
  const named = sections.filter(({ name }) => !name.startsWith('['));
  expect(named.map(({ name, bytes }) => [name, bytes])).toEqual(
    expected.map(({ name, bytes }) => [name, bytes]),
  );

  const total = (wanted: (section: (typeof expected)[number]) => boolean): number =>
    expected.filter(wanted).reduce((sum, { bytes }) => sum + bytes, 0);
  const isZero = ({ flags }: { flags: number }): boolean => ZEROFILL.has(flags & 0xff);
  const isDebug = ({ name }: { name: string }): boolean => name.startsWith('__DWARF,');
  const linkEdit = sections
    .filter(({ name, kind }) => name.startsWith('[') && (kind === 'relocation' || kind === 'other'))
    .reduce((sum, { bytes }) => sum + bytes, 0);
  expect(size.bss).toBe(total(isZero));
  expect(size.debug).toBe(total(isDebug));
  expect(size.loadable - linkEdit).toBe(total((section) => !isZero(section) && !isDebug(section)));
}
