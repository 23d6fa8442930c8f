import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunContext } from '../../src/github/context.ts';
import { parentsIn, wantedBase } from '../../src/github/wanted-base.ts';

const [merge, base, head, old, other] = ['1', '2', '3', '4', '5'].map((digit) => digit.repeat(40));
if (!merge || !base || !head || !old || !other) throw new Error('unreachable');

function context(changes: Partial<RunContext>): RunContext {
  return {
    event: 'push',
    owner: 'octo',
    repository: 'widget',
    sha: merge ?? '',
    ref: 'refs/heads/main',
    defaultBranch: 'main',
    pullRequest: null,
    mergeGroupBase: null,
    apiUrl: 'https://api.github.com',
    repositoryUrl: '',
    runUrl: '',
    runId: '1',
    runAttempt: '1',
    workspace: '/w',
    temporary: '/t',
    ...changes,
  };
}

const onPullRequest = context({
  event: 'pull_request',
  ref: 'refs/pull/5/merge',
  pullRequest: { number: 5, headSha: head, baseSha: old, baseRef: 'main', fork: false },
});

test('a test merge is compared with its first parent, not with the base that the event names', () => {
  const found = wantedBase(onPullRequest, { sha: merge, parents: [base, head] });
  expect(found).toEqual({ kind: 'commit', sha: base, why: 'the tip of main that the test merge has' });
});

test('a newer test merge of the same head, too', () => {
  expect(wantedBase(onPullRequest, { sha: other, parents: [base, head] })).toMatchObject({ sha: base });
});

test('a checked-out head is compared with the merge base', () => {
  expect(wantedBase(onPullRequest, { sha: head, parents: [old] })).toEqual({
    kind: 'merge-base',
    base: 'main',
    head,
    why: 'the commit where the branch left main',
  });
});

test('a head that is a merge itself is not taken for the test merge', () => {
  expect(wantedBase(onPullRequest, { sha: head, parents: [old, base] })).toMatchObject({
    kind: 'merge-base',
  });
});

test('anything else on a pull request: the merge base of what GitHub knows', () => {
  expect(wantedBase(onPullRequest, { sha: other, parents: [head] })).toMatchObject({
    kind: 'merge-base',
    head,
  });
});

test('a merge group, a push, a root commit, another branch', () => {
  const checkout = { sha: merge, parents: [base] };
  expect(wantedBase(context({ event: 'merge_group', mergeGroupBase: old }), checkout)).toMatchObject({
    sha: old,
  });
  expect(wantedBase(context({}), checkout)).toMatchObject({ kind: 'commit', sha: base });
  expect(wantedBase(context({}), { sha: merge, parents: [] })).toMatchObject({ kind: 'none' });
  expect(wantedBase(context({ ref: 'refs/heads/topic' }), checkout)).toMatchObject({
    kind: 'merge-base',
    base: 'main',
    head: merge,
  });
  expect(wantedBase(context({ ref: 'refs/tags/v1' }), checkout)).toMatchObject({ kind: 'commit', sha: base });
});

test("reads a merge's parents in a clone of depth 1, where git hides them elsewhere", async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tare-parents-'));
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: directory, encoding: 'utf8' }).trim();
    const commit = (...args: string[]) =>
      git('-C', 'full', '-c', 'user.name=A', '-c', 'user.email=a@example.test', ...args);
    git('init', '-q', '-b', 'main', 'full');
    commit('commit', '-q', '--allow-empty', '-m', 'root');
    git('-C', 'full', 'switch', '-q', '-c', 'topic');
    commit(
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      'parent 0000000000000000000000000000000000000000\n\nparent x',
    );
    git('-C', 'full', 'switch', '-q', 'main');
    commit('commit', '-q', '--allow-empty', '-m', 'moved on');
    const expected = [git('-C', 'full', 'rev-parse', 'main'), git('-C', 'full', 'rev-parse', 'topic')];
    commit('merge', '-q', '--no-ff', '-m', `merge\n\nparent ${'0'.repeat(40)}`, 'topic');
    git('clone', '-q', '--depth', '1', `file://${directory}/full`, 'shallow');
    expect(parentsIn(git('-C', 'shallow', 'cat-file', 'commit', 'HEAD'))).toEqual(expected);
    expect(() => git('-C', 'shallow', 'rev-parse', '--verify', '-q', 'HEAD^1')).toThrow();
  } finally {
    await rm(directory, { recursive: true });
  }
});
