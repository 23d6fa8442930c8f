import { expect, test } from 'vitest';
import type { RunContext } from '../../src/github/context.ts';
import { wantedBase } from '../../src/github/wanted-base.ts';

const [merge, base, head, old, other] = ['1', '2', '3', '4', '5'].map((digit) => digit.repeat(40));
if (!merge || !base || !head || !old || !other) throw new Error('unreachable');

function context(changes: Partial<RunContext>): RunContext {
  return {
    event: 'push',
    owner: 'octo',
    repository: 'widget',
    repositoryId: 1,
    sha: merge ?? '',
    ref: 'refs/heads/main',
    defaultBranch: 'main',
    pullRequest: null,
    mergeGroupBase: null,
    workflowRun: null,
    comment: null,
    actor: 'octo',
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
  pullRequest: { number: 5, headSha: head, baseSha: old, baseRef: 'main', fork: false, dependabot: false },
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
