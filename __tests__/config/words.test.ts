import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CommandWords } from '../../src/config/config.ts';
import { fillWords, programsOf, splitWords } from '../../src/config/words.ts';

function words(text: string): CommandWords {
  const outcome = splitWords(text);
  if ('fault' in outcome) throw new Error(`${text}: ${outcome.fault}`);
  return outcome;
}

const filled = (text: string) => fillWords(words(text), (name) => `/slot/${name}`);

function fault(text: string): string | null {
  const outcome = splitWords(text);
  return 'fault' in outcome ? outcome.fault : null;
}

describe('splitWords', () => {
  test.each([
    ['{bin:rg} -c needle corpus.txt', ['/slot/rg', '-c', 'needle', 'corpus.txt']],
    ['  a \t b  ', ['a', 'b']],
    ['\n  {bin:rg} \\\n  -c\\\r\n x\n', ['/slot/rg', '-c', 'x']],
    [`a 'b "c' "d 'e"`, ['a', 'b "c', "d 'e"]],
    [`a 'b'"c"d`, ['a', 'bcd']],
    [`a '' ""`, ['a', '', '']],
    ['a \\  \\\\ \\| \\$x', ['a', ' ', '\\', '|', '$x']],
    ['a "\\$x \\` \\" \\\\ \\n" \'\\n\'', ['a', '$x ` " \\ \\n', '\\n']],
    [`a "end$" 'a|b>c*' end$`, ['a', 'end$', 'a|b>c*', 'end$']],
    ['a b#c d~ e=f !', ['a', 'b#c', 'd~', 'e=f', '!']],
    ['"A"=1 b', ['A=1', 'b']],
    ['a --path={bin:x.y}/z "{bin:x}" \'{bin:x}\'', ['a', '--path=/slot/x.y/z', '/slot/x', '/slot/x']],
    ['a {{b}} {{{bin:x}}} "{{" \\{ \\}', ['a', '{b}', '{/slot/x}', '{', '{', '}']],
    [`awk '{{print $1}}' "{{}}"`, ['awk', '{print $1}', '{}']],
    ['{bin:größe} ä €', ['/slot/größe', 'ä', '€']],
    [
      `sh -c '"$0" -c needle corpus.txt | wc -l' {bin:rg}`,
      ['sh', '-c', '"$0" -c needle corpus.txt | wc -l', '/slot/rg'],
    ],
  ])('%j', (text, expected) => {
    expect(filled(text)).toEqual(expected);
  });

  test.each([
    '',
    ' \n ',
    `'' a`,
    'a | b',
    'a > b',
    'a <b',
    'a && b',
    'a;b',
    '(a)',
    'a `b`',
    'a $HOME',
    'a "${"',
    'a $(b)',
    `a $'b'`,
    'a $\\\nHOME',
    'a "$\\\n\\\nHOME"',
    'a "$HOME"',
    'a "`b`"',
    'a *.txt',
    'a b?',
    'a [b]',
    'a ~/b',
    'a # b',
    'A=1 b',
    'a\nb',
    `a 'b`,
    'a "b',
    'a "b\\',
    'a b\\',
    'a {',
    'a }',
    'a {}',
    'a {b}',
    'a {bin:}',
    'a {bin:-x}',
    'a {bin:../x}',
    'a {bin:x y}',
    'a {bin:x',
    'a {bin:{bin:x}}',
    `a {bin:${'x'.repeat(200)}}`,
  ])('refuses %j', (text) => {
    expect(`${JSON.stringify(text)} ${fault(text)}`).toMatchSnapshot();
  });

  test('gives back any words that are quoted, with braces doubled', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replaceAll('\r\n', '\n'));
    const quotedWord = (text: string) =>
      fc.constantFrom(
        `'${text.replaceAll("'", `'\\''`)}'`,
        `"${text.replaceAll(/[$`"\\]/g, '\\$&')}"`,
        text === '' ? '""' : text.replaceAll(/[^A-Za-z0-9]/gu, (c) => (c === '\n' ? "'\n'" : `\\${c}`)),
      );
    // A backslash means the brace itself only outside quotes, so braces are doubled first only inside them.
    const written = fc
      .array(
        word.map((text) => ({ text })),
        { minLength: 1, maxLength: 5 },
      )
      .filter(([first]) => first?.text !== '')
      .chain((list) =>
        fc.tuple(...list.map(({ text }) => quotedWord(text).map((quoted) => ({ text, quoted })))),
      );
    fc.assert(
      fc.property(written, (list) => {
        const text = list
          .map(({ quoted }) => (/^['"]/.test(quoted) ? quoted.replaceAll(/[{}]/g, '$&$&') : quoted))
          .join('  ');
        expect(words(text).map((parts) => parts.join(''))).toEqual(list.map((entry) => entry.text));
      }),
    );
  });

  test('gives words or a fault for any text', () => {
    const text = fc.array(
      fc.oneof(
        fc.constantFrom('{bin:a}', '{', '}', "'", '"', '\\', '$', '\n', ' ', '=', 'a'),
        fc.string({ maxLength: 3 }),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(text, (parts) => {
        const outcome = splitWords(parts.join(''));
        if ('fault' in outcome) expect(outcome.fault).toMatch(/^[a-z][^\n\r]*$/);
        else expect(outcome.length).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });

  // Windows has no POSIX shell.
  test.runIf(process.platform !== 'win32')('agrees with sh on every text that it takes', () => {
    const piece = fc.constantFrom(
      ...[
        'a',
        'b1',
        ' ',
        '  ',
        '\t',
        '\n',
        "'",
        '"',
        '\\',
        '\\\\',
        '\\\n',
        '$',
        '\\$',
        '=',
        '~',
        '#',
        '*',
        ';',
        '|',
        '!',
        ',',
        '-',
        '%',
        '@',
        ':',
        ']',
      ],
    );
    const text = fc.array(piece, { minLength: 1, maxLength: 14 }).map((parts) => parts.join(''));
    const accepted = fc.sample(text, { numRuns: 6000, seed: 7 }).flatMap((written) => {
      const outcome = splitWords(`x ${written}`);
      return 'fault' in outcome ? [] : [{ written, expected: outcome.map((parts) => parts.join('')) }];
    });
    expect(accepted.length).toBeGreaterThan(500);
    expect(accepted.filter(({ written }) => /['"\\]/.test(written)).length).toBeGreaterThan(200);
    // Each text is the argument list of a function that prints its arguments, each behind a NUL, and a byte 1 behind the call.
    const script = `x() { printf '\\0%s' x "$@"; printf '\\1'; }\n${accepted
      .map(({ written }) => `x ${written}\n`)
      .join('\n')}`;
    const { stdout, status } = spawnSync('sh', ['-s'], { input: script, encoding: 'utf8', timeout: 60_000 });
    expect(status).toBe(0);
    const calls = stdout
      .split('\x01')
      .slice(0, -1)
      .map((call) => call.replace(/^\0/, '').split('\0'));
    expect(calls.length).toBe(accepted.length);
    for (const [index, { written, expected }] of accepted.entries())
      expect({ written, words: calls[index] }).toEqual({ written, words: expected });
  });
});

test('programsOf names each program once', () => {
  expect(programsOf(words('{bin:a} {bin:b} x{bin:a}y "{bin:c}"'))).toEqual(['a', 'b', 'c']);
  expect(programsOf(words('a b'))).toEqual([]);
});
