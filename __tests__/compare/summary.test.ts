import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/compare/comparison.ts';
import { type SummaryTable, summarise, worstFirst } from '../../src/compare/summary.ts';
import { comparison } from './fixtures.ts';

const moved = (change: number, changes: Partial<Comparison> = {}) =>
  comparison({ change, verdict: change > 0 ? 'regression' : 'improvement', ...changes });
const cells = (table: SummaryTable) =>
  table.map(({ direction, category, mean, range, count }) => [
    direction,
    category,
    mean === null ? null : Number(mean.toFixed(6)),
    range,
    count,
  ]);

describe('summarise', () => {
  test('has the five rows, with nothing in them when nothing moved', () => {
    const empty = [null, null, 0];
    expect(cells(summarise([comparison({ relevant: false })]).joined)).toEqual([
      ['regression', 'primary', ...empty],
      ['regression', 'secondary', ...empty],
      ['improvement', 'primary', ...empty],
      ['improvement', 'secondary', ...empty],
      ['all', null, ...empty],
    ]);
  });

  test('means and ranges, improvements from the nearest to zero', () => {
    const rows = [
      moved(0.01),
      moved(0.03),
      moved(0.5, { category: 'secondary' }),
      moved(-0.02),
      moved(-0.2),
      moved(-0.3, { category: 'secondary' }),
      moved(0.9, { headline: false }),
      comparison({ verdict: 'inconclusive', change: 0.9 }),
    ];
    expect(cells(summarise(rows).joined)).toEqual([
      ['regression', 'primary', 0.02, [0.01, 0.03], 2],
      ['regression', 'secondary', 0.5, [0.5, 0.5], 1],
      ['improvement', 'primary', -0.11, [-0.02, -0.2], 2],
      ['improvement', 'secondary', -0.3, [-0.3, -0.3], 1],
      ['all', null, 0.003333, [-0.3, 0.5], 6],
    ]);
  });

  test('is split by axis, in a fixed order, and leaves out axes without a headline row', () => {
    const rows = [
      moved(0.1, { case: 'compile workspace', metric: 'cpu-seconds' }),
      moved(0.2),
      comparison({ case: 'bench a', metric: 'x', headline: false }),
    ];
    const { axes } = summarise(rows);
    expect(axes.map(({ axis }) => axis)).toEqual(['size', 'compile']);
    expect(axes[0]?.table[0]).toMatchObject({ mean: 0.2, count: 1 });
    expect(axes[1]?.table[4]).toMatchObject({ mean: 0.1, count: 1 });
  });

  test('counts something out of nothing without averaging it', () => {
    const rows = [comparison({ before: 0, change: null }), moved(0.5)];
    expect(summarise(rows).joined[0]).toMatchObject({ mean: 0.5, range: [0.5, 0.5], count: 2 });
    expect(summarise(rows.slice(0, 1)).joined[0]).toMatchObject({ mean: null, count: 1 });
  });

  test('the mean lies in the range and the counts add up', () => {
    const changes = fc.array(fc.double({ min: -1, max: 1e6, noNaN: true }).filter((x) => x !== 0));
    fc.assert(
      fc.property(changes, (some) => {
        const table = summarise(some.map((change) => moved(change))).joined;
        const counts = table.map(({ count }) => count);
        expect(counts.slice(0, 4).reduce((a, b) => a + b, 0)).toBe(some.length);
        expect(counts[4]).toBe(some.length);
        for (const { mean, range } of table) {
          if (mean === null || range === null) continue;
          expect(mean).toBeGreaterThanOrEqual(Math.min(...range) - 1e-3);
          expect(mean).toBeLessThanOrEqual(Math.max(...range) + 1e-3);
        }
      }),
    );
  });
});

describe('worstFirst', () => {
  test('puts budgets, regressions, suspicions and improvements in this order', () => {
    const rows = {
      improvement: moved(-0.9, { magnitude: 'very large' }),
      suspicion: comparison({ verdict: 'inconclusive', magnitude: 'very large' }),
      secondary: moved(0.9, { category: 'secondary', magnitude: 'very large' }),
      small: moved(0.2, { magnitude: 'small' }),
      large: moved(0.1, { magnitude: 'large' }),
      larger: moved(0.15, { magnitude: 'large' }),
      fresh: comparison({ before: 0, change: null, magnitude: 'large' }),
      budget: comparison({
        verdict: 'none',
        relevant: false,
        magnitude: null,
        overBudget: true,
        headline: false,
      }),
      detail: moved(5, { headline: false }),
      quiet: comparison({ verdict: 'none', relevant: false }),
    };
    const names = new Map(Object.entries(rows).map(([name, row]) => [row, name]));
    expect(worstFirst(Object.values(rows)).map((row) => names.get(row))).toEqual([
      'budget',
      'fresh',
      'larger',
      'large',
      'small',
      'secondary',
      'suspicion',
      'improvement',
    ]);
  });

  test('does not depend on the order of its input', () => {
    const rows = fc.array(
      fc
        .record({
          case: fc.constantFrom('size a', 'size b', 'size é'),
          change: fc.constantFrom(0.1, 0.2, null),
          category: fc.constantFrom('primary' as const, 'secondary' as const),
        })
        .map(comparison),
    );
    fc.assert(
      fc.property(rows, (some) => {
        expect(worstFirst(some.toReversed())).toEqual(worstFirst(some));
      }),
    );
  });
});
