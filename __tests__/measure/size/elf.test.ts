import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readProgram } from '../../../src/measure/size/format.ts';
import { readProgramFile } from '../../../src/measure/size/program.ts';
import { memorySource } from '../../../src/measure/size/source.ts';
import {
  cacheDirectory,
  fixture,
  fixturePath,
  goOracle,
  goProgram,
  lines,
  output,
  rustProgram,
} from './programs.ts';

const SHF_ALLOC = 2;
const SHT_NOBITS = 8;
/** The relative page padding that lld adds is no data of the program. */
const PADDING = '.relro_padding';

describe('Go programs of every class and byte order agree with debug/elf', () => {
  test.each([
    ['386', '32 bit, little-endian'],
    ['mips', '32 bit, big-endian'],
    ['amd64', '64 bit, little-endian'],
    ['s390x', '64 bit, big-endian'],
  ])('%s: %s', async (architecture) => {
    const path = await goProgram('linux', architecture);
    await agreesWithGo(path);
    const { size, sections } = readProgramFile(path);
    expect(sections.find(({ name }) => name === '.gopclntab')?.kind).toBe('unwind');
    expect(size.text).toBeGreaterThan(100_000);
    expect(size.debug).toBeGreaterThan(100_000);
    expect(size.relocation).toBe(0);
  });
});

test.each(['elf-arm.so', 'elf-ppc64.so'] as const)('%s of lld agrees with debug/elf', async (name) => {
  await agreesWithGo(fixturePath(name));
});

test('every section has the kind that the table gives it', () => {
  const { sections } = readProgram(memorySource(fixture('elf-arm.so')));
  expect(sections.map(({ name, kind, bytes }) => `${name} ${kind} ${bytes}`)).toMatchInlineSnapshot(`
    [
      ".dynsym other 128",
      ".gnu.hash other 60",
      ".hash other 72",
      ".dynstr other 60",
      ".rel.dyn relocation 8",
      ".ARM.exidx unwind 16",
      ".rodata rodata 260",
      ".text text 4",
      ".data.rel.ro data 4",
      ".dynamic data 80",
      ".data data 128",
      ".bss bss 2048",
      ".debug_abbrev debug 145",
      ".debug_info debug 237",
      ".debug_aranges debug 72",
      ".debug_str debug 173",
      ".comment none 139",
      ".ARM.attributes none 58",
      ".debug_frame debug 36",
      ".debug_line debug 59",
      ".symtab symbol 176",
      ".shstrtab none 243",
      ".strtab symbol 100",
    ]
  `);
});

describe.runIf(process.platform === 'linux')('programs of this machine agree with GNU binutils', () => {
  test.each([
    ['default', []],
    ['stripped', ['-C', 'strip=symbols']],
    ['debug', ['-C', 'debuginfo=2']],
    ['compressed', ['-C', 'debuginfo=2', '-C', 'link-arg=-Wl,--compress-debug-sections=zlib']],
    ['emit-relocs', ['-C', 'link-arg=-Wl,--emit-relocs']],
    ['static', ['-C', 'target-feature=+crt-static', '-C', 'relocation-model=static']],
    ['packed-relocations', ['-C', 'link-arg=-Wl,-z,pack-relative-relocs']],
    ['cdylib', ['--crate-type', 'cdylib']],
    ['object', ['--emit', 'obj']],
  ])('%s', async (name, flags) => {
    const path = await rustProgram(name, ['-O', ...flags]);
    const { sections, size } = readProgramFile(path);

    const expected = lines(await output('readelf', ['-SW', path])).flatMap(parseReadelf);
    expect(expected.length).toBeGreaterThan(10);
    const inFile = expected.filter(({ type }) => type !== 'NOBITS' && type !== 'NULL');
    expect(
      sections.filter(({ kind }) => kind !== 'bss').map((section) => [section.name, section.bytes]),
    ).toEqual(inFile.map((section) => [section.name, section.bytes]));
    expect(size.loadable).toBe(total(inFile.filter(({ flags }) => flags.includes('A'))));
    expect(size.debug).toBe(
      total(inFile.filter(({ name, flags }) => /^\.z?debug_/.test(name) && !flags.includes('A'))),
    );
    expect(size.symbol).toBe(total(inFile.filter(({ name }) => /^\.(symtab|strtab)$/.test(name))));

    // Berkeley format: text and data are what is allocated and in the file, bss what is allocated and not.
    const [text, data, bss] = (lines(await output('size', [path]))[1] ?? '').trim().split(/\s+/).map(Number);
    expect(size.loadable).toBe((text ?? 0) + (data ?? 0));
    expect(size.bss).toBe((bss ?? 0) - total(expected.filter((section) => section.name === PADDING)));
  });

  test('the sections of a Rust program have the kinds that the table gives them', async () => {
    const { sections } = readProgramFile(await rustProgram('default', ['-O']));
    const kinds = Object.fromEntries(sections.map(({ name, kind }) => [name, kind]));
    expect(kinds).toMatchObject({
      '.interp': 'other',
      '.dynsym': 'other',
      '.gnu.version_r': 'other',
      '.rela.dyn': 'relocation',
      '.text': 'text',
      '.init': 'text',
      '.rodata': 'rodata',
      '.eh_frame': 'unwind',
      '.eh_frame_hdr': 'unwind',
      '.gcc_except_table': 'unwind',
      '.init_array': 'data',
      '.data.rel.ro': 'data',
      '.got': 'data',
      '.dynamic': 'data',
      '.tbss': 'bss',
      '.bss': 'bss',
      '.symtab': 'symbol',
      '.comment': 'none',
    });
  });

  test('more sections than the header can count', async () => {
    const directory = cacheDirectory('many sections');
    const source = join(directory, 'many.s');
    const names = Array.from({ length: 70_000 }, (_, index) => `.section .text.f${index},"ax"\nnop`);
    writeFileSync(source, `${names.join('\n')}\n`);
    await output('as', ['-o', join(directory, 'many.o'), source]);
    const { sections, size } = readProgramFile(join(directory, 'many.o'));
    expect(sections.length).toBeGreaterThan(70_000);
    expect(size.text).toBe(70_000);
  });
});

describe('without section headers', () => {
  let bytes: Buffer;
  beforeAll(async () => {
    bytes = readFileSync(await goProgram('linux', 'amd64'));
  });

  test('the loadable segments are reported', () => {
    const whole = readProgram(memorySource(bytes));
    const { sections, size } = readProgram(memorySource(withoutSections(bytes)));
    expect(sections.length).toBeGreaterThan(2);
    expect(size.debug + size.symbol).toBe(0);
    // Segments hold the sections, the headers and the padding between sections.
    expect(size.loadable).toBeGreaterThan(whole.size.loadable);
    expect(size.loadable).toBeLessThan(whole.size.loadable + 3 * 4096);
    expect(size.bss).toBeGreaterThanOrEqual(whole.size.bss);
    expect(size.bss).toBeLessThan(whole.size.bss + 4096);
  });

  test('a segment count of more than 16 bits is in section 0', () => {
    const expected = readProgram(memorySource(withoutSections(bytes))).size;
    const extended = Buffer.from(bytes);
    const table = Number(extended.readBigUInt64LE(40));
    extended.writeUInt32LE(extended.readUInt16LE(56), table + 44);
    extended.writeUInt16LE(0xffff, 56);
    extended.writeUInt16LE(0, 60);
    expect(readProgram(memorySource(extended)).size).toEqual(expected);
  });

  test('two segments with the same bytes count once', () => {
    const twice = withoutSections(bytes);
    const segments = Number(twice.readBigUInt64LE(32));
    const loads = Array.from({ length: twice.readUInt16LE(56) }, (_, index) => segments + index * 56).filter(
      (at) => twice.readUInt32LE(at) === 1,
    );
    const [first = 0, second = 0] = loads;
    const before = readProgram(memorySource(twice)).size.loadable;
    const dropped = Number(twice.readBigUInt64LE(second + 32));
    twice.copy(twice, second, first, first + 56);
    expect(readProgram(memorySource(twice)).size.loadable).toBe(before - dropped);
  });
});

function withoutSections(bytes: Buffer): Buffer {
  const stripped = Buffer.from(bytes);
  stripped.writeBigUInt64LE(0n, 40);
  stripped.writeUInt32LE(0, 60);
  return stripped;
}

async function agreesWithGo(path: string): Promise<void> {
  const { sections, size } = readProgramFile(path);
  const expected = (await goOracle(path))
    .slice(1)
    .map(({ name, numbers: [bytes, flags, type] }) => ({ name, bytes, flags, type }));
  const inFile = expected.filter(({ type }) => type !== SHT_NOBITS);
  expect(
    sections.filter(({ kind }) => kind !== 'bss').map((section) => [section.name, section.bytes]),
  ).toEqual(inFile.map(({ name, bytes }) => [name, bytes]));
  const isAlloc = ({ flags }: { flags: number }): boolean => (flags & SHF_ALLOC) !== 0;
  expect(size.loadable).toBe(total(inFile.filter(isAlloc)));
  const zero = expected.filter((section) => section.type === SHT_NOBITS && section.name !== PADDING);
  expect(size.bss).toBe(total(zero.filter(isAlloc)));
}

interface ReadelfSection {
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly flags: string;
}

/** `  [ 1] .interp  PROGBITS  0000000000000318 000318 00001c 00   A  0   0  1`, where name and flags may be blank. */
function parseReadelf(line: string): ReadelfSection[] {
  const match =
    /^\s*\[\s*\d+\] (\S*)\s+(\S+)\s+[0-9a-f]{8,16} [0-9a-f]{6,} ([0-9a-f]{6,}) [0-9a-f]{2,}\s+([A-Za-z]*)\s+\d+\s+\d+\s+\d+$/.exec(
      line,
    );
  if (match === null) return [];
  const [, name = '', type = '', bytes = '', flags = ''] = match;
  return [{ name, type, bytes: Number.parseInt(bytes, 16), flags }];
}

function total(sections: readonly { readonly bytes: number }[]): number {
  return sections.reduce((sum, { bytes }) => sum + bytes, 0);
}
