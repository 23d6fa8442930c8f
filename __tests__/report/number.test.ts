import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAgainst,
  formatChange,
  formatCount,
  formatDelta,
  formatInterval,
  formatPair,
  formatPercentRange,
  formatThreshold,
  formatValue,
} from '../../src/report/number.ts';

const THIN = '\u202f';

describe('values', () => {
  it.each([
    [0, 'B', '0 B'],
    [1023, 'B', '1023 B'],
    [1024, 'B', '1.00 KiB'],
    [115_098, 'B', '112.4 KiB'],
    [1_048_575, 'B', '1.00 MiB'],
    [4_834_816, 'B', '4.61 MiB'],
    [912_334_848, 'B', '870.1 MiB'],
    [157_286_400, 'B', '150.0 MiB'],
    [0, 's', '0 s'],
    [61.23, 's', '61.2 s'],
    [1234.5, 's', '1235 s'],
    [0.9996, 's', '1.00 s'],
    [0.0123, 's', '12.3 ms'],
    [0.000_000_85, 's', '850 ns'],
    [54, 'count', '54'],
    [1234, 'count', '1234'],
    [12_345_678, 'count', `12${THIN}345${THIN}678`],
  ] as const)('%d %s is %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it('keeps counts apart in thin groups from five digits on', () => {
    expect(formatCount(100_000)).toBe(`100${THIN}000`);
  });

  it('stays short for any number', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom('B' as const, 's' as const, 'count' as const),
        (value, unit) => {
          expect(formatValue(value, unit).length).toBeLessThan(32);
          expect(formatDelta(-value, unit).length).toBeLessThan(33);
        },
      ),
    );
  });
});

describe('pairs', () => {
  it.each([
    [4_834_816, 4_949_914, 'B', ['4.61 MiB', '4.72 MiB']],
    [4_834_816, 4_834_828, 'B', [`4${THIN}834${THIN}816 B`, `4${THIN}834${THIN}828 B`]],
    [4_834_816, 4_834_816, 'B', ['4.61 MiB', '4.61 MiB']],
    [61.21, 61.24, 's', ['61.21 s', '61.24 s']],
  ] as const)('%d and %d %s', (before, after, unit, texts) => {
    expect(formatPair(before, after, unit)).toEqual(texts);
  });

  it('never shows two different numbers alike', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.nat(2 ** 40), fc.integer({ min: -40, max: 40 }), (x, y, near) => {
        for (const other of [y, Math.max(0, x + near)]) {
          for (const unit of ['B', 'count'] as const) {
            const [before, after] = formatPair(x, other, unit);
            expect(before === after).toBe(x === other);
          }
        }
      }),
    );
  });
});

describe('relative changes', () => {
  it.each([
    [0, '0 %'],
    [0.023_806, '+2.38 %'],
    [-0.05, '−5.00 %'],
    [0.123_4, '+12.3 %'],
    [1.5, '+150 %'],
    [120, `+12${THIN}000 %`],
    [-0.000_03, '−0.003 %'],
    [0.000_000_5, '+<0.0001 %'],
  ])('%d is %s', (change, text) => {
    expect(formatChange(change)).toBe(text);
  });

  it('joins two as a range', () => {
    expect(formatPercentRange([-0.002, 0.0581])).toBe('[−0.20, +5.81] %');
  });

  it.each([
    [0.001, '0.1 %'],
    [0.010_04, '1 %'],
    [0.000_211_8, '0.021 %'],
    [0, '0 %'],
  ])('threshold %d is %s', (threshold, text) => {
    expect(formatThreshold(threshold)).toBe(text);
  });

  it.each([
    [0.0238, 0.001, '+2.38 %', '0.1 %'],
    [0.009_96, 0.01, '+0.996 %', '1 %'],
    [-0.009_999_9, 0.01, '−0.99999 %', '1 %'],
    [0.023_36, 0.0234, '+2.336 %', '2.34 %'],
  ])('%d against %d is %s against %s', (change, threshold, shownChange, shownThreshold) => {
    expect(formatAgainst(change, threshold)).toEqual({ change: shownChange, threshold: shownThreshold });
  });

  it('never turns a sign, nor a place beside the threshold', () => {
    const relative = fc.oneof(
      fc.double({ min: -2, max: 20, noNaN: true }),
      fc.double({ min: -0.01, max: 0.01, noNaN: true }),
    );
    const nearby = fc.double({ min: 0.98, max: 1.02, noNaN: true });
    fc.assert(
      fc.property(
        relative,
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        nearby,
        (free, threshold, factor) => {
          for (const change of [free, threshold * factor, -threshold * factor]) {
            const shown = formatAgainst(change, threshold);
            expect(/^[−-]?0(\.0*)? /.test(shown.change)).toBe(change === 0);
            expect(shown.change.startsWith('−')).toBe(change < 0);
            if (shown.change.includes('<')) continue;
            expect(numberIn(shown.change) >= numberIn(shown.threshold)).toBe(Math.abs(change) >= threshold);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function numberIn(text: string): number {
  return Number(text.replaceAll(THIN, '').replace(/[+−%]/g, ''));
}

describe('an interval', () => {
  it.each<[number, number, string]>([
    [0.0529, 0.0679, '[+5.3, +6.8] %'],
    [-0.005, 0.0101, '[−0.5, +1.0] %'],
    [-0.0004, 0.0003, '[−0.040, +0.030] %'],
    [-0.3, 1.7, '[−30, +170] %'],
    [0.00004, 0.03, '[0.0, +3.0] %'],
    [0, 0, '[0, 0] %'],
  ])('from %d to %d has two digits of its width: %s', (low, high, shown) => {
    expect(formatInterval([low, high])).toBe(shown);
  });
});
