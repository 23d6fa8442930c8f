import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { benchPattern, readCommand } from '../../../src/jobs/respond/command.ts';
import { fits } from '../../../src/wildcard.ts';

const command = (given: object) => ({ kind: 'command', command: given });

test.each<[string, object]>([
  ['/tare', { name: 'run' }],
  ['/tare  ', { name: 'run' }],
  ['/Tare HELP', { name: 'help' }],
  ['Thanks!\r\n\r\n/tare\r\n\r\nBye', { name: 'run' }],
  ['/tare bench sort', { name: 'bench', filter: 'sort' }],
  ['/tare\tbench  sort/10k big ', { name: 'bench', filter: 'sort/10k big' }],
  ['/tare accept bench sort Known', { name: 'accept', case: 'bench sort', reason: 'Known' }],
  ['/tare accept "bench a b" Known cost', { name: 'accept', case: 'bench a b', reason: 'Known cost' }],
  ['/tare accept `size x` Known', { name: 'accept', case: 'size x', reason: 'Known' }],
  ['/tare accept * All', { name: 'accept', case: '*', reason: 'All' }],
  ['```\n/tare help\n```\n/tare', { name: 'run' }],
  ['~~~~\n```\n/tare help\n~~~~\n/tare', { name: 'run' }],
  ['<!-- /tare -->\n/tare help', { name: 'help' }],
  ['/tare bench \u202esort\u2069\u0000', { name: 'bench', filter: 'sort' }],
])('%j', (comment, expected) => {
  expect(readCommand(comment)).toEqual(command(expected));
});

test.each(['', 'tare', '> /tare', ' /tare', '/tares', 'a /tare', '```\n/tare', '<!--\n/tare', '/ tare'])(
  '%j holds none',
  (comment) => expect(readCommand(comment)).toEqual({ kind: 'none' }),
);

describe('whatever a comment holds', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '/tare',
      '\n',
      '\r',
      ' ',
      'accept',
      'bench',
      '*',
      '`',
      '"',
      '<!--',
      '-->',
      '```',
      '\u202e',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const comment = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));

  test('a command is one bounded line of what can be seen', () => {
    fc.assert(
      fc.property(comment, (text) => {
        const read = readCommand(text);
        for (const value of Object.values(read.kind === 'command' ? read.command : read)) {
          expect(value).not.toMatch(/[\n\r\u0000-\u0008\u202a-\u202e\u2066-\u2069]/);
          expect(String(value).length).toBeLessThanOrEqual(1000);
        }
      }),
    );
  });

  test('60 kB of anything are read in no time', () => {
    for (const part of ['<!--', '```\n', '/tare\n', '/tare accept "', '\r', '\u001b[', '/tare '.repeat(9)])
      expect(readCommand(part.repeat(60_000 / part.length)).kind).toMatch(/none|mistake/);
  });
});

test('a filter is a part of a name, or a whole pattern', () => {
  const matches = (filter: string, name: string) => fits(benchPattern(filter).split('*'), name);
  expect(matches('sort', 'bench group/sort/10k')).toBe(true);
  expect(matches('sort', 'size sort')).toBe(false);
  expect(matches('bench sort', 'bench sort/10k')).toBe(false);
  expect(matches('bench sort*', 'bench sort/10k')).toBe(true);
  expect(matches('s*t', 'bench start')).toBe(true);
});
