import { expect, test } from 'vitest';
import { benchmarksOf } from '../../../src/jobs/bench/printed.ts';
import type { BuiltBench } from '../../../src/toolchain/bench.ts';

const whole = { name: 'own', args: ['--bench'], home: [], metric: 'wall-time', reads: null } as const;

function own(printed?: string): BuiltBench {
  const program = { name: 'own', kind: 'bench', package: 'p', path: '/own', directory: '/' } as const;
  return { ...program, harness: 'other', benchmarks: [whole], ...(printed === undefined ? {} : { printed }) };
}

test.each([
  ['test sort ... bench:   1,000 ns/iter (+/- 5)\n', 'libtest', 'sort'],
  ['sort                    time:   [1.0 ms 1.1 ms 1.2 ms]\n', 'criterion', 'sort'],
  ['noise\nMETRIC:sort:42:ns\nMETRIC:memory:42:MB\n', 'metric-lines', 'sort'],
  ['[{"name":"sort","unit":"ns","value":3}]', 'custom-smaller', 'sort'],
  ['{"sort":{"latency":{"value":3}}}', 'bencher-metric', 'sort'],
])('%j has its times read', (printed, format, row) => {
  const reads = { from: 'stdout', format, row };
  expect(benchmarksOf(own(printed))).toEqual([{ ...whole, name: row, reads }]);
});

test.each([
  [undefined],
  [''],
  ['garbage ::set-output name=x::y\u0000'],
  ['METRIC:sort:0:ns\nMETRIC:memory:42:MB\n'],
  [Array.from({ length: 51 }, (_, index) => `METRIC:n${index}:1:ns\n`).join('')],
])('%j is timed as a whole', (printed) => {
  expect(benchmarksOf(own(printed))).toEqual([whole]);
});
