import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparableRows, judgeHistorical } from '../../src/compare/historical.ts';
import { METRICS } from '../../src/measure/metric.ts';
import { historyOf, IDENTITY } from './fixtures.ts';

const flat = Array.from({ length: 12 }, (_, i) => 100 + (i % 2));
const judge = (before: number, after: number, earlier: readonly number[] = flat, change = 0.05) =>
  judgeHistorical({ before, after, earlier, differing: [], limits: { floor: 0, change } });

describe('judgeHistorical', () => {
  test('within the fence nothing changed', () => {
    const judgement = judge(100, 104.9);
    expect(judgement).toMatchObject({
      verdict: 'none',
      relevant: false,
      threshold: 0.05,
      samples: 12,
      why: [],
    });
    expect(judgement.change).toBeCloseTo(0.049, 12);
  });

  test.each([106, 94])('beyond the fence is suspicious, never a verdict with a sign: %i', (after) => {
    const judgement = judge(100, after);
    expect(judgement).toMatchObject({ verdict: 'inconclusive', relevant: true });
    expect(judgement.why[0]).toMatchObject({ kind: 'judgement' });
    expect(judgement.why[0]?.note).toMatch(/^suspicious: .*not confirmed by a paired rebuild$/);
  });

  test('a restless history raises the fence', () => {
    // Steps 1/1.1 − 1 and 0.1 in turn: 0.0909 five times and 0.1 six times, so Q1 = 0.0909, Q3 = 0.1.
    const restless = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 10 : 11));
    const { threshold, verdict } = judge(10, 11.2, restless);
    expect(threshold).toBeCloseTo(0.1 + 3 * (0.1 - 1 / 11), 12);
    expect(verdict).toBe('none');
    expect(judge(10, 11.3, restless).verdict).toBe('inconclusive');
  });

  test('looks at the last 30 steps only', () => {
    const wild = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 10 : 20));
    const calm = Array.from({ length: 31 }, () => 10);
    expect(judge(10, 10.6, [...wild, ...calm]).threshold).toBe(0.05);
  });

  test('with fewer than ten earlier values it says so and does not alarm', () => {
    const judgement = judge(100, 300, flat.slice(0, 9));
    expect(judgement).toMatchObject({ verdict: 'inconclusive', relevant: false, samples: 9 });
    expect(judgement.why[0]?.note).toMatch(/^not enough history: 9 of 10/);
    expect(judge(100, 300, flat.slice(0, 10)).relevant).toBe(true);
  });

  test('other hardware is named and never alarms', () => {
    const differing = [{ field: 'machine.cpu', before: 'EPYC 7763', after: 'Xeon 8370C' }];
    const judgement = judgeHistorical({
      before: 100,
      after: 300,
      earlier: flat,
      differing,
      limits: { floor: 0, change: 0.05 },
    });
    expect(judgement).toMatchObject({ verdict: 'inconclusive', relevant: false, magnitude: null });
    expect(judgement.why[0]?.note).toMatch(/^other hardware/);
    expect(judgement.why[1]).toMatchObject({
      kind: 'machine',
      subject: 'machine.cpu',
      before: 'EPYC 7763',
      after: 'Xeon 8370C',
    });
  });

  test('an absolute floor keeps tiny builds quiet', () => {
    const request = { before: 0.1, after: 0.2, earlier: flat, differing: [] };
    expect(judgeHistorical({ ...request, limits: { floor: 0.5, change: 0.05 } }).verdict).toBe('none');
    expect(judgeHistorical({ ...request, limits: { floor: 0, change: 0.05 } }).relevant).toBe(true);
  });

  test('zeros and garbage in the history are left out', () => {
    const earlier = [0, Number.NaN, -1, Number.POSITIVE_INFINITY, ...flat];
    expect(judge(100, 101, earlier)).toMatchObject({ samples: 12, threshold: 0.05 });
  });

  test('zero before and after', () => {
    expect(judge(0, 0)).toMatchObject({ verdict: 'none', change: 0 });
    expect(judge(0, 3)).toMatchObject({ verdict: 'inconclusive', change: null, relevant: true });
  });

  const seconds = fc.double({ min: 0.001, max: 1e6, noNaN: true });

  test('no history and no numbers ever make a regression or a NaN, and the unit does not matter', () => {
    const earlier = fc.array(seconds, { maxLength: 40 });
    fc.assert(
      fc.property(seconds, seconds, earlier, (before, after, values) => {
        const judgement = judge(before, after, values);
        expect(['none', 'inconclusive']).toContain(judgement.verdict);
        expect(judgement.threshold).toBeGreaterThanOrEqual(0.05);
        expect(Number.isFinite(judgement.threshold)).toBe(true);
        const scaled = judge(
          before * 1024,
          after * 1024,
          values.map((value) => value * 1024),
        );
        expect(scaled).toEqual(judgement);
      }),
    );
  });
});

describe('comparableRows', () => {
  const { dependsOn } = METRICS.compile['cpu-seconds'];
  const kept = (changes: Record<string, string>) =>
    comparableRows(historyOf([1], 'cpu-seconds', { ...IDENTITY, ...changes }), IDENTITY, dependsOn).length;

  test.each([
    ['the same', {}, 1],
    ['another processor', { 'machine.cpu': 'Xeon' }, 0],
    ['other jobs', { jobs: '2' }, 0],
    ['another profile', { 'profile.lto': 'fat' }, 0],
    ['another compiler', { 'toolchain.rustc': '1.94.0' }, 0],
    ['another lockfile', { lockfile: 'bbbb' }, 1],
    ['another kernel, which nothing depends on', { 'machine.kernel': '6.8' }, 1],
  ])('%s', (_, changes, count) => {
    expect(kept(changes)).toBe(count);
  });
});
