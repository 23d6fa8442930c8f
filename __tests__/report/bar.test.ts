import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barScale, intervalBar } from '../../src/report/bar.ts';
import { likelyRenames } from '../../src/report/renames.ts';
import { displayWidth } from '../../src/report/width.ts';
import { timed } from '../support/bench-reports.ts';
import * as reports from '../support/reports.ts';

describe('the bar of an interval', () => {
  it.each([
    ['beyond the threshold', 0.06, 0.02, '·········:│:··├─●─┤··'],
    ['on the other side', -0.06, 0.02, '··├─●─┤··:│:·········'],
    ['over no change', 0.01, 0.03, '········├─┼●──┤······'],
    ['thinner than a cell', 0.03, 0.001, '·········:│:·●·······'],
    ['that stops just short of no change', 0.012, 0.01, '·········:│●┤········'],
    ['and on the other side', -0.003, 0.002, '·········●│:·········'],
    ['at nothing', 0, 0, '·········:●:·········'],
    ['that leaves the picture', 0.09, 0.05, '·········:│:··├────●►'],
    ['beyond the picture', 0.5, 0.05, '·········:│:········►'],
    ['beyond its other end', -0.5, 0.05, '◄········:│:·········'],
  ])('%s', (_, change, half, bar) => {
    expect(intervalBar(timed('x', 1, change, half), 0.1)).toBe(bar);
  });

  it('is empty without an interval', () => {
    expect(intervalBar(timed('x', 1, 0.1, 0, { ci: null }), 0.1)).toBe('');
    expect(barScale([timed('x', 1, 0.1, 0, { ci: null })])).toBeNull();
  });

  it.each([
    [[timed('x', 1, 0.061, 0.007)], 0.08],
    [[timed('x', 1, 0.001, 0.004)], 0.02],
    [[timed('x', 1, 0.061, 0.007), timed('y', 1, 4, 1)], 0.1],
    [[timed('x', 1, 0.061, 0.007, { threshold: 0 })], 0.08],
  ])('has a scale that all intervals share (%#)', (rows, scale) => {
    expect(barScale(rows)).toBeCloseTo(scale, 12);
  });

  it('always has one width, and puts every change on its side of no change and of the threshold', () => {
    const share = fc.double({ min: -3, max: 3, noNaN: true });
    const margin = fc.double({ min: 0, max: 2, noNaN: true });
    fc.assert(
      fc.property(
        share,
        margin,
        fc.double({ min: 1e-4, max: 0.5, noNaN: true }),
        (change, half, threshold) => {
          const row = timed('x', 1, change, half, { threshold });
          const scale = barScale([row]) ?? 0;
          const bar = intervalBar(row, scale);
          expect(displayWidth(bar)).toBe(21);
          expect(bar).toMatch(/^[·:│┼├┤─●◄►]{21}$/u);
          const dot = bar.indexOf('●') - 10;
          if (dot !== -11 && dot !== 0) expect(Math.sign(dot)).toBe(Math.sign(change));
          expect(scale).toBeGreaterThanOrEqual(threshold);
        },
      ),
    );
  });
});

describe('likely renames', () => {
  const only = (names: readonly string[], configuration = 'default') =>
    names.map((name) => ({ configuration, case: name, values: [] }));
  const pairs = (removed: readonly string[], added: readonly string[]) =>
    likelyRenames({ ...reports.quietReport(), removed: only(removed), added: only(added) }).map(
      ({ before, after }) => `${before} → ${after}`,
    );

  it('pair the nearest names, each once', () => {
    expect(pairs(['bench sort/10k', 'bench old'], ['bench sort_unstable/10k', 'bench sort/100k'])).toEqual([
      'bench sort/10k → bench sort/100k',
    ]);
  });

  it('pair nothing that is unlike, of another axis or of the same name', () => {
    expect(pairs(['bench parse'], ['bench walk'])).toEqual([]);
    expect(pairs(['bench tool'], ['size tool'])).toEqual([]);
    expect(pairs(['size tool'], ['size tool'])).toEqual([]);
    expect(pairs([], ['size tool'])).toEqual([]);
  });

  it('ask for the same configuration', () => {
    const removed = only(['size tool'], 'musl');
    expect(likelyRenames({ ...reports.quietReport(), removed, added: only(['size tools']) })).toEqual([]);
  });
});
