import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createClient } from '../../src/github/client.ts';
import { createBranch } from '../../src/github/data-branch.ts';
import { createGit } from '../../src/process/git.ts';
import { createProcessRunner } from '../../src/process/runner.ts';
import { createDataBranch } from '../../src/store/history/data-branch.ts';
import { pathOf } from '../../src/store/history/layout.ts';
import { encodeRecord } from '../../src/store/history/record-codec.ts';
import type { HistoryStore } from '../../src/store/history-store.ts';
import { recordOf, shaOf } from '../store/history/records.ts';
import { GIT_ENVIRONMENT, git } from '../support/git.ts';
import { historyIn } from '../support/git-history.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { type GitHubApi, startGitHubApi } from '../support/github-api.ts';
import { faults } from '../support/github-faults.ts';
import { recordingLogger } from '../support/recording-logger.ts';

const BRANCH = 'tare-data';
const NOTHING = { records: [], warnings: [], complete: true };

interface Fixture {
  readonly api: GitHubApi;
  readonly server: GitServer;
  readonly store: HistoryStore;
  readonly logger: ReturnType<typeof recordingLogger>;
  /** Another job's store. */
  another(token?: string): Promise<HistoryStore>;
  /** Runs git in the bare repository. */
  bare(...args: readonly string[]): Promise<string>;
  /** Puts files on the branch, past Tare; `special`: as `git update-index --cacheinfo` takes them. */
  plant(files: Readonly<Record<string, string>>, special?: readonly string[]): Promise<void>;
}

function warningsIn({ lines }: Fixture['logger']): readonly string[] {
  return lines.filter((line) => line.startsWith('warning: '));
}

async function start(): Promise<Fixture> {
  const server = await startGitServer();
  const api = await startGitHubApi({
    history: historyIn(server.directory),
    gitDirectory: () => server.directory,
  });
  const temporary = await mkdtemp(join(tmpdir(), 'tare-branch-'));
  const runner = createProcessRunner({ environment: process.env, platform: process.platform, temporary });
  onTestFinished(async () => {
    await runner.close();
    await Promise.all([server.close(), api.close()]);
    await rm(temporary, { recursive: true, force: true });
  });
  const logger = recordingLogger();
  const repository = createGit(runner, temporary);
  const another = async (token?: string) => {
    const client = createClient({
      token: token ?? (await api.token()),
      apiUrl: api.url,
      logger,
      sleep: async () => undefined,
      timeoutSeconds: 30,
    });
    return createDataBranch({
      branch: createBranch({ client, repository: { owner: api.owner, repo: api.repository } }, BRANCH),
      snapshot: (into) => repository.snapshot(BRANCH, into, { url: server.remote }),
      temporary,
      logger,
      now: () => new Date('2027-06-15T00:00:00Z'),
      sleep: async () => undefined,
    });
  };
  const bare = (...args: readonly string[]) => git(server.directory, ...args);
  const plant: Fixture['plant'] = async (files, special = []) => {
    const clone = join(temporary, 'clone');
    await rm(clone, { recursive: true, force: true });
    await git(temporary, 'clone', '-q', '-b', BRANCH, server.directory, clone);
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(clone, path, '..'), { recursive: true });
      await writeFile(join(clone, path), content);
    }
    await git(clone, 'add', '--all');
    for (const entry of special) await git(clone, 'update-index', '--add', '--cacheinfo', entry);
    await git(clone, 'commit', '-q', '-m', 'Planted');
    await git(clone, 'push', '-q', 'origin', BRANCH);
  };
  return { api, server, store: await another(), logger, another, bare, plant };
}

test('the first record makes the branch, with no history but its own, and all come back by one fetch', async () => {
  const { store, bare, server, api, logger } = await start();
  expect(await store.read()).toEqual(NOTHING);
  const first = await store.append([recordOf(0), recordOf(0, { configuration: 'full' })]);
  expect(first).toEqual({ written: true, revision: await bare('rev-parse', BRANCH) });
  expect(await bare('rev-list', '--count', BRANCH)).toBe('1');
  await store.append([recordOf(1)]);
  expect(await bare('ls-tree', '-r', '--name-only', BRANCH)).toContain(pathOf(recordOf(1)));
  const before = [api.requests.length, server.requests.length];
  expect(await store.read()).toEqual({
    records: [recordOf(0), recordOf(0, { configuration: 'full' }), recordOf(1)],
    warnings: [],
    complete: true,
  });
  expect(api.requests.length).toBe(before[0]);
  const fetched = server.requests
    .slice(before[1])
    .filter(({ target }) => target.endsWith('/git-upload-pack'));
  expect(fetched.length).toBeLessThanOrEqual(2);
  expect(warningsIn(logger)).toEqual([]);
});

test('a record that is there already stays as it is, and adds no commit', async () => {
  const { store, another, bare } = await start();
  await store.append([recordOf(0)]);
  const tip = await bare('rev-parse', BRANCH);
  const again = await (await another()).append([recordOf(0, { subject: 'Another' })]);
  expect(again).toEqual({ written: true, revision: tip });
  expect(await bare('rev-parse', BRANCH)).toBe(tip);
  expect((await store.read()).records).toEqual([recordOf(0)]);
});

test('an append asks as much of GitHub after a thousand records as after one', async () => {
  const { store, api, plant } = await start();
  // The second append reads the branch's marker, and later ones do not.
  for (const number of [0, 3000]) await store.append([recordOf(number)]);
  const requestsOf = async (number: number) => {
    const before = api.requests.length;
    await store.append([recordOf(number)]);
    return api.requests.slice(before).map(({ operation }) => operation);
  };
  const early = await requestsOf(1);
  const records = Array.from({ length: 1000 }, (_, index) => recordOf(index + 2));
  await plant(Object.fromEntries(records.map((record) => [pathOf(record), encodeRecord(record)])));
  const late = await requestsOf(2000);
  // The late one looks for a rewritten branch too.
  expect(late.filter((operation) => operation !== 'repos/compare-commits-with-basehead')).toEqual(early);
  expect(early.length).toBeLessThanOrEqual(9);
  expect(late.join()).not.toContain('get-tree');
  expect((await store.read()).records).toHaveLength(1004);
});

test('a writer that lost begins again from what the winner wrote', async () => {
  const { store, another, api, bare, logger } = await start();
  await store.append([recordOf(0)]);
  const winner = await another();
  api.before('git/update-ref', async () => {
    await winner.append([recordOf(1)]);
  });
  expect(await store.append([recordOf(2)])).toMatchObject({ written: true });
  expect((await store.read()).records).toEqual([recordOf(0), recordOf(1), recordOf(2)]);
  expect(await bare('rev-list', '--count', BRANCH)).toBe('3');
  expect(warningsIn(logger)).toEqual([]);
});

test('two that make the branch at once both get in', async () => {
  const { store, another, api } = await start();
  const winner = await another();
  api.before('git/create-ref', async () => {
    await winner.append([recordOf(1)]);
  });
  expect(await store.append([recordOf(2)])).toMatchObject({ written: true });
  expect((await store.read()).records).toEqual([recordOf(1), recordOf(2)]);
});

test.each([
  ['git/create-blob', faults.serverError(502)],
  ['git/create-tree', faults.reset],
  ['git/create-commit', faults.cut],
  ['git/update-ref', faults.resetAfter],
  ['git/update-ref', faults.serverError(503)],
  ['git/get-ref', faults.gatewayPage],
])('a passing fault of %s loses nothing and writes nothing twice', async (operation, fault) => {
  const { store, api } = await start();
  await store.append([recordOf(0)]);
  api.fault(operation, fault, 4);
  expect(await store.append([recordOf(1)])).toMatchObject({ written: true });
  expect((await store.read()).records).toEqual([recordOf(0), recordOf(1)]);
});

test('a branch whose making was carried out without an answer is found', async () => {
  const { store, api } = await start();
  api.fault('git/create-ref', faults.resetAfter, 1);
  expect(await store.append([recordOf(0)])).toMatchObject({ written: true });
  expect((await store.read()).records).toEqual([recordOf(0)]);
});

test('a token that may not write is told what it needs, after one refused request', async () => {
  const { another, api, store } = await start();
  const reader = await another(await api.token({ contents: 'read' }));
  const outcome = await reader.append([recordOf(0)]);
  expect(outcome).toEqual({
    written: false,
    reason: expect.stringContaining('"permissions: contents: write"'),
  });
  expect(api.requests.filter(({ status }) => status === 403)).toHaveLength(1);
  expect(await store.read()).toEqual(NOTHING);
});

test('GitHub that never answers is an outcome, after a bounded number of tries', async () => {
  const { store, api } = await start();
  api.fault('*', faults.serverError(500));
  expect(await store.append([recordOf(0)])).toEqual({
    written: false,
    reason: expect.stringContaining('run the job again'),
  });
  expect(api.requests.length).toBeLessThan(50);
});

test('a writer that always loses gives up after a bounded number of tries', async () => {
  const { store, api } = await start();
  await store.append([recordOf(0)]);
  api.fault('git/update-ref', {
    kind: 'refusal',
    status: 422,
    headers: {},
    body: {
      message: 'Update is not a fast forward',
      documentation_url: 'https://docs.github.com/rest',
      status: '422',
    },
  });
  expect(await store.append([recordOf(1)])).toEqual({
    written: false,
    reason: expect.stringContaining('other jobs wrote to it each time in 12 tries'),
  });
});

test('a branch that is no history of ours is neither written nor read', async () => {
  const { store, bare, server } = await start();
  const tree = await git(server.directory, 'hash-object', '-t', 'tree', '-w', '/dev/null');
  const commit = await bare('commit-tree', tree, '-m', 'Something else');
  await bare('update-ref', `refs/heads/${BRANCH}`, commit);
  const refused = { written: false, reason: expect.stringContaining('holds no tare.json of Tare') };
  expect(await store.append([recordOf(0)])).toEqual(refused);
  expect(await store.publish([{ path: 'index.html', content: 'x' }], 'Page')).toEqual(refused);
  expect(await store.compact()).toEqual(refused);
  expect(await bare('rev-parse', BRANCH)).toBe(commit);
  expect(await store.read()).toEqual({
    records: [],
    warnings: [expect.stringContaining('holds no tare.json')],
    complete: false,
  });
});

test('a branch of a newer Tare is not written', async () => {
  const { store, plant, bare } = await start();
  await store.append([recordOf(0)]);
  await plant({ 'tare.json': '{"schema":2,"what":"newer"}' });
  const tip = await bare('rev-parse', BRANCH);
  expect(await store.append([recordOf(1)])).toEqual({
    written: false,
    reason: expect.stringContaining('update Tare'),
  });
  expect(await bare('rev-parse', BRANCH)).toBe(tip);
});

test('a branch that was rewritten since it was read is told, and nothing of it is overwritten', async () => {
  const { store, bare, logger } = await start();
  await store.append([recordOf(0)]);
  const root = await bare('rev-parse', BRANCH);
  await store.append([recordOf(1)]);
  await store.read();
  const tree = await bare('rev-parse', `${root}^{tree}`);
  const other = await bare('commit-tree', tree, '-m', 'Rewritten');
  await bare('update-ref', `refs/heads/${BRANCH}`, other);
  expect(await store.append([recordOf(2)])).toMatchObject({ written: true });
  expect(await bare('rev-parse', `${BRANCH}^`)).toBe(other);
  expect((await store.read()).records).toEqual([recordOf(0), recordOf(2)]);
  expect(warningsIn(logger)).toEqual([expect.stringContaining('was rewritten or deleted')]);
});

test('a branch that was deleted since it was read is made again, and told', async () => {
  const { store, bare, logger } = await start();
  await store.append([recordOf(0)]);
  await bare('update-ref', '-d', `refs/heads/${BRANCH}`);
  expect(await store.append([recordOf(1)])).toMatchObject({ written: true });
  expect((await store.read()).records).toEqual([recordOf(1)]);
  expect(warningsIn(logger).join()).toContain('was rewritten or deleted');
});

test('a branch that was deleted between two jobs is made again, and told', async () => {
  const { store, another, bare, logger } = await start();
  await store.append([recordOf(0), recordOf(1)]);
  expect(warningsIn(logger)).toEqual([]);
  await bare('update-ref', '-d', `refs/heads/${BRANCH}`);
  const next = await another();
  expect(await next.read()).toEqual(NOTHING);
  expect(await next.append([recordOf(2), recordOf(3)])).toMatchObject({ written: true });
  expect((await next.read()).records).toEqual([recordOf(2), recordOf(3)]);
  expect(warningsIn(logger)).toEqual([
    expect.stringMatching(
      new RegExp(`The branch ${BRANCH} was not there and was made, .* at ${shaOf(1).slice(0, 10)}\\.`),
    ),
  ]);
});

test('hostile files on the branch are skipped and named', async () => {
  const { store, plant, bare } = await start();
  await store.append([recordOf(0), recordOf(1)]);
  const blob = await bare('rev-parse', `${BRANCH}:${pathOf(recordOf(0))}`);
  const commit = await bare('rev-parse', BRANCH);
  await plant(
    {
      [pathOf(recordOf(2))]: encodeRecord(recordOf(2)).slice(0, 50),
      [pathOf(recordOf(3))]: encodeRecord(recordOf(4)),
      [pathOf(recordOf(5))]: encodeRecord(recordOf(5)).replace('"schema":1', '"schema":7'),
      'runs/readme.txt': 'x',
    },
    [`120000,${blob},${pathOf(recordOf(6))}`, `160000,${commit},runs/2026/10/module`],
  );
  const { records, warnings, complete } = await store.read();
  expect(complete).toBe(true);
  expect(records).toEqual([recordOf(0), recordOf(1)]);
  expect(warnings).toHaveLength(6);
  expect(warnings.join('\n')).toContain('schema 7');
});

test('bytes that are no text are skipped, and what follows them is read', async () => {
  const { store, bare, server } = await start();
  const records = [0, 1, 2].map((number) => recordOf(number));
  await store.append(records);
  const file = join(server.directory, 'odd');
  await writeFile(file, Buffer.from([0x22, 0xff, 0xfe, 0x22]));
  const odd = await bare('hash-object', '-w', file);
  const index = { ...GIT_ENVIRONMENT, GIT_INDEX_FILE: join(server.directory, 'odd-index') };
  const run = (...args: string[]) =>
    execFileSync('git', ['--git-dir', server.directory, ...args], { env: index });
  run('read-tree', BRANCH);
  run('update-index', '--add', '--cacheinfo', `100644,${odd},${pathOf(recordOf(1))}`);
  const tree = run('write-tree').toString().trim();
  await bare(
    'update-ref',
    `refs/heads/${BRANCH}`,
    await bare('commit-tree', tree, '-p', BRANCH, '-m', 'Odd'),
  );
  const read = await store.read();
  expect(read.records).toEqual([recordOf(0), recordOf(2)]);
  expect(read.warnings).toEqual([expect.stringContaining('it is not UTF-8')]);
});

test('compaction joins past months in one commit, loses nothing to a writer in between, and is done once', async () => {
  const { store, another, api, bare } = await start();
  const records = Array.from({ length: 6 }, (_, number) => recordOf(number));
  await store.append(records);
  const writer = await another();
  api.before('git/update-ref', async () => {
    await writer.append([recordOf(6)]);
  });
  expect(await store.compact()).toMatchObject({ written: true });
  const files = await bare('ls-tree', '-r', '--name-only', BRANCH);
  expect(files.split('\n')).toEqual([
    expect.stringMatching(/^runs\/2026\/10\/default-[0-9a-f]{16}\.jsonl$/),
    'tare.json',
  ]);
  expect(await store.read()).toEqual({ records: [...records, recordOf(6)], warnings: [], complete: true });
  const tip = await bare('rev-parse', BRANCH);
  expect(await store.compact()).toEqual({ written: true, revision: tip });
  expect(await bare('rev-parse', BRANCH)).toBe(tip);
});

test('published files are replaced, read back, and stand beside the records', async () => {
  const { store, bare } = await start();
  expect(await store.readFile('reports/latest.md')).toBeNull();
  await store.append([recordOf(0)]);
  expect(await store.readFile('reports/latest.md')).toBeNull();
  await store.publish([{ path: 'reports/latest.md', content: 'Größe' }], 'Report');
  const tip = await bare('rev-parse', BRANCH);
  expect(await store.publish([{ path: 'reports/latest.md', content: 'Größe' }], 'Report')).toEqual({
    written: true,
    revision: tip,
  });
  expect(await store.readFile('reports/latest.md')).toBe('Größe');
  expect((await store.read()).records).toEqual([recordOf(0)]);
});

test('a remote that cannot be reached is a warning', async () => {
  const { store, server } = await start();
  await store.append([recordOf(0)]);
  await rm(server.directory, { recursive: true });
  expect(await store.read()).toEqual({
    records: [],
    warnings: [expect.stringContaining('was not read')],
    complete: false,
  });
});
