import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demangle, normalise, printed } from '../../../../src/measure/size/demangle/demangle.ts';
import { LEGACY, legacySymbol, V0 } from './symbols.ts';

const SYMBOLS = [...V0, ...LEGACY].map(({ symbol }) => symbol);
const TAGS = 'NCMXYIBvtsuCSKLDGRQPOTASFEWwpehjmxabcdz_0123456789$.Z';
const MAX_PRINTED = 65_536 + 1;

describe('whatever the symbol', () => {
  test('a changed real symbol is read within its bounds or refused', () => {
    const change = fc.record({
      at: fc.nat(),
      removed: fc.nat({ max: 2 }),
      put: fc.string({ unit: fc.constantFrom(...TAGS), maxLength: 3 }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...SYMBOLS),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (symbol, changes) => {
          holds(changes.reduce((text, { at, removed, put }) => replaced(text, at, removed, put), symbol));
        },
      ),
      { numRuns: 20_000 },
    );
  });

  test('a text of the grammar’s letters is read within its bounds or refused', () => {
    const prefix = fc.constantFrom(
      '_R',
      '__R',
      '_RNv',
      '_RINvC1a1b',
      '_RNvXC1a',
      '_RMC0',
      '_RIC0K',
      '_ZN',
      'ZN',
    );
    const text = fc.string({ unit: fc.constantFrom(...TAGS), maxLength: 80 });
    fc.assert(
      fc.property(prefix, text, (start, rest) => holds(start + rest)),
      { numRuns: 20_000 },
    );
  });

  test('any bytes are read within their bounds or refused', () => {
    fc.assert(
      fc.property(fc.constantFrom('', '_R', '_ZN'), fc.string({ unit: 'binary' }), (start, text) =>
        holds(start + text),
      ),
      { numRuns: 5_000 },
    );
  });

  test('a legacy element of any text is a name', () => {
    const element = fc.string({
      unit: fc.constantFrom(
        '$LT$',
        '$GT$',
        '$RF$',
        '$u20$',
        '$u7b$',
        '$C$',
        '..',
        '.',
        '$LP$',
        '$RP$',
        'impl',
        ' for ',
        'a',
        'dyn',
        '$u5b$',
        '$',
      ),
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 4 }), (elements) => {
        const symbol = legacySymbol(elements);
        expect(demangle(symbol)).not.toBeNull();
        holds(symbol);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('a symbol that would be far too long', () => {
  test.each([
    ['a tuple of tuples of the one before it', doubling(40)],
    ['more lifetimes than there are letters', '_RMC0FGZZZ_Eu'],
    ['a binder of 2^50 lifetimes', '_RMC0FGZZZZZZZZ_Eu'],
    ['a name of 100 KB', `_RNvC5hello100000_${'x'.repeat(100_000)}`],
    ['a legacy name of 100 KB', legacySymbol(['hello', 'x'.repeat(100_000)])],
    ['a legacy name with 30,000 elements', legacySymbol(Array.from({ length: 30_000 }, () => 'abc'))],
    ['a type with 40,000 arguments', `_RINvC5hello4call${'NtC5hello5Thing'.repeat(10_000)}E`],
  ])('%s is cut with a mark', (_, symbol) => {
    const demangled = demangle(symbol);
    expect(demangled && printed(demangled)).toMatch(/…$/);
    holds(symbol);
  });

  test('one of more than 256 KiB is left as it is', () => {
    expect(demangle(`_RNvC5hello300000_${'x'.repeat(300_000)}`)).toBeNull();
  });

  test.each([
    ['references', `_RMC0${'R'.repeat(100_000)}p`],
    ['nested paths', `_R${'Nv'.repeat(50_000)}C1a`],
    ['constants', `_RIC0K${'R'.repeat(100_000)}h0_E`],
    ['or-patterns', `_RMC0Wm${'O'.repeat(100_000)}`],
    ['references hidden in a name', `_RIC100000${'R'.repeat(100_000)}B6_E`],
    ['types that hold themselves', 'RYFG_FGyyEvRYFF_EvRYFFEvERLB_B_B_ERLRjB_B_B_'],
  ])('%s without an end are refused', (_, symbol) => {
    expect(demangle(symbol)).toBeNull();
  });

  test('a legacy type nested 10,000 deep is a name', () => {
    const symbol = legacySymbol(['hello', `${'$RF$'.repeat(10_000)}T`]);
    expect(demangle(symbol)?.crate).toBe('hello');
    holds(symbol);
    holds(legacySymbol([`_${'$LT$'.repeat(10_000)}`]));
  });

  test('a legacy type that is found through a trait 50 times takes 50 steps', () => {
    const deep = `_${'$LT$'.repeat(50)}T${'$u20$as$u20$hello..A$GT$'.repeat(50)}`;
    expect(demangle(legacySymbol([deep, 'f']))?.crate).toBe('hello');
    holds(legacySymbol([deep, 'f']));
  });

  test('back references into every place of a long name cost no more than its length', () => {
    const name = 'TR'.repeat(10_000);
    const references = Array.from({ length: 5_000 }, (_, index) => `B${base62(10 + 2 * index)}`).join('');
    expect(demangle(`_RIC${name.length}_${name}${references}E`)).toBeNull();
  });
});

test('a cut name keeps its beginning and its end', () => {
  const long = 'x'.repeat(1000);
  const demangled = demangle(`_RNvNtC5hello1000_${long}4tail`);
  const name = demangled === null ? '' : normalise(demangled);
  expect(name).toMatch(/^hello::x+…x+::tail$/);
  expect(name).toHaveLength(400);
});

test('a character of two code units is not cut in half', () => {
  const face = 'u4e28h';
  const symbol = `_RNv${'Nt'.repeat(300)}C5hello${face.repeat(300)}1f`;
  const demangled = demangle(symbol);
  expect(demangled).not.toBeNull();
  if (demangled !== null) expect(encodeURIComponent(normalise(demangled))).toContain('%E2%80%A6');
});

test('characters that hide or reorder text are replaced', () => {
  const symbol = '_RNvC5hello5a\nb\tc';
  const demangled = demangle(symbol);
  expect(demangled && normalise(demangled)).toBe('hello::a\ufffdb\ufffdc');
  const reordered = demangle(legacySymbol(['hello', 'a$u202e$b']));
  expect(reordered && normalise(reordered)).toBe('hello::a\ufffdb');
});

/** What is promised of any text. */
function holds(symbol: string): void {
  const demangled = demangle(symbol);
  if (demangled === null) return;
  const name = printed(demangled);
  const normal = normalise(demangled);
  expect(name.length).toBeLessThanOrEqual(MAX_PRINTED);
  expect(normal.length).toBeGreaterThan(0);
  expect(normal.length).toBeLessThanOrEqual(400);
  expect(normal).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(normal).not.toMatch(/::h[0-9a-f]{16}$/);
  if (demangled.crate !== null) expect(demangled.crate.length).toBeGreaterThan(0);
}

function replaced(text: string, place: number, removed: number, put: string): string {
  const at = place % (text.length + 1);
  return text.slice(0, at) + put + text.slice(at + removed);
}

/** A tuple whose every level holds the level below twice: 2^levels leaves. */
function doubling(levels: number): string {
  return `_RMC0${'T'.repeat(levels)}p${backReferences(levels)}`;
}

/** Closes nested tuples, the innermost first, each with a copy of what it holds already; the outermost stands at place 3. */
function backReferences(levels: number): string {
  return Array.from({ length: levels }, (_, index) => `B${base62(3 + levels - index)}E`).join('');
}

/** `<base-62-number>` of RFC 2603. */
function base62(value: number): string {
  const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  if (value === 0) return '_';
  let rest = value - 1;
  let text = '';
  do {
    text = digits.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  } while (rest > 0);
  return `${text}_`;
}
