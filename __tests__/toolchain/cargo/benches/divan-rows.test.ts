import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listedNames, rowsOf } from '../../../../src/toolchain/cargo/benches/divan-rows.ts';

// As divan 0.1.3 and 0.1.8 print it, which have no `args`: `--list`, and `--test`.
const OLD_LIST = `tree
├─ ignored     (ignored)
├─ plain
├─ re named
├─ threaded
├─ consts
│  ├─ 4
│  ╰─ 8
├─ inner
│  ╰─ grp
│     ╰─ one
╰─ types
   ├─ Vec<u8>
   ╰─ u32

`;
const OLD_TEST = OLD_LIST.replace('├─ threaded\n', '├─ threaded\n│  ├─ t=1\n│  ╰─ t=2\n');

// As divan 0.1.12, 0.1.14, 0.1.16, 0.1.17 and 0.1.21 print it: `--list`, and `--test` with what it says besides.
const LIST = `tree
├─ both
├─ counted
├─ ignored        (ignored)
├─ nothing
├─ plain
├─ re named
├─ strings
├─ sum
├─ threaded
├─ consts
│  ├─ 4
│  ╰─ 8
├─ inner
│  ├─ sum
│  ╰─ grp
│     ╰─ one
╰─ types
   ├─ Vec<u8>
   ╰─ u32

`;
const TEST = `tree
├─ both
│  ├─ 5
│  │  ├─ t=1
│  │  ╰─ t=2
│  ╰─ 6
│     ├─ t=1
│     ╰─ t=2
├─ counted
├─ ignored        (ignored)
├─ nothing
│  ├─ 1
│  ╰─ 2
├─ plain
├─ re named
├─ strings
│  ├─ a-b.c/d
│  ├─ a::b
│  ├─ two words
│  ├─ wide   gap
│  ╰─ x (y) [z]*
├─ sum
│  ├─ 1
│  ├─ 10
│  ╰─ 100
├─ threaded
│  ├─ t=1
│  ╰─ t=2
├─ consts
│  ├─ 4
│  ╰─ 8
├─ inner
│  ├─ sum
│  │  ├─ 1
│  │  ╰─ 2
│  ╰─ grp
│     ╰─ one
╰─ types
   ├─ Vec<u8>
   ╰─ u32

`;
const TOLD = "warning: No benchmark function registered for '2'\n";

const shown = (rows: ReturnType<typeof rowsOf>) =>
  rows.map(({ path, threads }) => (threads === null ? path : `${path} on ${threads}`));

describe('the rows of a divan program', () => {
  test('without args, of the oldest', () => {
    expect(shown(rowsOf(listedNames(OLD_LIST), OLD_TEST, ''))).toEqual([
      'tree::plain',
      'tree::re named',
      'tree::threaded on 1',
      'tree::threaded on 2',
      'tree::consts::4',
      'tree::consts::8',
      'tree::inner::grp::one',
      'tree::types::Vec<u8>',
      'tree::types::u32',
    ]);
  });

  const EVERY = [
    ...['5 on 1', '5 on 2', '6 on 1', '6 on 2'].map((row) => `tree::both::${row}`),
    'tree::counted',
    'tree::nothing::1',
    'tree::nothing::2',
    'tree::plain',
    'tree::re named',
    ...['a-b.c/d', 'a::b', 'two words', 'wide   gap', 'x (y) [z]*'].map((row) => `tree::strings::${row}`),
    ...['1', '10', '100'].map((row) => `tree::sum::${row}`),
    'tree::threaded on 1',
    'tree::threaded on 2',
    'tree::consts::4',
    'tree::consts::8',
    'tree::inner::sum::1',
    'tree::inner::sum::2',
    'tree::inner::grp::one',
    'tree::types::Vec<u8>',
    'tree::types::u32',
  ];

  test('with args, threads, consts and types', () => {
    expect(shown(rowsOf(listedNames(LIST), TEST, ''))).toEqual(EVERY);
  });

  test('listed with their args, as cargo-nextest is told', () => {
    const terse = EVERY.filter((row) => !row.endsWith(' on 2')).map((row) => row.replace(/ on 1$/, ''));
    expect(shown(rowsOf(terse, TEST, ''))).toEqual(EVERY);
  });

  test('one that registers no function has no time', () => {
    const many = LIST.replace('│  ├─ sum\n', '').replace('├─ sum\n', '');
    const rows = shown(rowsOf(listedNames(many), TEST, TOLD));
    expect(rows).toContain('tree::nothing::1');
    expect(rows).not.toContain('tree::nothing::2');
    // Another row ends in 2, too: it is not known which of them was told.
    expect(shown(rowsOf(listedNames(LIST), TEST, TOLD))).toContain('tree::nothing::2');
  });

  test('what the benchmarks print among them changes no name', () => {
    const noisy = TEST.replaceAll('\n', '\nhello\n  setting up 3 of 4\n').replaceAll('\n', '\r\n');
    expect(shown(rowsOf(listedNames(LIST), noisy, ''))).toEqual(EVERY);
  });

  test('a run that ended early leaves the others as they are listed', () => {
    const early = TEST.slice(0, TEST.indexOf('├─ strings'));
    expect(shown(rowsOf(listedNames(LIST), early, ''))).toEqual(
      expect.arrayContaining(['tree::both::5 on 1', 'tree::nothing::2', 'tree::strings', 'tree::sum']),
    );
    expect(shown(rowsOf(['t::a', 't::t=4'], '', ''))).toEqual(['t::a', 't::t=4']);
  });

  test('an argument that reads like a number of threads is one where it is listed', () => {
    expect(shown(rowsOf(['t::a::t=4'], 't\n╰─ a\n   ╰─ t=4\n', ''))).toEqual(['t::a::t=4']);
  });

  test('any text gives each listed benchmark a row, or rows that begin with it', () => {
    const line = fc.constantFrom('t', '├─ a', '╰─ b', '│  ├─ t=1', '   ╰─ t=2', '│  ╰─ a', '', 'noise', '│');
    const listed = fc.uniqueArray(fc.constantFrom('t::a', 't::b', 't::a::a', 't::b::t=2'));
    fc.assert(
      fc.property(fc.array(line), listed, (lines, names) => {
        const rows = rowsOf(names, lines.join('\n'), '');
        for (const { path } of rows) expect(names.some((name) => path.startsWith(name))).toBe(true);
        for (const name of names) expect(rows.some(({ path }) => path.startsWith(name))).toBe(true);
      }),
    );
  });
});
