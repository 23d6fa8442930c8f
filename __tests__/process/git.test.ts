import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { createGit } from '../../src/process/git.ts';
import { temporaryFolder, testRunner } from './support.ts';

const root = temporaryFolder();
const origin = join(root, 'origin');
const runner = testRunner(root);
const missing = 'd'.repeat(40);

const environment = {
  PATH: process.env['PATH'],
  HOME: root,
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  GIT_COMMITTER_DATE: '2026-01-02T03:04:05Z',
  GIT_AUTHOR_DATE: '2026-01-02T03:04:05Z',
};

function sh(cwd: string, ...args: string[]): string {
  const quiet = ['-c', 'init.defaultBranch=main', '-c', 'protocol.file.allow=always'];
  return execFileSync('git', [...quiet, ...args], {
    cwd,
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
    .toString()
    .trim();
}

function commit(cwd: string, file: string, text: string, subject: string): string {
  writeFileSync(join(cwd, file), text);
  sh(cwd, 'add', '--', file);
  sh(cwd, 'commit', '-q', '-m', subject);
  return sh(cwd, 'rev-parse', 'HEAD');
}

function clone(name: string, ...args: string[]): string {
  sh(root, 'clone', '-q', ...args, pathToFileURL(origin).href, name);
  return join(root, name);
}

/** main: first – second – merge; the merge's other parent is `side`. */
let [first, second, side, merge] = ['', '', '', ''];

beforeAll(() => {
  mkdirSync(origin);
  sh(origin, 'init', '-q');
  sh(origin, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  first = commit(origin, 'a.txt', '1', 'First');
  second = commit(origin, 'ä b.txt', '2', 'Second');
  sh(origin, 'checkout', '-q', '-b', 'side', first);
  side = commit(origin, 'side.txt', 's', 'Side');
  sh(origin, 'checkout', '-q', 'main');
  sh(origin, 'merge', '-q', '--no-ff', '-m', 'Merge side', 'side');
  merge = sh(origin, 'rev-parse', 'HEAD');
});

describe('a whole repository', () => {
  const git = () => createGit(runner, origin);

  it('knows its root from within', async () => {
    mkdirSync(join(origin, 'sub'), { recursive: true });
    expect(await createGit(runner, join(origin, 'sub')).root()).toBe(origin);
  });

  it('resolves every kind of revision to a full SHA', async () => {
    sh(origin, 'tag', '-f', '-a', '-m', 'x', 'v1', second);
    for (const [revision, sha] of [
      ['HEAD', merge],
      ['main', merge],
      ['HEAD^2', side],
      ['v1', second],
      [first.slice(0, 10), first],
      [first, first],
    ] as const) {
      expect(await git().resolve(revision)).toBe(sha);
    }
  });

  it.each(['nosuch', 'HEAD~9', missing, 'main:a.txt', 'v1..main', '@{u}', 'a b'])(
    'has no commit %s',
    async (revision) => {
      const failed = await git()
        .resolve(revision)
        .catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(UserError);
      expect(failed).toHaveProperty(
        'message',
        `There is no commit ${JSON.stringify(revision)} in this repository.`,
      );
    },
  );

  it.each(['', '-x', '--exec=touch x', 'a\nb', 'a\0b', 'x'.repeat(2000)])('refuses %j', async (revision) => {
    await expect(git().resolve(revision)).rejects.toThrow(/is not a revision/);
  });

  it('walks first parents', async () => {
    expect(await git().firstParents(merge, 0)).toEqual({ commits: [merge], complete: true });
    expect(await git().firstParents(merge, 1)).toEqual({ commits: [merge, second], complete: true });
    expect(await git().firstParents(merge, 50)).toEqual({ commits: [merge, second, first], complete: true });
    expect(await git().firstParents(missing, 5)).toEqual({ commits: [missing], complete: false });
  });

  it('tells a commit', async () => {
    expect(await git().commitInfo(merge)).toEqual({
      subject: 'Merge side',
      message: 'Merge side\n',
      date: '2026-01-02T03:04:05.000Z',
      author: 'Ada',
      parents: [second, side],
    });
    await expect(git().commitInfo(missing)).rejects.toThrow(UserError);
    await expect(git().commitInfo('main')).rejects.toThrow(/not a full commit SHA/);
  });

  it('finds the common ancestor', async () => {
    expect(await git().mergeBase('side', second)).toBe(first);
    expect(await git().mergeBase(side, merge)).toBe(side);
    expect(await git().mergeBase(missing, merge)).toBeNull();
    expect(await git().mergeBase('--all', merge)).toBeNull();
  });

  it('tells which files changed', async () => {
    expect(await git().changedFiles(first, merge)).toEqual(['side.txt', 'ä b.txt']);
    expect(await git().changedFiles(merge, merge)).toEqual([]);
    expect(await git().changedFiles(missing, merge)).toBeNull();
  });

  it('knows whether it is dirty, shallow, complete', async () => {
    const path = clone('clean');
    const own = createGit(runner, path);
    expect(await own.isDirty()).toBe(false);
    writeFileSync(join(path, 'new.txt'), '');
    expect(await own.isDirty()).toBe(true);
    expect(await own.isShallow()).toBe(false);
    expect(await own.has(side)).toBe(true);
    expect(await own.has(missing)).toBe(false);
  });

  it('does not let a replaced object lie', async () => {
    const path = clone('replaced');
    sh(path, 'replace', merge, first);
    expect((await createGit(runner, path).commitInfo(merge)).subject).toBe('Merge side');
  });
});

describe('a clone of depth 1 of a merge', () => {
  it('still tells the true first parent, and no more', async () => {
    const git = createGit(runner, clone('shallow', '--depth=1'));
    expect(await git.isShallow()).toBe(true);
    expect(await git.firstParents(merge, 9)).toEqual({ commits: [merge, second], complete: false });
    expect((await git.commitInfo(merge)).parents).toEqual([second, side]);
  });

  it('works with a detached head, as the checkout action leaves it', async () => {
    const path = clone('detached', '--depth=1');
    sh(path, 'checkout', '-q', '--detach');
    sh(path, 'branch', '-D', 'main');
    const git = createGit(runner, path);
    expect(await git.resolve('HEAD')).toBe(merge);
    await expect(git.resolve('main')).rejects.toThrow(/Did you mean origin\/main\?/);
    await expect(git.resolve('HEAD^')).rejects.toThrow(/The clone is shallow.*fetch-depth: 0/);
  });

  it('fetches one more commit, and stays shallow', async () => {
    const path = clone('fetching', '--depth=1');
    const git = createGit(runner, path);
    await git.fetchCommit(second);
    expect(await git.has(second)).toBe(true);
    expect(await git.has(first)).toBe(false);
    expect(await git.isShallow()).toBe(true);
    expect(await git.firstParents(merge, 9)).toEqual({ commits: [merge, second, first], complete: false });
    await expect(git.fetchCommit(missing)).rejects.toThrow(/Cannot fetch the commit d+/);
  });
});

describe('fetching', () => {
  it('does not cut the history of a whole clone', async () => {
    const path = clone('whole');
    const later = commit(origin, 'later.txt', 'l', 'Later');
    const git = createGit(runner, path);
    await git.fetchCommit(first);
    await git.fetchCommit(later);
    expect(await git.has(later)).toBe(true);
    expect(await git.isShallow()).toBe(false);
    expect((await git.firstParents(later, 9)).commits).toEqual([later, merge, second, first]);
  });

  it('sends the header given, once, and no other', async () => {
    const seen: string[][] = [];
    const server = createServer((request, response) => {
      seen.push((request.headersDistinct['authorization'] ?? []).map(String));
      response.writeHead(403).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/owner/repository`;
    const path = clone('header', '--depth=1');
    sh(path, 'config', `http.http://127.0.0.1:${port}/.extraheader`, 'AUTHORIZATION: basic from-checkout');
    sh(path, 'remote', 'set-url', 'origin', url);
    const git = createGit(runner, path);
    const header = 'AUTHORIZATION: basic ours';
    await expect(git.fetchCommit(first, { header })).rejects.toThrow(/Cannot fetch the commit .*403/);
    await expect(git.fetchCommit(first, { url, header })).rejects.toThrow(/403/);
    server.close();
    expect(seen).toEqual([['basic ours'], ['basic ours']]);
  });

  it('sends it where the checkout came from, whatever the project’s code writes afterwards', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(`${request.url?.split('/')[1]} ${request.headers.authorization}`);
      response.writeHead(403).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const host = `http://127.0.0.1:${port}`;
    const path = clone('turned', '--depth=1');
    sh(path, 'remote', 'set-url', 'origin', `${host}/good/repository`);
    const own = testRunner(root, { environment: { ...process.env, HOME: root } });
    const git = createGit(own, path);
    const source = await git.source();
    expect(source?.url).toBe(`${host}/good/repository`);
    const trace = join(root, 'helper-ran');
    sh(path, 'remote', 'set-url', 'origin', `${host}/evil/repository`);
    for (const scope of ['--local', '--global']) {
      sh(path, 'config', scope, `url.${host}/evil/.insteadOf`, `${host}/good/`);
      sh(path, 'config', scope, 'credential.helper', `!env > ${trace}; true`);
      sh(path, 'config', scope, 'http.proxy', `${host}/evil/proxy`);
    }
    const header = 'AUTHORIZATION: basic ours';
    try {
      await expect(git.fetchCommit(first, { header, ...source })).rejects.toThrow(/403/);
      await expect(
        git.snapshot('main', join(root, 'turned-snapshot'), { header, ...source }),
      ).rejects.toThrow(/403/);
    } finally {
      rmSync(join(root, '.gitconfig'), { force: true });
    }
    server.close();
    expect(seen).toEqual(['good basic ours', 'good basic ours']);
    expect(existsSync(trace)).toBe(false);
  });

  it('fetches with a header into a shallow clone as without one', async () => {
    const path = clone('apart', '--depth=1');
    const git = createGit(runner, path);
    const source = await git.source();
    await git.fetchCommit(second, { header: 'AUTHORIZATION: basic ours', ...source });
    expect(await git.has(second)).toBe(true);
    expect(await git.isShallow()).toBe(true);
  });
});

describe('a worktree', () => {
  it('holds the files of its commit, runs no hook, and goes without a trace', async () => {
    const path = clone('trees');
    const hook = join(path, '.git/hooks/post-checkout');
    writeFileSync(hook, `#!/bin/sh\ntouch ${join(root, 'hooked')}\n`, { mode: 0o755 });
    const git = createGit(runner, path);
    const tree = await git.worktree(first, join(root, 'tree'));
    expect(readdirSync(tree.directory).sort()).toEqual(['.git', 'a.txt']);
    expect(await createGit(runner, tree.directory).resolve('HEAD')).toBe(first);
    expect(await git.resolve('HEAD')).toBe(sh(path, 'rev-parse', 'main'));
    expect(tree.warnings).toEqual([]);
    writeFileSync(join(tree.directory, 'a.txt'), 'changed');
    await tree.remove();
    await tree.remove();
    expect(existsSync(tree.directory)).toBe(false);
    expect(sh(path, 'worktree', 'list', '--porcelain')).not.toContain('tree\n');
    expect(existsSync(join(root, 'hooked'))).toBe(false);
  });

  it('goes without a trace even when nothing may be started any more', async () => {
    const path = clone('cancelled');
    const own = testRunner(root);
    const tree = await createGit(own, path).worktree(first, join(root, 'cancelled-tree'));
    await own.close();
    await tree.remove();
    expect(existsSync(tree.directory)).toBe(false);
    expect(sh(path, 'worktree', 'list', '--porcelain')).not.toContain('cancelled-tree');
  });

  it('leaves a folder alone that holds something', async () => {
    const full = join(root, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'keep'), 'me');
    await expect(createGit(runner, origin).worktree(first, full)).rejects.toThrow(/full is not empty/);
    expect(readFileSync(join(full, 'keep'), 'utf8')).toBe('me');
  });

  it('cannot be had of a commit that is not here', async () => {
    const into = join(root, 'none');
    await expect(createGit(runner, origin).worktree(missing, into)).rejects.toThrow(UserError);
    expect(existsSync(into)).toBe(false);
  });

  it('says so when the submodules of the main checkout cannot be had', async () => {
    const path = join(root, 'super');
    mkdirSync(path);
    sh(path, 'init', '-q');
    sh(path, 'submodule', 'add', '-q', pathToFileURL(origin).href, 'module');
    sh(path, 'commit', '-q', '-m', 'Module');
    const git = createGit(runner, path);
    const tree = await git.worktree(await git.resolve('HEAD'), join(root, 'supertree'));
    // git itself refuses a submodule from a local path.
    expect(tree.warnings).toHaveLength(1);
    expect(tree.warnings[0]).toMatch(/^Submodules of the checkout in .* could not be fetched: /);
    await tree.remove();
  });
});

describe('what git refuses', () => {
  it('is said for a folder that is in no repository', async () => {
    const own = testRunner(root, { environment: { ...process.env, GIT_CEILING_DIRECTORIES: root } });
    const path = join(root, 'plain');
    mkdirSync(path);
    const git = createGit(own, path);
    for (const ask of [
      git.root,
      () => git.resolve('HEAD'),
      () => git.firstParents(missing, 3),
      git.isDirty,
    ]) {
      await expect(ask()).rejects.toThrow(
        `${path} is not in a git repository; in a workflow run actions/checkout first`,
      );
    }
  });

  it('is said for a bare repository', async () => {
    const path = clone('bare', '--bare');
    await expect(createGit(runner, path).root()).rejects.toThrow(/is in a bare repository/);
  });

  it('is said for a repository without a commit', async () => {
    const path = join(root, 'empty');
    mkdirSync(path);
    sh(path, 'init', '-q');
    await expect(createGit(runner, path).resolve('HEAD')).rejects.toThrow(
      'The repository has no commit yet; make a first one with git commit.',
    );
  });

  it('is said, with what to do, for a repository of another user', async () => {
    const own = testRunner(root, {
      environment: { PATH: process.env['PATH'], HOME: root, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' },
    });
    await expect(createGit(own, origin).resolve('HEAD')).rejects.toThrow(
      /git config --global --add safe\.directory/,
    );
  });

  it('is said when there is no git', async () => {
    const own = testRunner(root, { environment: { PATH: root } });
    await expect(createGit(own, origin).root()).rejects.toThrow(/Cannot run "git": it was not found in PATH/);
  });
});
