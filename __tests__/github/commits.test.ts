import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CommitNode, historyIn, historyOf } from '../support/git-history.ts';
import { connect } from './api-fixture.ts';

const sha = (number: number) => number.toString(16).padStart(40, '0');

/** Newest first: commit n has parent n-1, and every `every`-th one also merges a side branch of `side` commits. */
function history(length: number, every: number, side: number): CommitNode[] {
  const commits: CommitNode[] = [{ sha: sha(1), parents: [] }];
  for (let number = 2; number <= length; number += 1) {
    const parents = [sha(number - 1)];
    if (number % every === 0 && side > 0) {
      for (let step = 0; step < side; step += 1) {
        const parent = step === 0 ? sha(number - 1) : sha(number * 1000 + step - 1);
        commits.unshift({ sha: sha(number * 1000 + step), parents: [parent] });
      }
      parents.push(sha(number * 1000 + side - 1));
    }
    commits.unshift({ sha: sha(number), parents });
  }
  return commits;
}

test('follows first parents, not the order of the list', async () => {
  const { github } = await connect({ history: historyOf(history(60, 3, 4)) });
  const expected = Array.from({ length: 51 }, (_, index) => sha(60 - index));
  expect(await github.firstParents(sha(60), 50)).toEqual(expected);
});

test('stops at the root, and at the limit', async () => {
  const { github } = await connect({ history: historyOf(history(5, 99, 0)) });
  expect(await github.firstParents(sha(5), 50)).toEqual([5, 4, 3, 2, 1].map(sha));
  expect(await github.firstParents(sha(5), 2)).toEqual([5, 4, 3].map(sha));
  expect(await github.firstParents(sha(5), 0)).toEqual([sha(5)]);
});

test('spends a bounded number of requests where side branches fill the pages', async () => {
  const { api, github } = await connect({ history: historyOf(history(40, 1, 120)) });
  const chain = await github.firstParents(sha(40), 39);
  expect(chain).toEqual(Array.from({ length: chain.length }, (_, index) => sha(40 - index)));
  expect(chain.length).toBeGreaterThanOrEqual(20);
  expect(api.requests.length).toBeLessThanOrEqual(20);
});

test('is the first-parent chain for any history', async () => {
  const shape = fc.record({
    length: fc.integer({ min: 1, max: 40 }),
    every: fc.integer({ min: 2, max: 6 }),
    side: fc.integer({ min: 0, max: 30 }),
    limit: fc.integer({ min: 0, max: 15 }),
  });
  await fc.assert(
    fc.asyncProperty(shape, async ({ length, every, side, limit }) => {
      const { api, github } = await connect({ history: historyOf(history(length, every, side)) });
      const expected = Array.from({ length: Math.min(limit + 1, length) }, (_, index) => sha(length - index));
      expect(await github.firstParents(sha(length), limit)).toEqual(expected);
      await api.close();
    }),
    { numRuns: 8 },
  );
});

test('a commit that GitHub does not know', async () => {
  const { github } = await connect({ history: historyOf(history(3, 99, 0)) });
  await expect(github.firstParents(sha(77), 5)).rejects.toThrow(
    /^Could not list the history of 0{38}4d: GitHub answered 422 \(No commit found for SHA/,
  );
});

test('finds the merge base of a branch name with a slash and a commit, in a real repository', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tare-commits-'));
  try {
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', directory, ...args], { encoding: 'utf8' }).trim();
    git('init', '-q', '-b', 'release/1.x');
    const commit = (message: string) => {
      git(
        '-c',
        'user.name=A',
        '-c',
        'user.email=a@example.test',
        'commit',
        '-q',
        '--allow-empty',
        '-m',
        message,
      );
      return git('rev-parse', 'HEAD');
    };
    commit('root');
    const left = commit('where the branch leaves');
    git('switch', '-q', '-c', 'topic');
    const head = commit('change');
    git('switch', '-q', 'release/1.x');
    commit('moved on');
    const { github } = await connect({ history: historyIn(join(directory, '.git')) });
    expect(await github.mergeBase('release/1.x', head)).toBe(left);
    await expect(github.mergeBase('release/2.x', head)).rejects.toThrow(/GitHub answered 404/);
  } finally {
    await rm(directory, { recursive: true });
  }
});
