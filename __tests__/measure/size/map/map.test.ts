import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { MAX_MAP_BYTES, readMap } from '../../../../src/measure/size/map/map.ts';
import { type MapPiece, UnreadableMap } from '../../../../src/measure/size/map/sink.ts';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}.map`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tare-map-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Placed {
  readonly section: string;
  readonly piece: MapPiece;
}

function read(path: string): {
  readonly dialect: string;
  readonly sections: string[];
  readonly pieces: Placed[];
} {
  const sections: string[] = [];
  const pieces: Placed[] = [];
  const dialect = readMap(path, {
    section: (name) => void sections.push(name),
    piece: (piece) => void pieces.push({ section: sections.at(-1) ?? '', piece }),
  });
  return { dialect, sections, pieces };
}

function readText(text: string): ReturnType<typeof read> {
  const path = join(folder, 'text.map');
  writeFileSync(path, text);
  return read(path);
}

/** The code of a map: size, file without its folder, symbols. */
function code(name: string): [number, string, string[]][] {
  return read(fixture(name))
    .pieces.filter(({ section, piece }) => section === '.text' && piece.size > 0)
    .map(({ piece }) => [
      piece.size,
      piece.file.replace(/^.*\//, '').replace(/^(bfd|lld|mold)-/, 'app-'),
      piece.symbols.map((symbol) => symbol.name),
    ]);
}

const APP = 'app-fedcba9876543210.app.3c8c1d409f5a1b7b-cgu.0.rcgu.o';
const DEP = 'libdep-0123456789abcdef.rlib(dep-0123456789abcdef.dep.3dae8a5438d4612c-cgu.0.rcgu.o)';
const STONE = (type: string) =>
  `_RNvXCs5ikvstjai0y_3depINtB2_5Stone${type}ENtB2_5Weigh5weighCs5ci6kPcWsit_3app`;
const RUST = [
  [22, APP, [STONE('h')]],
  [22, APP, [STONE('t')]],
  [86, APP, ['_start']],
];

describe('a map of', () => {
  test.each([
    ['lld', 'lld', ['inner', 'helper'], ['_RNvCs5ikvstjai0y_3dep3sum']],
    ['mold', 'mold', ['inner', 'helper'], ['_RNvCs5ikvstjai0y_3dep3sum']],
    // GNU ld lists global symbols alone.
    ['bfd', 'GNU ld', ['helper'], ['_RNvCs5ikvstjai0y_3dep3sum']],
  ])('%s names every piece of code, with its symbols', (name, dialect, helpers, sum) => {
    expect(read(fixture(name)).dialect).toBe(dialect);
    const pieces = code(name).toSorted(([, a], [, b]) => (a < b ? -1 : 1));
    const rust = pieces
      .filter(([, file]) => file === APP)
      .map(([size, file, symbols]) => [size, file, symbols.slice(0, 1)]);
    expect(rust.map(([size, file]) => [size, file])).toEqual(RUST.map(([size, file]) => [size, file]));
    expect(pieces).toContainEqual([32, 'libhelper.a(helper.o)', helpers]);
    expect(pieces).toContainEqual([86, DEP, sum]);
  });

  test('ld64 names every symbol, without the dead ones', () => {
    const { dialect, pieces } = read(fixture('ld64'));
    expect(dialect).toBe('ld64');
    expect(pieces.map(({ section, piece }) => [section, piece.size, piece.symbols[0]?.name])).toEqual([
      ['__TEXT,__text', 32, '_RNvCs5ci6kPcWsit_3app4main'],
      ['__TEXT,__text', 48, '_RNvCs5ikvstjai0y_3dep3sum'],
      ['__TEXT,__text', 12, 'helper'],
      ['__TEXT,__const', 32, '_RNvCs5ikvstjai0y_3dep5WORDS'],
      ['__DATA,__data', 16, 'table'],
    ]);
  });

  test('MSVC gives each symbol the bytes up to the next, static ones included', () => {
    const { dialect, pieces } = read(fixture('msvc'));
    expect(dialect).toBe('MSVC');
    expect(
      pieces.map(({ section, piece }) => [section, piece.size, piece.symbols[0]?.name, piece.file]),
    ).toEqual([
      ['.text', 0x30, '_RNvCs5ci6kPcWsit_3app4main', APP],
      ['.text', 0x20, 'helper', 'helper(helper.obj)'],
      ['.text', 0x20, 'inner', 'helper(helper.obj)'],
      ['.rdata', 0x20, '_RNvCs5ikvstjai0y_3dep5WORDS', DEP],
    ]);
  });

  test('GNU ld with lines of its script, padding and sizes before relaxing', () => {
    const { sections, pieces } = readText(`Memory Configuration

Linker script and memory map

LOAD a.o
                0x0000000000000010                . = 0x10
.text           0x0000000000000010       0x30
 *(.text.unlikely .text.*_unlikely)
 .text          0x0000000000000010       0x10 /with space/a.o
                0x0000000000000010                first
                0x0000000000000018                PROVIDE (second = .)
                                         0x14 (size before relaxing)
 *fill*         0x0000000000000020        0x8
 .text.a_name_that_is_too_long_for_its_column
                0x0000000000000028       0x18 b.o
.a_section_name_that_is_long
                0x0000000000000040        0x8
 COMMON         0x0000000000000040        0x8 b.o
OUTPUT(app elf64-x86-64)
`);
    expect(sections).toEqual(['.text', '.a_section_name_that_is_long']);
    expect(pieces.map(({ piece }) => [piece.section, piece.address, piece.size, piece.file])).toEqual([
      ['.text', 16, 16, '/with space/a.o'],
      ['.text.a_name_that_is_too_long_for_its_column', 40, 24, 'b.o'],
      ['COMMON', 64, 8, 'b.o'],
    ]);
    expect(pieces[0]?.piece.symbols).toEqual([{ name: 'first', address: 16, size: null }]);
  });
});

describe('a map that is', () => {
  test.each([
    ['empty', ''],
    ['in no dialect', 'a\n'.repeat(60)],
    ['short and in no dialect', 'hello\n'],
    ['cut off in a line', readFileSync(fixture('lld'), 'utf8').slice(0, -7)],
  ])('%s is refused', (_, text) => {
    expect(() => readText(text)).toThrow(UnreadableMap);
  });

  test('one endless line is refused', () => {
    const path = join(folder, 'line.map');
    writeFileSync(path, '');
    truncateSync(path, 50_000_000);
    expect(() => read(path)).toThrow(/a line of it has more than 8 MiB/);
  });

  test('too large is refused before it is read', () => {
    const path = join(folder, 'large.map');
    writeFileSync(path, '');
    truncateSync(path, 500_000_000);
    expect(() => read(path)).toThrow(`it has 500000000 bytes, more than ${MAX_MAP_BYTES}`);
  });
});

describe.each(['lld', 'mold', 'bfd', 'ld64', 'mach', 'msvc', 'pe'])('a hostile map of %s', (name) => {
  const lines = readFileSync(fixture(name), 'utf8').split('\n');
  const words = fc.constantFrom(
    '0x',
    'ffffffffffffffff',
    '-1',
    'NaN',
    '\t',
    ' '.repeat(20),
    '\0',
    '__proto__',
    '[ 9]',
    ':(',
  );

  test('is read or refused, and nothing else', () => {
    const line = fc.integer({ min: 0, max: lines.length - 1 });
    const change = fc.record({
      line,
      at: fc.nat(200),
      cut: fc.nat(30),
      put: fc.oneof(fc.string({ maxLength: 30 }), words),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), (changes) => {
        const changed = [...lines];
        for (const { line: index, at, cut, put } of changes) {
          const text = changed[index] ?? '';
          changed[index] = text.slice(0, at) + put + text.slice(at + cut);
        }
        const { pieces } = attempt(changed.join('\n'));
        for (const { piece } of pieces) expect(typeof piece.file).toBe('string');
      }),
      { numRuns: 200 },
    );
  });

  test('cut off behind any line is read or refused', () => {
    for (let count = 0; count < lines.length; count += 7) attempt(`${lines.slice(0, count).join('\n')}\n`);
  });
});

function attempt(text: string): { readonly pieces: readonly Placed[] } {
  try {
    return readText(text);
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableMap);
    return { pieces: [] };
  }
}
