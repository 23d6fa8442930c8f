import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type Attribution, attributionSchema, SECTION_GROUPS } from '../../../../src/measure/attribution.ts';
import {
  attributeByMap,
  attributeBySections,
  attributeBySymbols,
  CannotAttribute,
  withoutFunctions,
} from '../../../../src/measure/size/attribution/attribute.ts';
import { readProgramFile } from '../../../../src/measure/size/program.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../map/fixtures/${name}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tare-attribution-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const subject = (name: string, maxRows?: number) => ({
  case: `size ${name}`,
  path: fixture(name),
  packages: new Set<string>(),
  ...(maxRows === undefined ? {} : { maxRows }),
});

/** The rows of every section add up to the program's own bytes, and the schema takes them. */
function expectExact(attribution: Attribution, path: string): void {
  const { size } = readProgramFile(path);
  for (const group of SECTION_GROUPS) {
    const rows = attribution.rows.filter(({ section }) => section === group);
    expect(rows.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(size[group]);
  }
  expect(attributionSchema.safeParse(attribution).error).toBeUndefined();
}

function bytesOf({ rows }: Attribution, section: string): Record<string, number> {
  const found = rows.filter((row) => row.section === section && row.crate !== null);
  return Object.fromEntries(found.map((row) => [`${row.crate} ${row.function} ×${row.copies}`, row.bytes]));
}

describe.each(['lld', 'mold', 'bfd'])('by the link map of %s', (name) => {
  const attribution = attributeByMap(subject(name), fixture(`${name}.map`));

  test('the rows add up to the program', () => {
    expect(attribution).toMatchObject({ case: `size ${name}`, method: 'link-map', fallback: null });
    expectExact(attribution, fixture(name));
  });

  test('code belongs to the crate whose object holds it, and a C library to itself', () => {
    expect(bytesOf(attribution, 'text')).toMatchObject({
      'app _start ×1': 86,
      'app <dep::Stone<_> as dep::Weigh>::weigh ×2': 44,
      'dep dep::sum ×1': 86,
      'libhelper helper ×1': 15,
    });
    expect(bytesOf(attribution, 'data')).toMatchObject({ 'app app::NAMES ×1': 48 });
    expect(bytesOf(attribution, 'rodata')).toMatchObject({ 'dep dep::WORDS ×1': 32 });
  });

  test('unwind data and relocations belong to what they are for', () => {
    const unwind = bytesOf(attribution, 'unwind');
    expect(unwind['dep dep::sum ×1']).toBeGreaterThan(0);
    expect(unwind['app <dep::Stone<_> as dep::Weigh>::weigh ×2']).toBeGreaterThan(0);
    // Three names, each a pointer that is filled in when the program is loaded.
    expect(bytesOf(attribution, 'relocation')).toEqual({ 'app app::NAMES ×0': 72 });
  });

  test('the symbol table names the same functions', () => {
    const bySymbols = attributeBySymbols(subject(name), fixture(name), 'no map');
    expect(bySymbols).toMatchObject({ method: 'symbols', fallback: 'no map' });
    expectExact(bySymbols, fixture(name));
    const named = (from: Attribution) =>
      Object.fromEntries(
        from.rows
          .filter((row) => row.section === 'text' && row.function?.startsWith('dep::'))
          .map((row) => [row.function, row.bytes]),
      );
    expect(named(bySymbols)).toEqual(named(attribution));
    // Only the name says whose it is: the crate that wrote the generic.
    expect(bytesOf(bySymbols, 'text')).toMatchObject({ 'dep <dep::Stone<_> as dep::Weigh>::weigh ×2': 44 });
  });

  test('too many rows are added to their crates', () => {
    const few = attributeByMap(subject(name, 14), fixture(`${name}.map`));
    expect(few.rows.length).toBeLessThan(attribution.rows.length);
    expectExact(few, fixture(name));
    expect(few.rows.some((row) => row.crate === 'app' && row.function === null)).toBe(true);
  });
});

test.each([
  ['mach', 'dylib', { 'more weigh ×1': 76, 'helper helper ×1': 40, 'helper inner ×1': 24 }, 'data'],
  ['pe', 'dll', { 'more weigh ×1': 64, 'helper helper ×1': 32, 'helper inner ×1': 17 }, 'rodata'],
])('by the map that lld writes for %s the rows add up', (name, extension, code, names) => {
  const path = fixture(`${name}.${extension}`);
  const attribution = attributeByMap({ ...subject(name), path }, fixture(`${name}.map`));
  expectExact(attribution, path);
  expect(bytesOf(attribution, 'text')).toEqual(code);
  expect(bytesOf(attribution, names)).toMatchObject({ 'more names ×1': 24 });
});

test('without functions the crates stay', () => {
  const attribution = withoutFunctions(attributeByMap(subject('lld'), fixture('lld.map')), 'too long');
  expect(attribution.fallback).toBe('too long');
  expect(attribution.rows.every((row) => row.function === null)).toBe(true);
  expect(bytesOf(attribution, 'text')).toEqual({
    'app null ×0': 130,
    'dep null ×0': 86,
    'libhelper null ×0': 32,
  });
  expectExact(attribution, fixture('lld'));
});

test('by sections alone the rows are the sums', () => {
  const attribution = attributeBySections(subject('lld'), 'because');
  expect(attribution).toMatchObject({ method: 'sections', fallback: 'because' });
  expect(attribution.rows.every(({ crate }) => crate === null)).toBe(true);
  expectExact(attribution, fixture('lld'));
});

describe('refused is', () => {
  const cannot = (work: () => unknown, message: RegExp) => {
    expect(work).toThrow(CannotAttribute);
    expect(work).toThrow(message);
  };

  test("another program's map", () => {
    cannot(
      () => attributeByMap(subject('mold'), fixture('lld.map')),
      /of another program: \.\w+ is not in it/,
    );
  });

  test('a map that names no code', () => {
    const path = join(folder, 'few.map');
    const lines = readFileSync(fixture('lld.map'), 'utf8').split('\n');
    writeFileSync(path, lines.filter((line) => !line.includes(':(.text')).join('\n'));
    cannot(() => attributeByMap(subject('lld'), path), /it names only 0 of 278 bytes of code/);
  });

  test('a map without its end', () => {
    const path = join(folder, 'cut.map');
    const lines = readFileSync(fixture('lld.map'), 'utf8').split('\n');
    writeFileSync(path, `${lines.slice(0, 32).join('\n')}\n`);
    cannot(() => attributeByMap(subject('lld'), path), /it is cut off or of another program/);
  });

  test('a twin that is another program', () => {
    cannot(
      () => attributeBySymbols(subject('mold'), fixture('lld'), ''),
      /differs between it and the program/,
    );
  });

  test('a program without symbols', () => {
    const path = join(folder, 'pe');
    copyFileSync(fileURLToPath(new URL('../fixtures/pe-mingw.dll', import.meta.url)), path);
    cannot(
      () => attributeBySymbols({ ...subject('lld'), path }, path, ''),
      /its format has no symbol table that Tare reads/,
    );
  });
});

describe.each(['lld', 'mold', 'bfd'])('a hostile map of %s', (name) => {
  const lines = readFileSync(fixture(`${name}.map`), 'utf8').split('\n');
  const path = join(folder, `${name}.map`);

  test('gives rows that add up, or is refused', () => {
    const put = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom('0', 'f', 'ffffffffffffffff', '1490', '_RNv', '_ZN', '.rlib(', 'x'.repeat(500), '\0'),
    );
    const change = fc.record({
      line: fc.integer({ min: 0, max: lines.length - 1 }),
      at: fc.nat(120),
      cut: fc.nat(9),
      put,
    });
    let exact = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const changed = [...lines];
        for (const { line, at, cut, put: text } of changes) {
          const old = changed[line] ?? '';
          changed[line] = old.slice(0, at) + text + old.slice(at + cut);
        }
        writeFileSync(path, changed.join('\n'));
        const attribution = attempt(() => attributeByMap(subject(name), path));
        if (attribution === null) return;
        exact += 1;
        expectExact(attribution, fixture(name));
      }),
      { numRuns: 150 },
    );
    expect(exact).toBeGreaterThan(0);
  });

  test('with pieces that overlap, repeat or lie backwards still adds up', () => {
    const shuffled = fc.shuffledSubarray(lines.slice(1, -1), { minLength: lines.length - 2 });
    fc.assert(
      fc.property(shuffled, (order) => {
        writeFileSync(path, [lines[0], ...order, ...order, ''].join('\n'));
        const attribution = attempt(() => attributeByMap(subject(name), path));
        if (attribution !== null) expectExact(attribution, fixture(name));
      }),
      { numRuns: 60 },
    );
  });

  test('symbols of 100 KB are cut', () => {
    const long = `_ZN3dep${100_000}${'a'.repeat(100_000)}17h0123456789abcdefE`;
    writeFileSync(path, lines.join('\n').replaceAll('_RNvCs5ikvstjai0y_3dep3sum', long));
    const attribution = attributeByMap(subject(name), path);
    expectExact(attribution, fixture(name));
    expect(Math.max(...attribution.rows.map((row) => row.function?.length ?? 0))).toBeLessThanOrEqual(400);
  });
});

test('a program with hostile unwind data, relocations and symbols still adds up', () => {
  const bytes = readFileSync(fixture('lld'));
  const path = join(folder, 'hostile');
  const change = fc.record({
    at: fc.nat(bytes.length - 8),
    value: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
      const changed = Buffer.from(bytes);
      for (const { at, value } of changes) Buffer.from(value).copy(changed, at);
      writeFileSync(path, changed);
      const hostile = { ...subject('lld'), path };
      for (const work of [
        () => attributeByMap(hostile, fixture('lld.map')),
        () => attributeBySymbols(hostile, path, ''),
      ]) {
        const attribution = attempt(work);
        if (attribution !== null) expectExact(attribution, path);
      }
    }),
    { numRuns: 200 },
  );
});

function attempt(work: () => Attribution): Attribution | null {
  try {
    return work();
  } catch (error) {
    expect(error).toBeInstanceOf(CannotAttribute);
    return null;
  }
}
