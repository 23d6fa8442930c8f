import { describe, expect, test } from 'vitest';
import { collectTrend, NO_LIMITS } from '../../../src/report/page/collect.ts';
import { withLevels } from '../../../src/report/page/levels.ts';
import { historyRecord } from '../../support/history.ts';

/** What one commit's build took, and where. */
type Build = readonly [cpu: string, seconds: number];

/** Places and sizes of the change points of a compile time; every value has up to 1 % of noise. */
function found(builds: readonly Build[]): readonly (readonly [number, number])[] {
  const records = builds.map(([cpu, seconds], number) => {
    const noise = 1 + (((number * 7919) % 100) / 100 - 0.5) * 0.01;
    return historyRecord(number, {
      identity: { 'machine.cpu': cpu },
      values: [{ case: 'compile workspace', metric: 'cpu-seconds', value: seconds * noise }],
    });
  });
  const trend = collectTrend(records, { limitsOf: () => NO_LIMITS, changePoints: [] });
  const [series] = withLevels(trend, records).series;
  if (series === undefined) throw new Error('no series');
  return series.changePoints.map(({ index, before, after }) => [index, Math.round((after / before) * 100)]);
}

const builds = (count: number, build: (place: number) => Build) =>
  Array.from({ length: count }, (_, place) => build(place));

describe('change points of a compile time', () => {
  test('are where its level moves for good', () => {
    expect(found(builds(40, (place) => ['A', place < 23 ? 100 : 125]))).toEqual([[23, 125]]);
    expect(found(builds(40, () => ['A', 100]))).toEqual([]);
  });

  test('are not where the runners moved to another machine', () => {
    expect(found(builds(40, (place) => (place < 20 ? ['A', 100] : ['B', 130])))).toEqual([]);
  });

  test('are found among machines that alternate, each change once', () => {
    const seconds = (place: number) => (place < 30 ? 100 : 125);
    const moved = builds(
      60,
      (place): Build =>
        place % 3 === 0 ? ['A', seconds(place)] : [place % 3 === 1 ? 'B' : 'C', 1.4 * seconds(place)],
    );
    expect(found(moved)).toEqual([[30, 125]]);
    const steps = builds(
      90,
      (place): Build => [place % 2 === 0 ? 'A' : 'B', [100, 125, 150][Math.floor(place / 30)] ?? 0],
    );
    expect(found(steps)).toEqual([
      [30, 125],
      [60, 120],
    ]);
  });
});
