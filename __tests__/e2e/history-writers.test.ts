import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { pathOf } from '../../src/store/history/layout.ts';
import { decodeRecord } from '../../src/store/history/record-codec.ts';
import { recordOf } from '../store/history/records.ts';
import { git } from '../support/git.ts';
import { historyIn } from '../support/git-history.ts';
import { startGitServer } from '../support/git-server.ts';
import { type GitHubApi, startGitHubApi } from '../support/github-api.ts';
import { faults } from '../support/github-faults.ts';
import { historyWriter } from '../support/history-writer.ts';

/** Writers in this process, and processes that are killed after so many answers: before, in and after their commit. */
const LIVING = 24;
const KILLED_AFTER = [1, 3, 5, 6, 7, 8, 9, 10];
const MILLISECONDS = 600_000;

/** Texts by path of every file on the branch. */
type Read = () => Promise<ReadonlyMap<string, string>>;

test(
  '32 writers at once against the emulated repository: nothing lost, nothing twice',
  async () => {
    const api = await startGitHubApi();
    onTestFinished(() => api.close());
    await race(api, () => readByApi(api));
  },
  MILLISECONDS,
);

test(
  '32 writers at once against a real repository: nothing lost, nothing twice',
  async () => {
    const server = await startGitServer();
    const { directory } = server;
    const api = await startGitHubApi({ history: historyIn(directory), gitDirectory: () => directory });
    onTestFinished(async () => void (await Promise.all([api.close(), server.close()])));
    await race(api, async () => {
      const names = (await git(directory, 'ls-tree', '-r', '--name-only', 'tare-data')).split('\n');
      const texts = names.map(
        async (name) => [name, await git(directory, 'show', `tare-data:${name}`)] as const,
      );
      return new Map(await Promise.all(texts));
    });
    await git(directory, 'fsck', '--strict', 'tare-data');
  },
  MILLISECONDS,
);

async function race(api: GitHubApi, read: Read): Promise<void> {
  const token = await api.token();
  const { url: apiUrl, owner, repository } = api;
  api.fault('git/update-ref', faults.serverError(502), 4);
  api.fault('git/update-ref', faults.resetAfter, 3);
  api.fault('git/create-tree', faults.reset, 3);
  api.fault('git/create-commit', faults.cut, 2);
  api.fault('git/create-blob', faults.serverError(503), 3);
  api.fault('git/get-ref', faults.gatewayPage, 2);
  api.fault('git/create-ref', faults.resetAfter, 1);
  const worker = fileURLToPath(new URL('../support/history-writer.ts', import.meta.url));
  const killed = KILLED_AFTER.map((answers, index) => {
    const args = [worker, apiUrl, token, owner, repository, String(LIVING + index), String(answers)];
    return promisify(execFile)(process.execPath, args, { timeout: MILLISECONDS }).then(
      () => null,
      (error: { readonly signal?: unknown }) => error.signal,
    );
  });
  const living = Array.from({ length: LIVING }, (_, number) =>
    historyWriter({ apiUrl, token, owner, repository }).append([recordOf(number)]),
  );
  const outcomes = await Promise.all(living);
  const signals = await Promise.all(killed);

  expect(outcomes.filter(({ written }) => !written)).toEqual([]);
  // One that needed fewer requests lived.
  expect(signals.filter((signal) => signal === 'SIGKILL').length).toBeGreaterThanOrEqual(5);
  const files = await read();
  const records = [...files].filter(([path]) => path.startsWith('runs/'));
  for (const [path, text] of records) expect(decodeRecord(path, text)).toMatchObject({ ok: true });
  const expected = Array.from({ length: LIVING }, (_, number) => pathOf(recordOf(number)));
  expect([...files.keys()]).toEqual(expect.arrayContaining(expected));
  expect(records.length).toBeLessThanOrEqual(LIVING + KILLED_AFTER.length);
  const conflicts = api.requests.filter(
    ({ operation, status }) => operation === 'git/update-ref' && status === 422,
  );
  expect(conflicts.length).toBeGreaterThan(0);
  expect(api.requests.some(({ body }) => /"force":\s*true/.test(body))).toBe(false);

  // Whoever was killed runs again, and those who wrote run twice.
  const all = Array.from({ length: LIVING + KILLED_AFTER.length }, (_, number) => recordOf(number));
  const again = await historyWriter({ apiUrl, token, owner, repository }).append(all);
  expect(again.written).toBe(true);
  const names = [...(await read()).keys()].filter((path) => path.startsWith('runs/'));
  expect(names.toSorted()).toEqual(all.map(pathOf).toSorted());
}

const treeSchema = z.object({
  truncated: z.boolean(),
  tree: z.array(z.object({ path: z.string(), type: z.string(), sha: z.string() })),
});

async function readByApi(api: GitHubApi): Promise<ReadonlyMap<string, string>> {
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`${api.url}/repos/${api.owner}/${api.repository}/git/${path}`, {
      headers: {
        authorization: `token ${api.personToken(api.owner)}`,
        accept: 'application/vnd.github.v3+json',
        'user-agent': 'test',
        'x-github-api-version': '2022-11-28',
      },
    });
    return response.json();
  };
  const { tree } = treeSchema.parse(await ask('trees/tare-data?recursive=1'));
  const blobs = tree.filter(({ type }) => type === 'blob');
  const texts = blobs.map(async ({ path, sha }) => {
    const { content } = z.object({ content: z.string() }).parse(await ask(`blobs/${sha}`));
    return [path, Buffer.from(content, 'base64').toString('utf8')] as const;
  });
  return new Map(await Promise.all(texts));
}
