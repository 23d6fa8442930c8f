import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  linkerOption,
  parseLinkCommand,
  withOutput,
} from '../../../../src/toolchain/cargo/layouts/link-command.ts';

/** As Rust's `{:?}` writes a string. */
const quoted = (text: string) =>
  `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\u200b', '\\u{200b}')}"`;

describe('parseLinkCommand', () => {
  test('reads variables, program and arguments as rustc prints them', () => {
    const text =
      'LC_ALL="C" PATH="/a b:/c" VSLANG="1033" "cc" "-m64" "x.o" "A=\\"b\\"" "-o" "/t/deps/app-1"\n';
    expect(parseLinkCommand(text)).toEqual({
      file: 'cc',
      args: ['-m64', 'x.o', 'A="b"', '-o', '/t/deps/app-1'],
      env: { LC_ALL: 'C', PATH: '/a b:/c', VSLANG: '1033' },
    });
  });

  test.for(['', 'nothing', '"cc"', 'A="b"', '"cc" "\\q"'])('%j is none', (text) => {
    expect(parseLinkCommand(text)).toBeNull();
  });

  test('gives back whatever was quoted', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', '"', '\\', ' ', '\n', '=', '\u200b', 'u', '{', 'é'),
    });
    fc.assert(
      fc.property(word, fc.array(word, { minLength: 1 }), (file, args) => {
        const read = parseLinkCommand([file, ...args].map(quoted).join(' '));
        expect(read).toEqual({ file, args, env: {} });
      }),
    );
  });
});

test('an output is replaced and arguments are added', () => {
  const command = { file: 'cc', args: ['-o', 'a', 'x.o'], env: {} };
  expect(withOutput(command, 'b', ['-s'])?.args).toEqual(['-o', 'b', 'x.o', '-s']);
  expect(withOutput({ ...command, args: ['x.o', '-o'] }, 'b', [])).toBeNull();
});

test.for([
  ['cc', '-Wl,--strip-all'],
  ['/usr/bin/clang', '-Wl,--strip-all'],
  ['rust-lld', '--strip-all'],
  ['/x/ld.lld', '--strip-all'],
  ['x86_64-linux-gnu-ld', '--strip-all'],
  ['x86_64-unknown-linux-musl-gcc', '-Wl,--strip-all'],
])('%s takes %s', ([file = '', option]) => {
  expect(linkerOption({ file, args: [], env: {} }, '--strip-all')).toBe(option);
});
