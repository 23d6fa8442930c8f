import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readProgram } from '../../../src/measure/size/format.ts';
import { memorySource } from '../../../src/measure/size/source.ts';
import { fixture, goProgram } from './programs.ts';

/** The engine's own reader; the compiler has its types only for browsers. */
declare const WebAssembly: {
  readonly Module: {
    new (bytes: Uint8Array): object;
    customSections(module: object, name: string): ArrayBuffer[];
  };
};

const CORE = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const COMPONENT = [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0];

describe('core modules', () => {
  test('of Go and lld have the custom sections that the engine sees', async () => {
    for (const bytes of [readFileSync(await goProgram('wasip1', 'wasm')), fixture('core.wasm')]) {
      const module = new WebAssembly.Module(new Uint8Array(bytes));
      const custom = readProgram(memorySource(bytes)).sections.filter(({ name }) => !name.startsWith('['));
      expect(custom.length).toBeGreaterThan(2);
      for (const { name, bytes: size } of custom) {
        const [content] = WebAssembly.Module.customSections(module, name);
        // The name and the byte of its length come first.
        expect(size).toBe((content?.byteLength ?? 0) + name.length + 1);
      }
    }
  });

  test('every section has the kind that the table gives it', () => {
    const { sections } = readProgram(memorySource(fixture('core.wasm')));
    expect(
      sections.map((section) => `${section.name} ${section.kind} ${section.bytes}`),
    ).toMatchInlineSnapshot(`
      [
        "[type] other 9",
        "[function] other 3",
        "[memory] other 3",
        "[global] other 107",
        "[export] other 251",
        "[code] text 9",
        "[data] data 409",
        ".debug_abbrev debug 159",
        ".debug_info debug 258",
        ".debug_str debug 180",
        ".debug_line debug 71",
        "name symbol 85",
        "producers none 77",
        "target_features none 148",
      ]
    `);
  });

  test('code and data of Go are most of the file', async () => {
    const bytes = readFileSync(await goProgram('wasip1', 'wasm'));
    const { size, sections } = readProgram(memorySource(bytes));
    expect(size.text + size.data).toBeGreaterThan(bytes.length * 0.9);
    const payload = sections.reduce((sum, section) => sum + section.bytes, 0);
    // Beside the payload there are 8 bytes, and an id and a length of 1 to 5 bytes per section.
    expect(bytes.length - payload).toBeGreaterThanOrEqual(8 + 2 * sections.length);
    expect(bytes.length - payload).toBeLessThanOrEqual(8 + 6 * sections.length);
  });

  test('an empty one has no sections', () => {
    expect(readProgram(memorySource(Uint8Array.from(CORE))).size.loadable).toBe(0);
  });
});

describe('components', () => {
  test('report the core module inside', () => {
    const component = readProgram(memorySource(fixture('component.wasm')));
    expect(component.format).toBe('WebAssembly');
    expect(component.size.text).toBeGreaterThan(0);
    expect(component.sections.filter(({ name }) => name === '[code]')).toHaveLength(1);
    expect(component.sections.map(({ name }) => name)).toContain('component-name');
  });

  test('inside components report all core modules', () => {
    const module = fixture('core.wasm');
    const whole = nested([...nested([...module], 1), ...nested([...module], 1).slice(8)], 4);
    const { size } = readProgram(memorySource(Uint8Array.from(whole)));
    const one = readProgram(memorySource(module)).size;
    expect(size).toEqual(Object.fromEntries(Object.entries(one).map(([kind, bytes]) => [kind, bytes * 2])));
  });

  test('nested without end are refused', () => {
    let bytes = COMPONENT;
    for (let depth = 0; depth < 40; depth++) bytes = nested(bytes, 4);
    expect(() => readProgram(memorySource(Uint8Array.from(bytes)))).toThrow(
      'components are nested more than 32 deep',
    );
  });
});

test.each([
  ['an unknown version', [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0], 'version 2 of layer 0 is unknown'],
  ['a cut-off preamble', [0, 0x61, 0x73, 0x6d, 1, 0], 'it is missing or cut off'],
  ['an unknown section', [...CORE, 14, 0], 'section id 14 at offset 8 is unknown'],
  ['a section beyond the end', [...CORE, 10, 5, 1], 'has 5 bytes, but only 1 follow'],
  ['an endless number', [...CORE, 10, 0x80, 0x80, 0x80, 0x80, 0x80, 0], 'the number has more than 32 bits'],
  ['a number above 32 bits', [...CORE, 10, 0xff, 0xff, 0xff, 0xff, 0x1f], 'the number has more than 32 bits'],
  ['a cut-off number', [...CORE, 10, 0x80], 'the number is cut off'],
  [
    'a custom section without a name',
    [...CORE, 0, 0],
    'length of a custom section name: the number is cut off',
  ],
  ['a custom section shorter than its name', [...CORE, 0, 3, 9, 65, 65], 'shorter than its name'],
])('%s is refused', (_, bytes, message) => {
  expect(() => readProgram(memorySource(Uint8Array.from(bytes)))).toThrow(
    expect.objectContaining({ name: 'UnreadableProgram', message: expect.stringContaining(message) }),
  );
});

test('a number may be padded to five bytes', () => {
  const bytes = Uint8Array.from([...CORE, 10, 0x82, 0x80, 0x80, 0x80, 0, 1, 0]);
  expect(readProgram(memorySource(bytes)).size.text).toBe(2);
});

/** A component with `content` as its only section. */
function nested(content: readonly number[], id: number): number[] {
  const length: number[] = [];
  for (let rest = content.length; length.length < 5; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return [...COMPONENT, id, ...length.slice(0, 4), (length[4] ?? 0) & 0x7f, ...content];
}
