import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeElement, codeSpan, fencedBlock, outputLines, prose, visible } from '../../src/report/inert.ts';
import { tableHead, tableRow } from '../../src/report/table.ts';
import { expectInert, rendered } from '../support/markdown.ts';
import { HOSTILE } from '../support/reports.ts';

/** Text made of what means something to Markdown, HTML and GitHub, and of any characters. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...[
          '`',
          '``',
          '|',
          '\\',
          '\\|',
          '<',
          '>',
          '<!--',
          '-->',
          '&#64;',
          '@a',
          '#1',
          '*',
          '_',
          '[',
          '](',
          ')',
        ],
        ...[
          '!',
          '\n',
          '\r\n',
          '\t',
          ' ',
          '~~',
          '$',
          ':tada:',
          'http://a.b',
          'www.a.b',
          'a@b.cd',
          'GH-1',
          '---',
        ],
        ...[
          '1.',
          '-',
          '+',
          '# ',
          '</td>',
          '</details>',
          '<b>',
          '\u202e',
          '\u200b',
          '\u0000',
          '\ud800',
          'é',
          '漢',
          '🙂',
        ],
        ...['deadbeef', '{', '}', '^', '=', '"', "'", ';', ':', '//'],
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.string({ unit: 'grapheme-ascii', maxLength: 6 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

describe('visible', () => {
  it.each([
    ['a\r\n\t b', 'a b'],
    ['x\u202ey', 'x\\u{202e}y'],
    ['a\u200bb', 'a\\u{200b}b'],
    ['\u001b[31m', '\\u{1b}[31m'],
    ['\ud83d', '\\u{d83d}'],
    ['<!-- tare -->', '<\\u{21}-- tare -->'],
    ['❤\ufe0f', '❤'],
    ['a'.repeat(121), `${'a'.repeat(119)}…`],
    ['🙂'.repeat(121), `${'🙂'.repeat(119)}…`],
  ])('%j is %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('lets no invisible character through and keeps its length', () => {
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 400 })), (text) => {
        const shown = visible(text);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(shown).not.toContain('<!--');
        expect(Array.from(shown).length).toBeLessThanOrEqual(120);
      }),
      { numRuns: 500 },
    );
  });
});

describe('names', () => {
  it.each(HOSTILE)('%j is one code span', (text) => {
    expect(rendered(`a ${codeSpan(text)} b`).skeleton).toBe('<root><p></p></root>');
    expectInert(`a ${codeSpan(text)} b`, '');
  });

  it('are one code span and keep their text, in a paragraph and in a heading', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        for (const prefix of ['', '### ']) {
          const result = expectInert(`${prefix}a ${codeSpan(text)} b`, '');
          expect(result.prose.trim()).toBe(visible(text) === '' ? 'a (blank) b' : 'a   b');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('stay in their table cell', () => {
    fc.assert(
      fc.property(nasty, nasty, (one, other) => {
        const columns = [{ title: 'a' }, { title: 'b' }, { title: 'c' }];
        const table = `${tableHead(columns)}\n${tableRow([codeSpan(one), codeSpan(other), 'end'])}`;
        const { skeleton } = expectInert(table, '');
        expect(skeleton.match(/<td>/g)).toHaveLength(3);
        expect(skeleton.match(/<tr>/g)).toHaveLength(2);
      }),
      { numRuns: 500 },
    );
  });

  it('are inert HTML inside a summary', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const markdown = `<details>\n<summary>${codeElement(text)}</summary>\n\nx\n\n</details>`;
        const { skeleton } = expectInert(markdown, '');
        expect(skeleton).toBe('<root><details><summary></summary><p></p></details></root>');
      }),
      { numRuns: 500 },
    );
  });
});

describe('sentences', () => {
  it.each([
    [
      'LTO usually moves size by 10 to 25 %; see the book.',
      'LTO usually moves size by 10 to 25 %; see the book.',
    ],
    ['set lto = "fat" in Cargo.toml', 'set lto `=` "fat" in Cargo.toml'],
    ['ask @octocat (see #12), then', 'ask `@octocat` (see `#12`), then'],
    ['read https://evil.example now', 'read `https://evil.example` now'],
    ['profile.release_lto wins', '`profile.release_lto` wins'],
    ['base/head differ', 'base/head differ'],
    ['- a list?', '`-` a list?'],
  ])('%j', (text, markdown) => {
    expect(prose(text)).toBe(markdown);
  });

  it('hold nothing active and make no element, in a paragraph, a list and a cell', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const shapes = [
          [`a: ${prose(text)}`, '<root><p></p></root>'],
          [`- ${prose(text)}`, '<root><ul><li></li></ul></root>'],
          [
            `${tableHead([{ title: 'a' }])}\n${tableRow([`x ${prose(text)}`])}`,
            '<root><table><thead><tr><th></th></tr></thead><tbody><tr><td></td></tr></tbody></table></root>',
          ],
        ] as const;
        for (const [markdown, skeleton] of shapes) expect(expectInert(markdown, '').skeleton).toBe(skeleton);
      }),
      { numRuns: 500 },
    );
  });
});

describe('output', () => {
  it('loses colours and keeps its last lines', () => {
    expect(outputLines('a\n\u001b[31mb\u001b[0m\r\n\tc\n\n', 2)).toEqual(['b', '    c']);
  });

  it('is one block whatever it holds', () => {
    fc.assert(
      fc.property(nasty, nasty, (one, other) => {
        const block = fencedBlock(`${one}\n\`\`\`\n${other}`, 40, 2000);
        expect(expectInert(`x\n\n${block}\n\ny`, '').skeleton).toBe('<root><p></p><pre></pre><p></p></root>');
      }),
      { numRuns: 500 },
    );
  });
});
