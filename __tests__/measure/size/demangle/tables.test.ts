import { describe, expect, test } from 'vitest';
import { demangle, normalise, printed } from '../../../../src/measure/size/demangle/demangle.ts';
import { type Expected, LEGACY, legacySymbol, V0 } from './symbols.ts';

describe.each([
  ['v0', V0],
  ['legacy', LEGACY],
] as const)('a %s symbol', (mangling, table) => {
  test.each(table.map((row) => [row.printed, row] as const))('%s', (_, row) => {
    expect(read(row.symbol)).toEqual({ mangling, ...row });
  });
});

test.each([
  ['nothing', ''],
  ['a C function', 'malloc'],
  ['a C function that begins like a crate', 'RC4_test'],
  ['a C++ function', '_ZN4llvm5Value7getTypeEv'],
  ['a C++ function without parameters in its name', '_ZN3foo3barE'],
  ['a C++ name with a hash that is too short', '_ZN3foo16h0123456789abcdeE'],
  ['a hash alone', '_ZN17h0123456789abcdefE'],
  ['a hash that is not last', '_ZN17h0123456789abcdef3fooE'],
  ['a legacy symbol without its end', '_ZN3foo17h0123456789abcdef'],
  ['a legacy symbol with a length beyond its end', '_ZN999999999999999999999foo17h0123456789abcdefE'],
  ['a legacy symbol with another suffix', `${legacySymbol(['foo'])}moo cow`],
  ['a legacy symbol that is not ASCII', '_ZN4fooé17h0123456789abcdefE'],
  ['a prefix alone', '_R'],
  ['a v0 symbol without its end', '_RNv'],
  ['a v0 path in lower case', '_Rv'],
  ['a v0 identifier beyond the end', '_RNvC5hello99foo'],
  ['a v0 symbol with another suffix', '_RNvC5hello3foomoo'],
  ['a v0 reference to itself', '_RNvB_1a'],
  ['a v0 reference forward', '_RMC0B2_'],
  ['a v0 reference from a path to a type', '_RIC1aSbNvB3_1bE'],
  ['a v0 number of more than 64 bits', '_RNCC5hellosZZZZZZZZZZZZ_0'],
  ['a crate disambiguator of more than 64 bits', '_RNvCsZZZZZZZZZZZ_5hello3foo'],
  ['a v0 character beyond Unicode', '_RIC1aKc110000_E'],
  ['a v0 character that is half of one', '_RIC1aKcd800_E'],
  ['a v0 text that is not UTF-8', '_RIC1aKReff_E'],
  ['a v0 text with half a byte', '_RIC1aKRe6_E'],
  ['a v0 boolean that is none', '_RIC1aKb2_E'],
  ['an empty ABI', '_RIC1aFK0EuE'],
  ['punycode without an insertion', '_RNvC5hellou4abc_'],
])('%s is not a Rust symbol', (_, symbol) => {
  expect(demangle(symbol)).toBeNull();
});

function read(symbol: string): (Expected & { mangling: string }) | null {
  const demangled = demangle(symbol);
  if (demangled === null) return null;
  const { mangling, crate, instantiatingCrate } = demangled;
  return {
    mangling,
    symbol,
    printed: printed(demangled),
    crate: crate ?? '(none)',
    ...(instantiatingCrate === null ? {} : { instantiating: instantiatingCrate }),
    normal: normalise(demangled),
  };
}
