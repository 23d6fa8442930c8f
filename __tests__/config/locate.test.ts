import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { type KeyPath, locate } from '../../src/config/locate.ts';

describe('locate', () => {
  test('finds keys of every TOML form', () => {
    const text = [
      '# comment with [table] and key = 1', // 1
      'profile = "release" # profile', // 2
      'size.gate = "file"', // 3
      "'quoted key' = 1", // 4
      '"esc\\u0061ped" = 2', // 5
      'text = """', // 6
      'hidden = 1', // 7
      '[nothere]', // 8
      'quote: \\""" """', // 9
      "raw = '''", // 10
      "it''s = 2'''''", // 11
      'list = [', // 12
      '  "a", # one', // 13
      '  ["b"],', // 14
      '  { deep = 1, deeper.still = 2 },', // 15
      ']', // 16
      'when = 1979-05-27 07:32:00', // 17
      '[ env ]', // 18
      'A = "["', // 19
      '[[configuration]]', // 20
      'name = "x"', // 21
      '[configuration.env]', // 22
      'B = "1"', // 23
      '[[configuration]]', // 24
      'env = { C = "2", D = "3" }', // 25
      '[[configuration.inner]]', // 26
      '[[configuration.inner]]', // 27
      'z = 1', // 28
    ].join('\r\n');
    parse(text);
    const { lineOf } = locate(text);
    const lines: [KeyPath, number][] = [
      [['profile'], 2],
      [['size'], 3],
      [['size', 'gate'], 3],
      [['quoted key'], 4],
      [['escaped'], 5],
      [['text'], 6],
      [['raw'], 10],
      [['list'], 12],
      [['list', 0], 13],
      [['list', 1, 0], 14],
      [['list', 2, 'deeper', 'still'], 15],
      [['when'], 17],
      [['env'], 18],
      [['env', 'A'], 19],
      [['configuration', 0], 20],
      [['configuration', 0, 'name'], 21],
      [['configuration', 0, 'env', 'B'], 23],
      [['configuration', 1], 24],
      [['configuration', 1, 'env', 'D'], 25],
      [['configuration', 1, 'inner', 0], 26],
      [['configuration', 1, 'inner', 1, 'z'], 28],
    ];
    for (const [path, line] of lines) expect([path, lineOf(path)]).toEqual([path, line]);
  });

  test.each(['"""a""""', '"""a"""""', "'''a''''", "'''a'''''", '""""""', '"""""a"""', '"""\\""""'])(
    'ends the string %s where it ends',
    (string) => {
      const text = `s = ${string}\nnext = 1`;
      expect(parse(text)).toHaveProperty('next', 1);
      expect(locate(text).lineOf(['next'])).toBe(2);
    },
  );

  test('gives the nearest parent for a key that is not there', () => {
    const { lineOf } = locate('a = 1\n[[configuration]]\nprofile = "x"\n');
    expect(lineOf(['configuration', 0, 'name'])).toBe(2);
    expect(lineOf(['nothing'])).toBe(1);
  });

  test('passes a byte order mark, and stays fast in a long string, list and key', () => {
    expect(locate('\ufeffa = 1\nb = 2').lineOf(['b'])).toBe(2);
    const long = `s = """${'"a\\\\\n'.repeat(50_000)}"""\nl = [${'1,\n'.repeat(50_000)}]\n${'k.'.repeat(50_000)}k = 1\nend = 1`;
    expect(locate(long).lineOf(['end'])).toBe(100_004);
  });

  test('finds the line of every leaf of generated documents', () => {
    fc.assert(
      fc.property(documentArbitrary, (text) => {
        const lines = text.split('\n');
        const { lineOf } = locate(text);
        const leaves = leavesOf(parse(text));
        for (const { path, value } of leaves) {
          // Every leaf has a number of its own, so its line is known without locating it.
          expect({ path, line: lines[lineOf(path) - 1] ?? '' }).toEqual({
            path,
            line: expect.stringMatching(new RegExp(`(?<!\\d)${value}(?!\\d)`)),
          });
          const table = path.slice(0, -1);
          expect(lineOf(table)).toBeLessThanOrEqual(lineOf(path));
        }
      }),
      { numRuns: 300 },
    );
  });
});

interface Leaf {
  readonly path: KeyPath;
  readonly value: number;
}

function leavesOf(value: unknown, path: KeyPath = []): Leaf[] {
  if (typeof value === 'number') return [{ path, value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
}

/** Counts in the text as `@`; numbered from 1000 when the document is put together. */
const scalar = fc.constant('@');
const keyText = fc.oneof(
  fc.stringMatching(/^[a-z_-]{1,6}$/),
  fc.string({ maxLength: 6 }).map((key) => JSON.stringify(key.replaceAll('@', 'a').replaceAll('\u007f', ''))),
  fc.stringMatching(/^[ a-z.=[\]#{}"]{0,6}$/).map((key) => `'${key}'`),
);
const key = fc
  .array(keyText, { minLength: 1, maxLength: 3 })
  .chain((keys) => fc.constantFrom('.', ' . ', '\t.').map((dot) => keys.join(dot)));
const noise = fc.constantFrom('', ' # = [x] "', '  ');
const lineEnd = fc.constantFrom('\n', '\r\n', '\n\n', '\n# [comment]\n');
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.constantFrom(
      '"""\n[x]\nq = 1 \\"""" ',
      "'''\n[[y]]\na = \"\n'''",
      '"a # \\" ]"',
      "'b = '",
      '[ ]',
      '{}',
      'true',
    ),
    fc
      .tuple(fc.array(tie('value'), { maxLength: 4 }), fc.constantFrom(', ', ',\n  ', ' # c ]\n, '))
      .map(([items, comma]) => `[ ${items.join(comma)}${items.length > 0 ? ',' : ''} ]`),
    fc
      .array(fc.tuple(keyText, tie('value')), { maxLength: 3 })
      .map((pairs) => `{ ${pairs.map(([name, item]) => `${name} = ${item}`).join(', ')} }`),
  ),
}));
const assignment = fc
  .tuple(key, value, noise, lineEnd)
  .map(([name, item, after, end]) => `${name} = ${item}${after}${end}`);
const header = fc
  .tuple(key, fc.boolean(), noise, lineEnd)
  .map(([name, array, after, end]) => `${array ? `[[${name}]]` : `[ ${name} ]`}${after}${end}`);
const documentArbitrary = fc
  .array(fc.oneof({ weight: 3, arbitrary: assignment }, { weight: 1, arbitrary: header }), { maxLength: 25 })
  .map(validPart)
  .map((text) => {
    let next = 1000;
    return text.replaceAll('@', () => String(next++));
  });

/** Drops the pieces that contradict earlier ones, such as a key that is set twice. */
function validPart(pieces: readonly string[]): string {
  let text = '';
  for (const piece of pieces) {
    try {
      parse((text + piece).replaceAll('@', '0'), { unsafeKeyBehaviour: 'throw' });
      text += piece;
    } catch {
      // Not TOML together with what stands before it.
    }
  }
  return text;
}
