import { afterAll, beforeAll, expect, test } from 'vitest';
import { TINY, table } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld(TINY);
  await world.pushToMain({ 'README.md': 'Recorded.\n' });
});
afterAll(() => world.close());

test('"fail-on: regression" fails the step, names the row, and still comments', async () => {
  const { number, run } = await world.openPullRequest(table(65_536), { inputs: { 'fail-on': 'regression' } });
  expect(run).toMatchObject({ status: 'failure', exitCode: 1 });
  expect(run.annotations.map(({ level, properties }) => [level, properties['title']])).toEqual([
    ['error', 'Tare: regression'],
    ['error', 'Tare'],
  ]);
  expect(run.messages('error')[0]).toMatch(/tiny.* grew by 60\.00\sKiB/);
  expect(run.messages('error')[1]).toBe('The gate failed: size tiny (regression)');
  expect(run.outputs).toMatchObject({ verdict: 'regression', regressions: '1' });
  expect((await world.api.comments(number)).map(({ body }) => body)).toEqual([run.markdown]);
});

test('a budget fails the step without being asked for, and "fail-on: never" forgives it', async () => {
  const budget = '[[case]]\nmatch = "size tiny"\nmetric = "loadable-bytes"\nbudget = "100 KiB"\n';
  const { number, run } = await world.openPullRequest({ 'tare.toml': budget });
  expect(run).toMatchObject({ status: 'failure', exitCode: 1 });
  expect(run.annotations[0]).toMatchObject({ level: 'error', properties: { title: 'Tare: over budget' } });
  expect(run.messages('error')[1]).toBe('The gate failed: size tiny (budget)');
  expect(run.report?.comparisons.filter((row) => row.overBudget)).toHaveLength(1);
  expect(run.summary).toContain('budget');
  const forgiven = await world.runPullRequest(number, { inputs: { 'fail-on': 'never' } });
  expect(forgiven).toMatchObject({ status: 'success', exitCode: 0, annotations: [] });
});

test('a gate that holds leaves the step green', async () => {
  const { run } = await world.openPullRequest(table(2048), { inputs: { 'fail-on': 'regression' } });
  expect(run).toMatchObject({ status: 'success', annotations: [] });
  expect(run.outputs).toMatchObject({ verdict: 'improvement', improvements: '1' });
});

test('a budget that no case has to keep is a warning of the report', async () => {
  const rules =
    '[[case]]\nmatch = "size nosuch"\nbudget = "1 KiB"\n[[case]]\nmatch = "size tiny"\nbudget = "10 MiB"\n';
  const { run } = await world.openPullRequest({ 'tare.toml': rules });
  expect(run).toMatchObject({ status: 'success', exitCode: 0 });
  const warning = expect.stringContaining('rule for "size nosuch" fits no case');
  expect(run.report?.warnings).toEqual([warning]);
  expect(run.markdown).toContain('size nosuch');
});
