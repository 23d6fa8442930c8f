import { describe, expect, test } from 'vitest';
import { limitsFor, mainMetric, ruleMatcher } from '../../src/compare/rules.ts';
import { METRICS } from '../../src/measure/metric.ts';
import { rule } from './fixtures.ts';

describe('ruleMatcher', () => {
  test.each([
    ['size rg', 'size rg', true],
    ['size rg', 'size rg2', false],
    ['size *', 'size rg', true],
    ['*', 'bench a/b', true],
    ['* rg', 'size rg', true],
    ['bench */10k', 'bench sort/10k', true],
    ['bench */10k', 'bench /10', false],
    ['*a*b*', 'xaxbx', true],
    ['*a*b*', 'xbxax', false],
    ['ab*ba', 'aba', false],
    ['a*b*b', 'ab', false],
    ['**', 'anything', true],
    ['', '', true],
    ['', 'a', false],
    ['size r.', 'size rg', false],
    ['size [rg]', 'size r', false],
  ])('%j over %j: %s', (match, name, expected) => {
    expect(ruleMatcher([rule(match)])(name).length === 1).toBe(expected);
  });

  test('does not backtrack', () => {
    const matches = ruleMatcher([rule(`${'a*'.repeat(5000)}b`)]);
    expect(matches('a'.repeat(20_000))).toEqual([]);
  });
});

describe('limitsFor', () => {
  const main = { name: 'loadable-bytes', unit: 'B' } as const;
  const of = (metric: keyof (typeof METRICS)['size'], ...rules: ReturnType<typeof rule>[]) =>
    limitsFor(rules, metric, METRICS.size[metric], main);

  test('without rules nothing is said', () => {
    expect(of('loadable-bytes')).toEqual({ category: 'primary', floor: null, change: null, budget: null });
  });

  test('a later rule wins key by key, and 0 is a value', () => {
    const first = rule('*', { category: 'secondary', floor: 5, change: 0.1 });
    const second = rule('*', { floor: 0, budget: 9 });
    expect(of('loadable-bytes', first, second)).toEqual({
      category: 'secondary',
      floor: 0,
      change: 0.1,
      budget: 9,
    });
  });

  test('a rule for one metric holds for it alone', () => {
    const only = rule('*', { metric: 'gzip-bytes', budget: 9, floor: 1 });
    expect(of('gzip-bytes', only)).toMatchObject({ budget: 9, floor: 1 });
    expect(of('loadable-bytes', only)).toMatchObject({ budget: null, floor: null });
  });

  test('without a metric, floors hold for the same unit and budgets for the main metric', () => {
    const all = rule('*', { category: 'secondary', floor: 30, change: 0.2, budget: 60 });
    const cpu = { name: 'cpu-seconds', unit: 's' } as const;
    const limits = (name: keyof (typeof METRICS)['compile']) =>
      limitsFor([all], name, METRICS.compile[name], cpu);
    expect(limits('cpu-seconds')).toEqual({ category: 'secondary', floor: 30, change: 0.2, budget: 60 });
    expect(limits('wall-time')).toMatchObject({ floor: 30, budget: null });
    expect(limits('peak-rss')).toEqual({ category: 'secondary', floor: null, change: 0.2, budget: null });
  });
});

test('mainMetric follows the gate and falls back to what could be read', () => {
  const has =
    (...metrics: string[]) =>
    (metric: string) =>
      metrics.includes(metric);
  expect(mainMetric('size a', 'gzip', has('gzip-bytes', 'loadable-bytes')).name).toBe('gzip-bytes');
  expect(mainMetric('size a', 'gzip', has('file-bytes', 'loadable-bytes')).name).toBe('loadable-bytes');
  expect(mainMetric('size a', 'loadable', has('file-bytes')).name).toBe('file-bytes');
  expect(mainMetric('size a', 'loadable', has()).name).toBe('loadable-bytes');
  expect(mainMetric('compile workspace', 'file', has()).name).toBe('cpu-seconds');
  expect(mainMetric('bench a', 'file', has()).name).toBe('wall-time');
});
