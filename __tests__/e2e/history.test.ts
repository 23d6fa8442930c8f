import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { HistoryRecord } from '../../src/measure/history-record.ts';
import { decodeRecord } from '../../src/store/history/record-codec.ts';
import { git } from '../support/git.ts';
import { type Files, TINY, table } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';

/** Adds up `rounds` thousand numbers. */
function program(rounds: number): Files {
  return {
    'src/main.rs': `use std::hint::black_box;
mod table;

fn main() {
    let mut sum = u64::from(table::TABLE[black_box(0)]);
    for round in 0..black_box(${rounds}000u64) {
        sum = sum.wrapping_add(black_box(round ^ sum));
    }
    println!("{sum}");
}
`,
  };
}

const PROJECT: Files = {
  ...TINY,
  ...program(5_000),
  'tare.toml': '[benches]\nminutes = 2\n\n[[bench]]\nname = "sum"\nrun = "{bin:tiny}"\n',
};

vi.setConfig({ testTimeout: 300_000 });

let world: World;
beforeAll(async () => {
  world = await startWorld(PROJECT);
});
afterAll(() => world.close());

test('the first record of main makes the data branch', async () => {
  const first = await world.pushToMain({ 'README.md': 'One.\n' }, { message: 'Begin (#3)' });
  expect(first).toMatchObject({ status: 'success', annotations: [] });
  const [begun] = await records();
  expect(begun).toMatchObject({
    subject: 'Begin (#3)',
    author: 'A Person',
    pullRequest: 3,
    parent: null,
    distance: null,
    ratios: [],
  });
  expect(begun?.values.map((value) => value.case)).toContain('size tiny');
});

test('a commit that leaves the program as it is has the ratio 1, without a run', async () => {
  const same = await world.pushToMain({ 'README.md': 'Two.\n' });
  expect(same.status).toBe('success');
  expect(same.log).toContain('1 benchmark was not timed');
  expect(same.summary).toContain('with the same programs on both sides');
  expect((await recordOf('main')).ratios).toEqual([
    { case: 'bench sum', metric: 'wall-time', ratio: 1, ci: null, pairs: 0, verdict: 'none' },
  ]);
});

test('a slower program is weighed against the commit before it, and what accepts it is kept', async () => {
  const slower = await world.pushToMain(program(20_000), {
    message: 'Add up more\n\nTare-Accept: bench sum four times the numbers',
  });
  expect(slower.status).toBe('success');
  expect(slower.report?.comparisons.find((row) => row.case === 'bench sum')).toMatchObject({
    tier: 'paired',
    verdict: 'regression',
  });
  expect(slower.summary).toContain('accepted by `A Person`');
  const record = await recordOf('main');
  const [ratio] = record.ratios;
  expect(ratio).toMatchObject({ case: 'bench sum', metric: 'wall-time', verdict: 'regression' });
  expect(ratio?.ratio).toBeGreaterThan(2);
  expect(ratio?.pairs).toBeGreaterThanOrEqual(12);
  expect(record).toMatchObject({
    parent: await world.git.resolve('main^'),
    distance: 1,
    accepted: [{ case: 'bench sum', reason: 'four times the numbers', by: 'A Person', via: 'trailer' }],
  });
  expect(await records()).toHaveLength(3);
});

test('a token that may only read is told once what the history needs, and all else is as ever', async () => {
  const tip = await world.git.resolve('tare-data');
  const permissions = { contents: 'read', issues: 'write', pull_requests: 'write' } as const;
  const run = await world.pushToMain({ 'README.md': 'Three.\n' }, { permissions });
  expect(run.status).toBe('success');
  const told = run.report?.warnings.filter((line) => line.includes('history')) ?? [];
  expect(told).toEqual([expect.stringContaining('"permissions: contents: write"')]);
  expect(run.report?.recorded).toBe('now');
  expect(await world.git.resolve('tare-data')).toBe(tip);
});

test('a pull request is not stopped by what its commits or its label accept', async () => {
  const inputs = { 'fail-on': 'regression' };
  const { number, run } = await world.openPullRequest(table(65_536), { inputs });
  expect(run.exitCode).toBe(1);
  await world.api.label(number, 'Tare: accepted', world.api.owner);
  const labelled = await world.runPullRequest(number, { inputs });
  expect(labelled).toMatchObject({ exitCode: 0, annotations: expect.anything() });
  expect(labelled.report?.verdict).toBe('regression');
  expect(labelled.markdown).toContain('accepted by `octo` (by a label)');

  const message = 'Grow\n\nTare-Accept: size * the table is needed';
  const other = await world.openPullRequest(table(131_072), { inputs, message });
  expect(other.run.exitCode).toBe(0);
  expect(other.run.markdown).toContain('accepted by `A Person` (in a commit message): the table is needed');
});

test('without a history nothing is asked and no branch is written', async () => {
  const tip = await world.git.resolve('tare-data');
  const run = await world.pushToMain({
    'tare.toml': `${PROJECT['tare.toml']}\n[history]\nenabled = false\n`,
  });
  expect(run).toMatchObject({ status: 'success', annotations: [] });
  expect(run.operations.filter((operation) => operation.startsWith('git/'))).toEqual([]);
  expect(await world.git.resolve('tare-data')).toBe(tip);
});

async function records(): Promise<readonly HistoryRecord[]> {
  const { directory } = world.git;
  const names = (await git(directory, 'ls-tree', '-r', '--name-only', 'tare-data', 'runs')).split('\n');
  const read = await Promise.all(
    names.map(async (name) => decodeRecord(name, await git(directory, 'show', `tare-data:${name}`))),
  );
  return read.map((decoded) => {
    if (!decoded.ok) throw new Error(decoded.reason);
    return decoded.record;
  });
}

async function recordOf(revision: string): Promise<HistoryRecord> {
  const commit = await world.git.resolve(revision);
  const found = (await records()).find((record) => record.commit === commit);
  if (found === undefined) throw new Error(`no record of ${commit}`);
  return found;
}
