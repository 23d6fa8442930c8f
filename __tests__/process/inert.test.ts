import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inertLine, tail } from '../../src/process/inert.ts';

/** What the runner takes for a command (actions/runner, ActionCommand.cs, TryParseV2 and TryParse), more eager than it is. */
function isCommand(line: string): boolean {
  const seen = line.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '');
  return seen.trimStart().startsWith('::') || seen.includes('##[');
}

const hostile = fc.string({
  unit: fc.constantFrom(
    ...[':', ':', '#', '#', '[', ']', ' ', '\t', '\r', '\n', '\u001b', '\u009b', 'm', '0', ';', 'error'],
    ...[
      '\u200b',
      '\u00ad',
      '\u202e',
      '\u2066',
      '\ufeff',
      '\u0000',
      '\u0007',
      '\u3000',
      '\u2028',
      '\ud800',
      '😀',
    ],
  ),
  maxLength: 60,
});

describe('an inert line', () => {
  it.each([
    ['plain text', 'plain text'],
    ['  --> src/main.rs:3:5', '  --> src/main.rs:3:5'],
    ['std::vec::Vec ::<T>', 'std::vec::Vec ::<T>'],
    ['\tindented', '\tindented'],
    ['::error file=a::x', ': :error file=a::x'],
    [' \t\u00a0::set-output name=a::b', ' \t\u00a0: :set-output name=a::b'],
    [':::error::x', ': ::error::x'],
    ['\u200b::error::x', ': :error::x'],
    [':\u00ad:error::x', ': :error::x'],
    ['a ##[error]x', 'a ## [error]x'],
    ['###[group]x', '### [group]x'],
    ['#\u200b#[error]x', '## [error]x'],
    ['#\u001b[0m#[error]x', '## [error]x'],
    ['\u001b[31m::error::x\u001b[0m', ': :error::x'],
    ['\u001b]8;;http://x\u0007link\u001b]8;;\u001b\\', 'link'],
    ['\u001b[1;38;5;9mred\u001b[K', 'red'],
    ['10%\r55%\r100%', '100%'],
    ['100%\r', '100%'],
    ['x\r::error::y', ': :error::y'],
    ['a\n::error::y', 'a ::error::y'],
    ['\u202egpj.exe\u2066', 'gpj.exe'],
    ['bell\u0007 null\u0000', 'bell null'],
    ['ünïcode 😀 漢字', 'ünïcode 😀 漢字'],
    ['', ''],
  ])('%j becomes %j', (text, inert) => {
    expect(inertLine(text)).toBe(inert);
  });

  it('is no command, is one line, and shows all that it holds, whatever it was', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = inertLine(text);
        expect(isCommand(line)).toBe(false);
        expect(line).not.toMatch(/[\0-\x08\x0a-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
        expect(line).not.toMatch(/\p{Cs}/u);
        expect(inertLine(line)).toBe(line);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes long hostile lines', () => {
    for (const unit of ['\u001b[', '\u001b]', '\u009b0', ':', '##[', '\r', ' ', '\u001b[0;']) {
      expect(isCommand(inertLine(unit.repeat(200_000)))).toBe(false);
    }
  });
});

describe('a tail', () => {
  const text = 'one\n\n two\r\n::error::three\nfour\n\n';

  it('gives the last lines that say something', () => {
    expect(tail(text, 10, 1000)).toBe('one\n two\n: :error::three\nfour');
    expect(tail(text, 2, 1000)).toBe('… (earlier lines left out)\n: :error::three\nfour');
    expect(tail('', 5, 1000)).toBe('');
    expect(tail('\n\n', 5, 1000)).toBe('');
    expect(tail('x', 5, 1000)).toBe('x');
  });

  it('is no longer than asked', () => {
    expect(tail('abcdefghij', 5, 4)).toBe('abc…');
    expect(tail('first\nabcdefghij', 5, 13)).toBe('f…\nabcdefghij');
    fc.assert(
      fc.property(hostile, fc.nat(6), fc.nat(30), (each, lines, maxChars) => {
        const shown = tail(each, lines, maxChars).split('\n');
        const kept = shown[0] === '… (earlier lines left out)' ? shown.slice(1) : shown;
        expect(kept.length).toBeLessThanOrEqual(Math.max(lines, 1));
        expect(kept.join('\n').length).toBeLessThanOrEqual(maxChars);
        expect(shown.some(isCommand)).toBe(false);
      }),
    );
  });

  it('does not read a large text to its start', () => {
    expect(tail(`${'x\n'.repeat(10_000_000)}last`, 1, 100)).toBe('… (earlier lines left out)\nlast');
  });
});
