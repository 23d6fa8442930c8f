import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../../src/jobs/check.ts';
import type { Presenter } from '../../../src/jobs/ports.ts';
import { record } from '../../../src/jobs/record.ts';
import { endingOf } from '../../../src/jobs/status.ts';
import { historySchema, measurementSchema } from '../../../src/measure/measurement.ts';
import { reportSchema } from '../../../src/report/report.ts';
import { makeWorld } from '../world.ts';

const TOML = `
[[numbers]]
file = "a.txt"
format = "metric-lines"
command = '''sh -c 'echo METRIC:slow:9:s > a.txt; echo METRIC:ram:5:MiB >> a.txt' '''

[[numbers]]
file = "b.txt"
format = "metric-lines"
category = "secondary"
command = '''sh -c 'echo METRIC:score:3:points > b.txt' '''

[[numbers]]
file = "gone.txt"
format = "bmf"

[[case]]
match = "bench slow"
budget = "5 s"
`;

test('numbers of two runs are shown, held to budgets, and never called a change', async () => {
  const world = await makeWorld(TOML, () => undefined);
  const left: Parameters<Presenter['present']>[2][] = [];
  const presenter: Presenter = {
    present: async (report, gate, data) => {
      left.push(data);
      await world.ports.presenter.present(report, gate, data);
    },
  };
  const result = await check(world.request, { ...world.ports, presenter });
  const report = reportSchema.parse(result.report);
  const rows = report.comparisons.filter((row) => row.case.startsWith('bench '));
  expect(
    rows.map((row) => [row.case, row.metric, row.tier, row.category, row.after, row.verdict, row.overBudget]),
  ).toEqual([
    ['bench slow', 'imported-time', 'historical', 'primary', 9, 'inconclusive', true],
    ['bench ram', 'imported-bytes', 'historical', 'primary', 5 * 1024 * 1024, 'inconclusive', false],
    ['bench score', 'imported-value', 'historical', 'secondary', 3, 'inconclusive', false],
  ]);
  expect(rows[0]?.why[0]?.note).toMatch(/^not enough history: 1 of 10 earlier values/);
  expect(rows.every((row) => !row.relevant)).toBe(true);
  expect(report.failed).toMatchObject([
    { case: 'bench gone.txt', message: expect.stringMatching(/^there is no such file/) },
  ]);
  expect(endingOf(result)).toEqual({ status: 1, message: expect.stringContaining('bench slow (') });
  expect(left.map((data) => data?.configurations[0]?.head?.secondary)).toEqual([['bench score']]);
});

test('a recorded commit keeps its numbers and leaves them in the history', async () => {
  const world = await makeWorld(TOML, () => undefined);
  await record(world.request, world.ports);
  const baselines = join(world.store, 'baselines');
  const [key = ''] = (await readdir(baselines)).filter((name) => name.startsWith('tare-'));
  const read = async (file: string) => JSON.parse(await readFile(join(baselines, key, file), 'utf8'));
  const { values } = measurementSchema.parse(await read('measurement.json'));
  const benches = values.filter((value) => value.case.startsWith('bench '));
  expect(benches).toHaveLength(3);
  const history = historySchema.parse(await read('history.json'));
  expect(history.at(-1)?.values).toEqual(expect.arrayContaining(benches));
});
