import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeOf, quantityOf } from '../../src/config/quantity.ts';
import { quote } from '../../src/config/quote.ts';
import { METRIC_NAMES } from '../../src/config/schema.ts';
import { nearest } from '../../src/config/suggest.ts';
import { METRICS } from '../../src/measure/metric.ts';

describe('quantityOf', () => {
  test.each([
    ['64 MiB', 'B', 67_108_864],
    ['64MiB', 'B', 67_108_864],
    ['1.5 kB', 'B', 1500],
    ['1.1 KiB', 'B', 1126],
    ['0 B', 'B', 0],
    ['2 GB', 'B', 2e9],
    ['1 GiB', 'B', 1_073_741_824],
    [4096, 'B', 4096],
    ['30 s', 's', 30],
    ['250 ms', 's', 0.25],
    ['3 us', 's', 3e-6],
    ['7 µs', 's', 7e-6],
    ['9 ns', 's', 9e-9],
    ['1.5 min', 's', 90],
    ['2 h', 's', 7200],
    [0.5, 's', 0.5],
    [12, 'count', 12],
  ] as const)('%s in %s', (value, unit, expected) => {
    expect(quantityOf(value, unit)).toBe(expected);
  });

  test.each([
    ['64 mib', 'B'],
    ['64 KB', 'B'],
    ['64  MiB', 'B'],
    [' 64 MiB', 'B'],
    ['64 MiB ', 'B'],
    ['-1 B', 'B'],
    ['+1 B', 'B'],
    ['1e3 B', 'B'],
    ['1,5 kB', 'B'],
    ['.5 kB', 'B'],
    ['5. kB', 'B'],
    ['0.5 B', 'B'],
    ['64', 'B'],
    ['', 'B'],
    ['MiB', 'B'],
    ['30 s', 'B'],
    ['999999999999999 GiB', 'B'],
    [1.5, 'B'],
    [-1, 'B'],
    [2 ** 60, 'B'],
    [Number.NaN, 's'],
    [Number.POSITIVE_INFINITY, 's'],
    ['1 MiB', 's'],
    ['1 m', 's'],
    ['5 B', 'count'],
    [1.5, 'count'],
    ['1 constructor', 'B'],
  ] as const)('%s is nothing in %s', (value, unit) => {
    expect(quantityOf(value, unit)).toBeNull();
  });

  test('units agree with arithmetic', () => {
    const units = { B: 1, kB: 1000, MB: 1000 ** 2, KiB: 1024, MiB: 1024 ** 2 };
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.constantFrom(...Object.entries(units)), (count, [unit, factor]) => {
        expect(quantityOf(`${count} ${unit}`, 'B')).toBe(count * factor);
      }),
    );
  });
});

test.each([
  ['0.1%', 0.001],
  ['0.1 %', 0.001],
  ['250%', 2.5],
  ['0%', 0],
  [0.05, 0.05],
  [1, 1],
  [1.01, null],
  [-0.1, null],
  [Number.NaN, null],
  ['1', null],
  ['-1%', null],
  ['1  %', null],
  ['1%%', null],
])('changeOf(%s) is %s', (value, expected) => {
  expect(changeOf(value)).toBe(expected);
});

test('metrics of one name have one unit, so that a rule needs no axis', () => {
  const units = Object.values(METRICS).flatMap((metrics) =>
    Object.entries(metrics).map(([name, { unit }]) => `${name} ${unit}`),
  );
  expect(new Set(units).size).toBe(METRIC_NAMES.length);
});

test.each([
  ['profil', 'profile'],
  ['PROFILE', 'profile'],
  ['feautres', 'features'],
  ['all_features', 'all-features'],
  ['banana', null],
  ['', null],
  ['f'.repeat(100_000), null],
])('nearest to %s is %s', (word, expected) => {
  expect(nearest(word, ['profile', 'features', 'all-features', 'f'.repeat(100_000)])).toBe(expected);
});

test('quote gives one inert, bounded line for any text', () => {
  expect(quote('a"b\n\u202e\u2028\u{e0041}')).toBe('"a\\"b\\n\\u202e\\u2028\\u{e0041}"');
  expect(quote(`${'😀'.repeat(200)}`)).toBe(`"${'😀'.repeat(80)}…"`);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const quoted = quote(text);
      expect(quoted).toMatch(/^"[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]*"$/u);
      expect(quoted.length).toBeLessThan(1000);
    }),
  );
});
