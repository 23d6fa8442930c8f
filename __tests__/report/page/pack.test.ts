import { expect, test } from 'vitest';
import { packTrend, unpackTrend } from '../../../src/report/page/pack.ts';
import type { Trend } from '../../../src/report/page/trend.ts';

/** A series of sizes, a commit each. */
function trendOf(sizes: readonly number[]): Trend {
  const commits = sizes.map((_, index) => ({
    sha: index.toString(16).padStart(12, '0'),
    committed: 1_795_000_000 + index,
    pullRequest: null,
    author: 'A Person',
    subject: 'A change',
  }));
  const facts = { configuration: 'default', case: 'size tool', metric: 'loadable-bytes' } as const;
  const limits = { threshold: null, budget: null, breaks: 0, marks: [], changePoints: [] } as const;
  const values = Float64Array.from(sizes);
  const series = { ...facts, ...limits, unit: 'B', tier: 'exact', headline: true } as const;
  return { commits, series: [{ ...series, values, levels: values.fill(Number.NaN, sizes.length) }] };
}

test.each([
  ['two commits', [303_793, 364_361]],
  ['one that changes with every commit', [303_793, 303_801, 303_790, 304_000, 299_001]],
])('sizes of a small history are exact: %s', (_, sizes) => {
  const facts = { project: 'a/b', repositoryUrl: null, tare: '0.1.0', made: 1_795_000_000 };
  const [series] = unpackTrend(packTrend(trendOf(sizes), facts)).series;
  expect([...(series?.values ?? [])]).toEqual(sizes);
});
