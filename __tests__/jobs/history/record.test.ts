import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BuildError } from '../../../src/errors.ts';
import type { JobRequest } from '../../../src/jobs/job.ts';
import type { JobPorts } from '../../../src/jobs/ports.ts';
import { record } from '../../../src/jobs/record.ts';
import type { HistoryRecord } from '../../../src/measure/history-record.ts';
import { createHistoryDirectory } from '../../../src/store/history/directory.ts';
import type { HistoryStore } from '../../../src/store/history-store.ts';
import { git } from '../../support/git.ts';
import { type JobWorld, makeWorld } from '../world.ts';

const OK = () => undefined;

async function recorded(
  world: JobWorld,
  request: Partial<JobRequest> = {},
  ports: Partial<JobPorts> = {},
): Promise<readonly HistoryRecord[]> {
  const history = createHistoryDirectory({ directory: join(world.store, 'history') });
  await record({ ...world.request, ...request }, { ...world.ports, history, ...ports });
  const { records, warnings } = await history.read();
  expect(warnings).toEqual([]);
  return records;
}

test('each configuration is a record of its own', async () => {
  const toml = '[[configuration]]\nname = "full"\n[[configuration]]\nname = "Minimal"\n';
  const world = await makeWorld(toml, OK);
  const records = await recorded(world, { origin: { run: '77.1', pullRequest: null } });
  expect(records.map(({ configuration }) => configuration).toSorted()).toEqual(['Minimal', 'full']);
  expect(records[0]).toMatchObject({
    commit: world.request.head,
    subject: 'Second',
    author: 'A Person',
    recorded: '2026-11-20T10:00:00.000Z',
    parent: null,
    distance: null,
    accepted: [],
    failed: [],
    run: expect.stringMatching(/^77\.1\.[0-9a-f]{8}$/),
  });
  expect(records[0]?.values.length).toBeGreaterThan(3);
});

test('the same run records a commit once, and another run once more', async () => {
  const world = await makeWorld('', OK);
  const origin = (run: string) => ({ origin: { run, pullRequest: null } });
  await recorded(world, origin('77.1'));
  expect(await recorded(world, origin('77.1'))).toHaveLength(1);
  expect(await recorded(world, origin('77.2'))).toHaveLength(2);
});

test('the commit that it is compared with is the nearest that was measured', async () => {
  const world = await makeWorld('', OK);
  await recorded(world);
  const { root, head } = world.request;
  for (const subject of ['Third', 'Fourth (#12)'])
    await git(root, 'commit', '-q', '--allow-empty', '-m', subject);
  const commits = (await git(root, 'rev-list', '--first-parent', 'HEAD')).split('\n');
  const records = await recorded(world, { head: commits[0] ?? '', commits: commits.slice(1) });
  expect(records.at(-1)).toMatchObject({ parent: head, distance: 2, pullRequest: 12 });
});

test('a folder, and a system that is not the usual one, have series of their own', async () => {
  const world = await makeWorld('', OK);
  const directory = join(world.request.root, 'crates', 'cli');
  const machine = { 'machine.os': 'macos', 'machine.arch': 'arm64' };
  const [first] = await recorded(world, { directory }, { machine });
  expect(first?.configuration).toBe('crates/cli default macos arm64');
});

test('a commit that does not build is a record without numbers', async () => {
  const world = await makeWorld('', () => {
    throw new BuildError('cargo ended with 101', 'error: no');
  });
  const [first] = await recorded(world);
  expect(first).toMatchObject({ values: [], ratios: [], failed: [{ case: 'compile workspace' }] });
});

test('what a commit says about itself fits the record, whatever it is', async () => {
  const world = await makeWorld('', OK);
  const { root } = world.request;
  const message = `\u202e::error::x\u0007 ${'y'.repeat(5000)} (#99999999999)\n\nTare-Accept: * ${'z'.repeat(5000)}`;
  const tree = await git(root, 'rev-parse', 'HEAD^{tree}');
  const person = `\u001b[31mEve <e@x> 999999999999 +0000`;
  const raw = `tree ${tree}\nparent ${world.request.head}\nauthor ${person}\ncommitter ${person}\n\n${message}\n`;
  const file = join(world.store, '..', 'commit');
  await writeFile(file, raw);
  const head = await git(root, 'hash-object', '-t', 'commit', '-w', '--literally', file);
  const [first] = await recorded(world, { head });
  expect(first?.committed).toBe(first?.recorded);
  expect(first?.subject.length).toBeLessThanOrEqual(1000);
  expect(first?.subject).not.toMatch(/[\u0007\u202e]/);
  expect(first?.pullRequest).toBeNull();
  expect(first?.accepted).toEqual([{ case: '*', reason: 'z'.repeat(1000), by: 'Eve', via: 'trailer' }]);
});

test('a history that cannot be written is one warning of the report, and the baseline is stored', async () => {
  const world = await makeWorld('', OK);
  const refused = { written: false, reason: 'the token may not' } as const;
  const history: HistoryStore = {
    read: async () => ({ records: [], warnings: [], complete: true }),
    append: async () => refused,
    publish: async () => refused,
    readFile: async () => null,
    compact: async () => refused,
  };
  await record(world.request, { ...world.ports, history });
  const [report] = world.reports;
  expect(report?.recorded).toBe('now');
  expect(report?.warnings.filter((line) => line.includes('history'))).toEqual([
    'The history was not written: the token may not',
  ]);
});
