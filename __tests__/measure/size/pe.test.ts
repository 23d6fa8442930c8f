import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readProgram } from '../../../src/measure/size/format.ts';
import { readProgramFile } from '../../../src/measure/size/program.ts';
import { memorySource } from '../../../src/measure/size/source.ts';
import { fixture, fixturePath, goOracle, goProgram, lines, output } from './programs.ts';

describe('agrees with debug/pe', () => {
  test.each([
    ['386', 'PE32'],
    ['amd64', 'PE32+'],
  ])('Go for %s: %s', async (architecture) => {
    const path = await goProgram('windows', architecture);
    await agreesWithGo(path);
    const { size, sections } = readProgramFile(path);
    // Names of more than eight characters are in the string table.
    expect(sections.find(({ name }) => name === '.zdebug_info')?.kind).toBe('debug');
    expect(size.relocation).toBeGreaterThan(1000);
    expect(size.symbol).toBeGreaterThan(50_000);
    expect(size.unwind > 0).toBe(architecture === 'amd64');
  });

  test.each(['pe-msvc.dll', 'pe-mingw.dll'] as const)('%s', async (name) => {
    await agreesWithGo(fixturePath(name));
  });
});

test.each(['pe-msvc.dll', 'pe-mingw.dll'] as const)('%s has the sections that its linker made', (name) => {
  const { sections } = readProgram(memorySource(fixture(name)));
  expect(sections.map((section) => `${section.name} ${section.kind} ${section.bytes}`)).toMatchSnapshot();
});

test.runIf(process.platform === 'linux')('sizes agree with GNU objdump', async () => {
  const path = await goProgram('windows', 'amd64');
  const { sections } = readProgramFile(path);
  const rows = lines(await output('objdump', ['-h', path])).flatMap((line) => {
    const match = /^\s*\d+ (\S+)\s+([0-9a-f]{8})\s/.exec(line);
    // It shows compressed debug sections with their uncompressed size.
    return match === null || line.includes(' .zdebug_')
      ? []
      : [[match[1] ?? '', Number.parseInt(match[2] ?? '', 16)]];
  });
  expect(rows.length).toBeGreaterThan(7);
  const compared = sections.filter(({ kind, name }) => kind !== 'bss' && !name.startsWith('.zdebug_'));
  expect(compared.map(({ name, bytes }) => [name, bytes])).toEqual(rows);
});

describe('a changed program', () => {
  test('the rounding of the raw size does not count', () => {
    const bytes = fixture('pe-msvc.dll');
    const text = sectionHeader(bytes, '.text');
    const before = readProgram(memorySource(bytes)).size;
    bytes.writeUInt32LE(bytes.readUInt32LE(text + 16) + 512, text + 16);
    expect(readProgram(memorySource(bytes)).size).toEqual(before);
    bytes.writeUInt32LE(bytes.readUInt32LE(text + 8) + 1, text + 8);
    expect(readProgram(memorySource(bytes)).size.text).toBe(before.text + 1);
  });

  test('a virtual size of 0 counts as the raw size', () => {
    const bytes = fixture('pe-msvc.dll');
    const text = sectionHeader(bytes, '.text');
    bytes.writeUInt32LE(0, text + 8);
    expect(readProgram(memorySource(bytes)).size.text).toBe(bytes.readUInt32LE(text + 16));
  });

  test('read-only sections whose content was taken out are no zero-initialised data', () => {
    const bytes = fixture('pe-msvc.dll');
    const before = readProgram(memorySource(bytes)).size;
    bytes.writeUInt32LE(0, sectionHeader(bytes, '.text') + 20);
    expect(readProgram(memorySource(bytes)).size).toMatchObject({ text: 0, bss: before.bss });
  });

  test('debug data in no section counts as debug information', () => {
    const bytes = fixture('pe-msvc.dll');
    const appended = Buffer.concat([bytes, Buffer.alloc(100)]);
    const entry = debugDirectory(appended);
    appended.writeUInt32LE(100, entry + 16);
    appended.writeUInt32LE(bytes.length, entry + 24);
    expect(readProgram(memorySource(bytes)).size.debug).toBe(0);
    expect(readProgram(memorySource(appended)).size.debug).toBe(100);
    appended.writeUInt32LE(101, entry + 16);
    expect(readProgram(memorySource(appended)).size.debug).toBe(0);
  });

  test('a name in base64 is looked up in the string table', () => {
    const bytes = fixture('pe-mingw.dll');
    const header = sectionHeader(bytes, '/4');
    const expected = readProgram(memorySource(bytes)).sections;
    bytes.write('//AAAAAE', header, 'latin1');
    expect(readProgram(memorySource(bytes)).sections).toEqual(expected);
  });

  test('symbols that are a section of their own count once', async () => {
    const bytes = readFileSync(await goProgram('windows', 'amd64'));
    const { sections, size } = readProgram(memorySource(bytes));
    expect(sections.filter(({ kind }) => kind === 'symbol').map(({ name }) => name)).toEqual(['.symtab']);
    bytes.writeUInt32LE(0, bytes.readUInt32LE(0x3c) + 12);
    expect(readProgram(memorySource(bytes)).size.symbol).toBe(size.symbol);
  });

  test('a DOS program is refused', () => {
    const bytes = fixture('pe-msvc.dll');
    bytes.writeUInt32LE(0, bytes.readUInt32LE(0x3c));
    expect(() => readProgram(memorySource(bytes))).toThrow(
      'PE header: the signature is missing; this is no Windows program',
    );
  });
});

/** The offset of the section table's row of that name. */
function sectionHeader(bytes: Buffer, name: string): number {
  const at = bytes.indexOf(`${name.padEnd(8, '\0')}`, bytes.readUInt32LE(0x3c), 'latin1');
  if (at === -1) throw new Error(`no section ${name}`);
  return at;
}

/** The offset of the first entry of the debug directory, which is in `.rdata`. */
function debugDirectory(bytes: Buffer): number {
  const optional = bytes.readUInt32LE(0x3c) + 24;
  const rdata = sectionHeader(bytes, '.rdata');
  return (
    bytes.readUInt32LE(optional + 112 + 48) - bytes.readUInt32LE(rdata + 12) + bytes.readUInt32LE(rdata + 20)
  );
}

async function agreesWithGo(path: string): Promise<void> {
  const { sections } = readProgramFile(path);
  const expected = await goOracle(path);
  expect(
    sections
      .filter(({ name, kind }) => kind !== 'bss' && !name.startsWith('['))
      .map(({ name, bytes }) => [name, bytes]),
  ).toEqual(expected.map(({ name, numbers: [inMemory, raw] }) => [name, Math.min(inMemory, raw)]));
  const zero = expected.reduce((sum, { numbers: [inMemory, raw] }) => sum + Math.max(0, inMemory - raw), 0);
  expect(readProgramFile(path).size.bss).toBe(zero);
}
