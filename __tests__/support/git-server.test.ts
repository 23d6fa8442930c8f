import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { git } from './git.ts';
import { historyIn } from './git-history.ts';
import { type GitServer, type GitServerSeed, startGitServer } from './git-server.ts';

let folder = '';
const open: GitServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tare-git-test-'));
});

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** A server with main (two commits, the second after the branch left) and topic (one commit). */
async function start(seed: GitServerSeed = {}) {
  const server = await startGitServer(seed);
  open.push(server);
  const work = join(folder, 'work');
  await mkdir(work);
  await git(work, 'init', '-q', '-b', 'main');
  const commit = async (file: string, text: string) => {
    await writeFile(join(work, file), text);
    await git(work, 'add', file);
    await git(work, 'commit', '-q', '-m', `${file}: ${text.slice(0, 20)}`);
    return git(work, 'rev-parse', 'HEAD');
  };
  const root = await commit('a', 'one');
  await git(work, 'switch', '-q', '-c', 'topic');
  const topic = await commit('b', 'topic');
  await git(work, 'switch', '-q', 'main');
  const main = await commit('a', 'two');
  const remote =
    seed.token === undefined ? server.remote : server.remote.replace('//', `//x-access-token:${seed.token}@`);
  await git(work, 'push', '-q', remote, 'main', 'topic');
  return { server, work, commit, root, topic, main };
}

test('push, and a shallow checkout of a test merge as actions/checkout makes it', async () => {
  const { server, topic, main } = await start();
  const merge = await server.openPullRequest(5, 'topic');
  const into = join(folder, 'checkout');
  await server.checkout({ into, ref: 'refs/pull/5/merge' });
  expect(await git(into, 'rev-parse', 'HEAD')).toBe(merge);
  expect(await git(into, 'rev-list', '--count', 'HEAD')).toBe('1');
  expect(await git(into, 'cat-file', 'commit', 'HEAD')).toContain(`parent ${main}\nparent ${topic}\n`);
  expect(await readFile(join(into, 'a'), 'utf8')).toBe('two');
  expect(await readFile(join(into, 'b'), 'utf8')).toBe('topic');
  expect(await git(into, 'status', '--porcelain')).toBe('');
});

test('a branch, a depth, and all of the history', async () => {
  const { server, main, root } = await start();
  const [shallow, full] = [join(folder, 'shallow'), join(folder, 'full')];
  await server.checkout({ into: shallow, ref: 'refs/heads/main', depth: 2 });
  expect(await git(shallow, 'branch', '--show-current')).toBe('main');
  expect(await git(shallow, 'rev-list', 'HEAD')).toBe(`${main}\n${root}`);
  await server.checkout({ into: full, ref: 'refs/heads/topic', depth: 0 });
  expect(await git(full, 'merge-base', 'HEAD', 'origin/main')).toBe(root);
});

test('any commit can be fetched by its SHA, reachable or not', async () => {
  const { server, work, commit, topic } = await start();
  await git(work, 'switch', '-q', 'topic');
  const lost = await commit('b', 'lost');
  await git(work, 'push', '-q', server.remote, 'topic');
  await git(work, 'push', '-q', '--force', server.remote, `${topic}:refs/heads/topic`);
  const into = join(folder, 'one');
  await git(folder, 'init', '-q', into);
  await git(into, 'fetch', '-q', '--depth=1', server.remote, lost);
  expect(await git(into, 'rev-parse', 'FETCH_HEAD')).toBe(lost);
});

test('a large push arrives whole, and is fetched whole', async () => {
  const { server, work, commit } = await start();
  const noise = Array.from({ length: 400_000 }, (_, index) => Math.imul(index, 2654435761).toString(36)).join(
    '\n',
  );
  const sha = await commit('large', noise);
  await git(work, 'push', '-q', server.remote, 'main');
  await server.checkout({ into: join(folder, 'large'), ref: 'refs/heads/main', sha });
  expect(await readFile(join(folder, 'large', 'large'), 'utf8')).toBe(noise);
});

test('a pull request that conflicts has no test merge', async () => {
  const { server, work, commit } = await start();
  expect(await server.openPullRequest(5, 'topic')).not.toBeNull();
  await git(work, 'switch', '-q', 'topic');
  await commit('a', 'conflict');
  await git(work, 'push', '-q', server.remote, 'topic');
  expect(await server.openPullRequest(5, 'topic')).toBeNull();
  await expect(server.resolve('refs/pull/5/merge')).rejects.toThrow();
});

test('pushing needs the token, and reading does in a private repository', async () => {
  const { server, work } = await start({ token: 'ghs_secret' });
  await expect(git(work, 'push', server.remote, 'main:other')).rejects.toThrow();
  expect(await git(work, 'ls-remote', server.remote, 'refs/heads/main')).not.toBe('');
  const closed = await startGitServer({ token: 'ghs_secret', private: true });
  open.push(closed);
  await expect(git(folder, 'ls-remote', closed.remote)).rejects.toThrow();
  await git(folder, 'ls-remote', closed.remote.replace('//', '//x-access-token:ghs_secret@'));
  expect(closed.requests.map(({ status }) => status)).toEqual([401, 401, 200, 200]);
});

test('the API can answer from it', async () => {
  const { server, root, main, topic } = await start();
  const history = historyIn(server.directory);
  expect(await history.reachable('main')).toEqual([
    { sha: main, parents: [root], author: 'A Person', message: 'a: two\n' },
    { sha: root, parents: [], author: 'A Person', message: 'a: one\n' },
  ]);
  expect(await history.mergeBase('main', topic)).toBe(root);
  expect(await history.reachable('nowhere')).toBeNull();
});
