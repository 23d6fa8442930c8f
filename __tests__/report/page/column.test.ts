import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/report/page/bytes.ts';
import { packColumn, quantumOf, unpackColumn } from '../../../src/report/page/column.ts';
import { bytesOf, printable } from '../../../src/report/page/printable.ts';

const columns = fc.array(
  fc.oneof(fc.constant(Number.NaN), fc.double({ min: 0, max: 1e12, noNaN: true }), fc.nat(5_000_000)),
  { maxLength: 200 },
);

describe('a column', () => {
  test('keeps every gap, and every value to half a quantum', () => {
    fc.assert(
      fc.property(columns, (numbers) => {
        const values = Float64Array.from(numbers);
        const quantum = quantumOf(values);
        const read = unpackColumn(packColumn(values, quantum), quantum, values.length);
        for (const [index, value] of values.entries()) {
          if (Number.isNaN(value)) expect(read[index]).toBeNaN();
          else
            expect(Math.abs((read[index] ?? 0) - value)).toBeLessThanOrEqual(
              quantum / 2 + value * 1e-12 + 1e-300,
            );
        }
      }),
    );
  });

  test('keeps sizes that seldom change to the byte', () => {
    const sizes = Float64Array.from({ length: 100 }, (_, index) => 4_712_345 + 4096 * Math.floor(index / 10));
    expect(quantumOf(sizes)).toBe(1);
    expect(unpackColumn(packColumn(sizes, 1), 1, 100)).toEqual(sizes);
  });

  test('rounds noise to a third of its steps, and never by more than 1 %', () => {
    const noise = (share: number) =>
      Float64Array.from({ length: 500 }, (_, index) => 1 + share * Math.sin(index * index));
    expect(quantumOf(noise(0.001))).toBeGreaterThan(0.0001);
    expect(quantumOf(noise(0.001))).toBeLessThan(0.0006);
    expect(quantumOf(noise(0.5))).toBeLessThanOrEqual(0.01 * 1.5);
  });

  test.each([
    ['an infinite number', [1, Number.POSITIVE_INFINITY, 2]],
    ['numbers far apart', [1e-300, 1e300, 1]],
    ['nothing', []],
    ['only gaps', [Number.NaN, Number.NaN]],
    ['zeros', [0, 0, 0]],
  ])('ends with %s', (_, numbers) => {
    const values = Float64Array.from(numbers);
    const quantum = quantumOf(values);
    expect(unpackColumn(packColumn(values, quantum), quantum, values.length)).toHaveLength(numbers.length);
  });
});

test('what a writer wrote a reader reads', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.integer(), fc.double(), fc.string({ unit: 'grapheme' }), (a, b, c, d) => {
      const writer = new ByteWriter();
      writer.count(a);
      writer.signed(b);
      writer.float(c);
      writer.text(d);
      const reader = new ByteReader(writer.take());
      expect([reader.count(), reader.signed(), reader.float(), reader.text()]).toEqual([a, b, c, d]);
    }),
  );
});

test('bytes that end too early are an error', () => {
  expect(() => new ByteReader(new Uint8Array([200])).count()).toThrow('cut off');
  expect(() => new ByteReader(new Uint8Array([5, 65])).text()).toThrow('cut off');
});

describe('printable text', () => {
  test('holds any bytes, and nothing that HTML reads', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = printable(bytes);
        expect(text).toMatch(/^\d+ [!-;=?-~]*$/);
        expect(text).not.toContain('&');
        expect(bytesOf(text)).toEqual(bytes);
      }),
    );
  });

  test.each(['', '5', '5 !!', '2 !!!!!!!!!!', '-1 ', 'x !!'])('%j is an error', (text) => {
    expect(() => bytesOf(text)).toThrow('cut off');
  });
});
