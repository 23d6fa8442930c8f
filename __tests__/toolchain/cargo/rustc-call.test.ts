import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRunningLine, shellWords } from '../../../src/toolchain/cargo/rustc-call.ts';

/** A word as cargo prints it on Unix. */
function unixQuoted(word: string): string {
  if (/^[A-Za-z0-9_\-=/,.+]+$/.test(word)) return word;
  return `'${word.replace(/['!]/g, (char) => `'\\${char}'`)}'`;
}

/** A word as cargo prints it on Windows. */
function windowsQuoted(word: string): string {
  if (word !== '' && !/[" \t\n]/.test(word)) return word;
  const escaped = word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1');
  return `"${escaped}"`;
}

describe('shellWords', () => {
  test('takes apart what Unix quoting put together', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(shellWords(words.map(unixQuoted).join(' '))).toEqual(words);
      }),
    );
  });

  test('takes apart what Windows quoting put together', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'C:', '\\', ' ', '"', '=', '-') });
    const plain = letters.filter((word) => !/\\"|\\\\/.test(word));
    fc.assert(
      fc.property(fc.array(plain), (words) => {
        expect(shellWords(words.map(windowsQuoted).join(' '))).toEqual(words);
      }),
    );
  });

  test('ends for every text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const length = shellWords(text).join('').length;
        expect(length).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

const LINE =
  '     Running `/opt/rust/bin/rustc --crate-name my_app --edition=2021 app/src/main.rs --error-format=json --crate-type bin --emit=dep-info,link -C opt-level=3 -C lto=fat -C codegen-units=4 --allow=unused_variables --cfg \'feature="a"\' --cfg \'feature="default"\' --check-cfg \'cfg(feature, values("a"))\' -C metadata=e7a4 -C extra-filename=-e47f --out-dir /t/deps --target x86_64-unknown-linux-gnu -C linker=/usr/bin/cc -C strip=debuginfo -L dependency=/t/deps --extern a=/t/deps/liba.rlib -C target-cpu=native -Ccodegen-units=1 --codegen=relro-level=off -Zthreads=2 --cfg foo -D warnings -L /tmp -l m -C link-arg=-Wl,--build-id --cfg zz`';

describe('parseRunningLine', () => {
  test('reads a real command, the last word on each key', () => {
    const call = parseRunningLine(LINE);
    expect(call).toMatchObject({
      rustc: '/opt/rust/bin/rustc',
      crateName: 'my_app',
      crateTypes: ['bin'],
      target: 'x86_64-unknown-linux-gnu',
      features: ['a', 'default'],
      extra: [
        '-C target-cpu=native',
        '-C codegen-units=1',
        '-C relro-level=off',
        '-Z threads=2',
        '--cfg foo',
        '-C link-arg=-Wl,--build-id',
        '--cfg zz',
      ],
    });
    expect(call?.codegen.get('codegen-units')).toBe('1');
    expect(call?.codegen.get('lto')).toBe('fat');
    expect(call?.codegen.get('linker')).toBe('/usr/bin/cc');
  });

  test('reads a command of Windows', () => {
    const call = parseRunningLine(
      '     Running `C:\\rust\\bin\\rustc.exe --crate-name app src\\main.rs --crate-type bin --cfg "feature=\\"a b\\"" -C lto --out-dir "C:\\my files\\deps" -L "dependency=C:\\my files\\deps"`',
    );
    expect(call).toMatchObject({ rustc: 'C:\\rust\\bin\\rustc.exe', features: ['a b'], extra: [] });
    expect(call?.codegen.get('lto')).toBe('');
  });

  test.for([
    '     Running `/t/release/build/app-5b2a/build-script-build`',
    '   Compiling app v0.1.0 (/x)',
    'warning: Running `rustc --crate-name x`',
    '     Running `--crate-name`',
    '',
  ])('knows what is no compiler: %s', (line) => {
    expect(parseRunningLine(line)).toBeNull();
  });
});
