import { describe, expect, test } from 'vitest';
import { randomBits, uniform, xoshiro128 } from '../../src/compare/random.ts';

const take = (count: number, bits: () => number) => Array.from({ length: count }, bits);

describe('xoshiro128**', () => {
  test("gives the reference implementation's numbers", () => {
    // xoshiro128starstar.c 1.1 from state 1, 2, 3, 4, as the tests of Rust's rand_xoshiro list them.
    expect(take(10, xoshiro128(1, 2, 3, 4))).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  test('seeded from text gives the same numbers everywhere', () => {
    // Computed with Python's big integers from the three published algorithms.
    expect(take(4, randomBits('tare'))).toEqual([2948227068, 1884861551, 1915228161, 530897335]);
    expect(take(4, randomBits('tare'))).not.toEqual(take(4, randomBits('tarf')));
    expect(new Set(take(1000, randomBits(''))).size).toBeGreaterThan(990);
  });
});

test('uniform stays in [0, 1) and is even', () => {
  const bits = randomBits('uniform');
  const values = take(10_000, () => uniform(bits));
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.015); // 5 standard errors
});
