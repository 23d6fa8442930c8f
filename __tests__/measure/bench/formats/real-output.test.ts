import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseCriterionEstimates } from '../../../../src/measure/bench/formats/criterion.ts';
import { FORMATS, type FormatName } from '../../../../src/measure/bench/formats/format.ts';

function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
}

/** `name metric value unit`, and what was bad or warned of. */
function shown(format: FormatName, text: string): readonly string[] {
  const parsed = FORMATS[format](text);
  if (parsed.kind === 'rejected') return [`rejected: ${parsed.message}`];
  return [
    ...parsed.rows.map(
      ({ name, metric, value, unit }) => `${name} · ${metric} · ${Number(value.toPrecision(9))} ${unit}`,
    ),
    ...parsed.bad.map(({ name, reason }) => `bad: ${name}: ${reason}`),
    ...parsed.warnings.map((warning) => `warning: ${warning}`),
  ];
}

it('criterion 0.7, text', () => {
  expect(shown('criterion', fixture('criterion.txt'))).toEqual([
    'plain · wall-time · 2.5522e-7 s',
    'group/sort/10 · wall-time · 3.2641e-9 s',
    'group/sort/10000 · wall-time · 0.0000026722 s',
    'a rather long name of a benchmark/with: odd "chars" · wall-time · 3.2761e-9 s',
  ]);
});

it('criterion 0.7, estimates.json with benchmark.json', () => {
  const parsed = parseCriterionEstimates(
    fixture('criterion-estimates.json'),
    fixture('criterion-benchmark.json'),
  );
  expect(parsed).toEqual({
    kind: 'parsed',
    rows: [{ name: 'group/sort/10000', metric: 'wall-time', unit: 's', value: 2672.2013172798593e-9 }],
    bad: [],
    warnings: [],
  });
});

it('criterion 0.7, --output-format bencher', () => {
  expect(shown('libtest', fixture('criterion-bencher.txt'))).toEqual([
    'plain · wall-time · 2.81e-7 s',
    'group/sort/10 · wall-time · 3e-9 s',
    'group/sort/10000 · wall-time · 0.00000374 s',
    'a rather long name of a benchmark/with: odd "chars" · wall-time · 4e-9 s',
  ]);
});

it('divan 0.1', () => {
  expect(shown('divan', fixture('divan.txt'))).toEqual([
    'plain · wall-time · 1.672e-7 s',
    'sized::10 · wall-time · 2.665e-9 s',
    'sized::10000 · wall-time · 0.00000174 s',
    'inner::threaded::t=1 · wall-time · 1.281e-8 s',
    'inner::threaded::t=2 · wall-time · 9.474e-9 s',
    'inner::generic::String::1 · wall-time · 1.43e-10 s',
    'inner::generic::String::2 · wall-time · 1.32e-10 s',
    'inner::generic::u8::1 · wall-time · 2e-12 s',
    'inner::generic::u8::2 · wall-time · 3e-12 s',
  ]);
});

it('libtest of the nightly toolchain', () => {
  expect(shown('libtest', fixture('libtest.txt'))).toEqual([
    'deep::slow_one · wall-time · 0.00003864377 s',
    'quick · wall-time · 2.4e-10 s',
  ]);
});

const GUNGRAUN = [
  'calls::works::bench_work short · instructions · 59 count',
  'calls::works::bench_work long · instructions · 12530 count',
  'calls::works::single · instructions · 183 count',
];

it('gungraun 0.17, text of a first and of a second run, and JSON lines', () => {
  expect(shown('gungraun', fixture('gungraun.txt'))).toEqual(GUNGRAUN);
  expect(shown('gungraun', fixture('gungraun-second.txt'))).toEqual(GUNGRAUN);
  expect(shown('gungraun-summary', fixture('gungraun.jsonl'))).toEqual(GUNGRAUN);
  const [first = ''] = fixture('gungraun.jsonl').split('\n', 1);
  expect(shown('gungraun-summary', JSON.stringify(JSON.parse(first), null, 2))).toEqual(GUNGRAUN.slice(0, 1));
});

it('hyperfine 1.15', () => {
  expect(shown('hyperfine', fixture('hyperfine.json'))).toEqual([
    'named · wall-time · 0.001114173 s',
    'busyA 200000 · wall-time · 0.001097198 s',
  ]);
});

it('Bencher Metric Format, as its reference shows it', () => {
  const text = JSON.stringify({
    benchmark_name: {
      latency: { value: 88, lower_value: 87.42, upper_value: 88.88 },
      throughput: { value: 5.55 },
    },
    fast: { throughput: { value: 4 }, instructions: { value: 1000 } },
    '/bin/sh -c ./my_build_script.sh': { 'build-time': { value: 87 } },
    my_binary: { 'file-size': { value: 42 } },
  });
  expect(shown('bencher-metric', text)).toEqual([
    'benchmark_name · wall-time · 8.8e-8 s',
    'fast · wall-time · 0.25 s',
    'fast · instructions · 1000 count',
    '/bin/sh -c ./my_build_script.sh · build-time · 87 s',
    'my_binary · file-size · 42 B',
  ]);
});

it("github-action-benchmark's custom JSON, both directions", () => {
  const smaller = [
    { name: 'sort', unit: 'ms', value: 2.5, range: '± 1' },
    { name: 'parse', unit: 'ns/iter', value: '700' },
    { name: 'memory', unit: 'Megabytes', value: 50 },
    { name: 'file', unit: 'KiB', value: 2 },
  ];
  expect(shown('custom-smaller', JSON.stringify(smaller))).toEqual([
    'sort · wall-time · 0.0025 s',
    'parse · wall-time · 7e-7 s',
    'memory · value · 50 count',
    'file · value · 2048 B',
  ]);
  const bigger = [
    { name: 'requests', unit: 'req/sec', value: 200 },
    { name: 'frames', unit: 'FPS', value: 50 },
    { name: 'queue', unit: 'iter per ms', value: 4 },
    { name: 'score', unit: 'Percent', value: 90 },
    { name: 'stopped', unit: 'ops/s', value: 0 },
  ];
  expect(shown('custom-bigger', JSON.stringify(bigger))).toEqual([
    'requests · wall-time · 0.005 s',
    'frames · wall-time · 0.02 s',
    'queue · wall-time · 0.00025 s',
    'bad: score: bigger is better for "Percent": only a rate per time, such as ops/s, can be read',
    'bad: stopped: its wall-time is Infinity, not a positive, finite number',
  ]);
});

it('METRIC lines among other output', () => {
  const text = [
    'building…',
    'METRIC:build:41:s',
    ' METRIC:analysis-stats/self/instructions : 12 : #instr\r',
    'METRIC:with:colons:3:ms',
    'METRIC:size:3:MB',
    'METRIC:broken:many:ms',
    'METRIC:empty::ms',
    'METRIC:short',
  ].join('\n');
  expect(shown('metric-lines', text)).toEqual([
    'build · wall-time · 41 s',
    'analysis-stats/self/instructions · instructions · 12 count',
    'with:colons · wall-time · 0.003 s',
    'size · value · 3000000 B',
    'bad: broken: its wall-time is NaN, not a positive, finite number',
    'bad: empty: its wall-time is NaN, not a positive, finite number',
  ]);
});
