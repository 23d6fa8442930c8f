import { expect, it } from 'vitest';
import { loadBetween, parseLoad, sampleLoad } from '../../../src/measure/bench/load.ts';

const self = (ticks: number) => `77 (no) de (x) S 1 1 1 0 -1 0 0 0 0 0 ${ticks} 0 0 0 20 0 11 0`;
const stat = (user: number, idle: number, steal: number) =>
  `cpu  ${user} 0 0 ${idle} 0 0 0 ${steal} 0 0\ncpu0 1 2 3\nintr 5\n`;

it("reads Linux' counters", () => {
  expect(parseLoad('5.09 6.92 5.10 8/348 31250\n', 'cpu  10 1 2 70 5 1 1 10 99 99\n', self(4))).toEqual({
    average: 5.09,
    total: 100,
    busy: 15,
    steal: 10,
    own: 4,
  });
});

it.each([
  ['', 'cpu  1 2 3 4 5 6 7 8\n', self(1)],
  ['1.0', 'cpux 1 2 3 4 5 6 7 8\n', self(1)],
  ['1.0', 'cpu  1 2\n', self(1)],
  ['1.0', 'cpu  1 2 3 4 5 6 7 8\n', ''],
])('is null for other text: %j %j %j', (...texts) => {
  expect(parseLoad(...texts)).toBeNull();
});

it('tells the shares of others and of other machines', () => {
  const start = parseLoad('1.0', stat(1000, 1000, 0), self(100));
  const quiet = parseLoad('1.5', stat(1500, 1500, 0), self(580));
  expect(loadBetween(start, quiet)).toEqual({ average: [1, 1.5], others: 0.02, steal: 0, warning: null });
  const busy = parseLoad('4.0', stat(1800, 1150, 50), self(400));
  expect(loadBetween(start, busy)).toEqual({
    average: [1, 4],
    others: 0.5,
    steal: 0.05,
    warning:
      'The machine was busy while the benchmarks ran: other programs used 50 % of its processors and 5.0 % of its time went to other machines. Fewer changes could be seen.',
  });
});

it('is null without two samples or without time between them', () => {
  const sample = parseLoad('1.0', stat(1000, 1000, 0), self(100));
  expect(loadBetween(null, sample)).toBeNull();
  expect(loadBetween(sample, null)).toBeNull();
  expect(loadBetween(sample, sample)).toBeNull();
});

it('is null where there is no /proc, and tells this machine', () => {
  expect(
    sampleLoad(() => {
      throw new Error('ENOENT');
    }),
  ).toBeNull();
  expect(sampleLoad()?.total).toBeGreaterThan(0);
});
