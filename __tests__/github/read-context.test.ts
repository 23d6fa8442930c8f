import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Mode } from '../../src/github/context.ts';
import { jobFor, triageFollows } from '../../src/github/job.ts';
import { readContext } from '../../src/github/read-context.ts';

const SHA = '1'.repeat(40);

function environment(event: string, changes: Record<string, string | undefined> = {}) {
  return {
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: '/runner/event.json',
    GITHUB_REPOSITORY: 'Codertocat/Hello-World',
    GITHUB_SHA: SHA,
    GITHUB_REF: 'refs/heads/master',
    GITHUB_API_URL: 'https://api.github.com/',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_WORKSPACE: '/runner/work',
    RUNNER_TEMP: '/runner/temp',
    ...changes,
  };
}

function read(event: string, payload: unknown, changes: Record<string, string | undefined> = {}) {
  return readContext(environment(event, changes), async () => JSON.stringify(payload));
}

const webhooks = z
  .array(z.object({ name: z.string(), examples: z.array(z.unknown()) }))
  .parse(createRequire(import.meta.url)('@octokit/webhooks-examples'));

function examplesOf(event: string): readonly unknown[] {
  const found = webhooks.find((definition) => definition.name === event);
  if (found === undefined) throw new Error(`No examples of ${event}`);
  return found.examples;
}

describe("GitHub's own example payloads", () => {
  test.each(examplesOf('pull_request').map((payload, index) => [index, payload]))(
    'pull_request %i',
    async (_, payload) => {
      const context = await read('pull_request', payload, { GITHUB_REF: 'refs/pull/2/merge' });
      expect(context.pullRequest).toMatchObject({
        number: expect.any(Number),
        baseRef: 'master',
        fork: false,
      });
      expect(context.pullRequest?.headSha).toMatch(/^[0-9a-f]{40}$/);
      expect(context).toMatchObject({
        owner: 'Codertocat',
        repository: 'Hello-World',
        sha: SHA,
        mergeGroupBase: null,
      });
      expect(jobFor(context, 'auto')).toBe('check');
    },
  );

  test.each(examplesOf('merge_group').map((payload, index) => [index, payload]))(
    'merge_group %i',
    async (_, payload) => {
      const context = await read('merge_group', payload, {
        GITHUB_REF: 'refs/heads/gh-readonly-queue/main/pr-104',
      });
      expect(context.mergeGroupBase).toBe('380387fbc80638b734a49e1be1c4dfec1c01b33c');
      expect(jobFor(context, 'auto')).toBe('check');
    },
  );

  test.each(examplesOf('push').map((payload, index) => [index, payload]))('push %i', async (_, payload) => {
    const { ref } = z.object({ ref: z.string() }).parse(payload);
    const context = await read('push', payload, { GITHUB_REF: ref });
    expect(context).toMatchObject({
      defaultBranch: 'master',
      pullRequest: null,
      apiUrl: 'https://api.github.com',
    });
    expect(context.runUrl).toBe('https://github.com/Codertocat/Hello-World/actions/runs/4711');
    if (ref === 'refs/heads/master') expect(jobFor(context, 'auto')).toBe('record');
    else
      expect(jobFor(context, 'auto')).toEqual({
        reason: expect.stringContaining('Nothing to do for a push on refs/tags/simple-tag'),
      });
  });

  test.each(['workflow_run', 'issue_comment'])('%s can be read, and is refused', async (event) => {
    for (const payload of examplesOf(event)) {
      const context = await read(event, payload);
      const building = ['check', 'record', 'triage'] satisfies Mode[];
      for (const mode of building)
        expect(() => jobFor(context, mode)).toThrow(`Tare does not build on ${event}`);
    }
  });

  test('issue_comment is answered', async () => {
    for (const payload of examplesOf('issue_comment')) {
      const context = await read('issue_comment', payload);
      expect(jobFor(context, 'auto')).toBe('respond');
      expect(jobFor(context, 'respond')).toBe('respond');
      expect(context.comment).toMatchObject({ issue: 1, onPullRequest: false, author: 'Codertocat' });
      expect(() => jobFor(context, 'publish')).toThrow('Tare does not build on issue_comment');
    }
  });

  test('a pull request is named by hand, and by nothing else', async () => {
    const context = await read('workflow_dispatch', examplesOf('workflow_dispatch')[1], {
      GITHUB_REF: 'refs/heads/master',
    });
    expect(jobFor(context, 'auto', 5)).toBe('respond');
    const push = await read('push', examplesOf('push')[0]);
    expect(() => jobFor(push, 'auto', 5)).toThrow('the input "pull-request" by workflow_dispatch');
    expect(() => jobFor(push, 'respond')).toThrow('Commands come by the event issue_comment');
  });

  test('workflow_dispatch', async () => {
    const context = await read('workflow_dispatch', examplesOf('workflow_dispatch')[1], {
      GITHUB_REF: 'refs/heads/master',
    });
    expect(jobFor(context, 'auto')).toBe('record');
    expect(triageFollows(context, 'auto', 'record')).toBe(true);
    expect(triageFollows(context, 'record', 'record')).toBe(false);
    expect(jobFor(context, 'triage')).toBe('triage');
    const topic = { ...context, ref: 'refs/heads/topic' };
    expect(() => jobFor(topic, 'triage')).toThrow('"mode: triage" reports on master');
    expect(() => jobFor({ ...topic, defaultBranch: null }, 'triage')).toThrow(
      'does not name the default branch',
    );
  });
});

const side = (name: string | null) => ({
  sha: SHA,
  ref: 'topic',
  repo: name === null ? null : { full_name: name },
});
const pullRequest = (head: ReturnType<typeof side>) => ({
  repository: { default_branch: 'main' },
  pull_request: { number: 5, head, base: side('octo/widget') },
});

test.each([
  ['the same repository', 'octo/widget', false],
  ['another repository', 'stranger/widget', true],
  ['a deleted repository', null, true],
])('a branch in %s', async (_, name, fork) => {
  const context = await read('pull_request', pullRequest(side(name)));
  expect(context.pullRequest?.fork).toBe(fork);
});

test('refuses pull_request_target whatever the mode', async () => {
  const context = await read('pull_request_target', pullRequest(side('stranger/widget')));
  expect(context.pullRequest?.fork).toBe(true);
  expect(() => jobFor(context, 'check')).toThrow(/Use "on: pull_request" instead/);
  expect(() => jobFor(context, 'auto')).toThrow(
    /its token may write while the code comes from a pull request/,
  );
});

test('a schedule runs on the default branch, which its payload need not name', async () => {
  const context = await read('schedule', { schedule: '17 6 * * 1' }, { GITHUB_REF: 'refs/heads/trunk' });
  expect(context.defaultBranch).toBe('trunk');
  expect(jobFor(context, 'auto')).toBe('record');
});

test.each(['refs/heads/topic', 'refs/heads/main/sub'])(
  'a push on %s has no job, and no fault',
  async (ref) => {
    const context = await read('push', { repository: { default_branch: 'main' } }, { GITHUB_REF: ref });
    expect(jobFor(context, 'auto')).toEqual({
      reason: `Nothing to do for a push on ${ref}: baselines come from main. To weigh this branch, set "mode: check".`,
    });
    expect(jobFor(context, 'check')).toBe('check');
    expect(jobFor(context, 'record')).toBe('record');
  },
);

test('a run that somebody started on a branch has no job of its own', async () => {
  const payload = { repository: { default_branch: 'main' } };
  const context = await read('workflow_dispatch', payload, { GITHUB_REF: 'refs/heads/topic' });
  expect(() => jobFor(context, 'auto')).toThrow('Start it on main, or set "mode: check".');
  expect(jobFor(context, 'check')).toBe('check');
});

test('an event that Tare has no job for', async () => {
  const context = await read('release', { repository: { default_branch: 'main' } });
  expect(() => jobFor(context, 'auto')).toThrow('Tare has no job for the event release.');
  const unnamed = await read('push', {});
  expect(() => jobFor(unnamed, 'auto')).toThrow('does not name the default branch');
});

describe('what is missing or malformed is named', () => {
  test.each<[string, Record<string, string | undefined>, string]>([
    [
      'no event name',
      { GITHUB_EVENT_NAME: undefined },
      'GITHUB_EVENT_NAME is not set: the action only runs inside',
    ],
    [
      'a short SHA',
      { GITHUB_SHA: 'abc' },
      'GITHUB_SHA is not a full commit SHA in lower-case hexadecimal: "abc".',
    ],
    ['no slash', { GITHUB_REPOSITORY: 'widget' }, 'GITHUB_REPOSITORY must be "owner/name", and is "widget".'],
    ['a path', { GITHUB_REPOSITORY: 'a/b/c' }, 'GITHUB_REPOSITORY must be "owner/name"'],
    ['an odd run', { GITHUB_RUN_ID: '0x1' }, 'GITHUB_RUN_ID is not a positive number: "0x1".'],
    ['an odd address', { GITHUB_API_URL: 'file:///etc' }, 'GITHUB_API_URL is not an http(s) address'],
    ['no workspace', { GITHUB_WORKSPACE: '' }, 'GITHUB_WORKSPACE is empty'],
  ])('%s', async (_, changes, message) => {
    await expect(read('push', {}, changes)).rejects.toThrow(message);
  });

  test.each<[string, string, unknown, string]>([
    [
      'no pull request',
      'pull_request',
      {},
      'is not that of a pull_request event as GitHub sends it: pull_request',
    ],
    [
      'a head without a SHA',
      'pull_request',
      { pull_request: { number: 1, head: {}, base: side('a/b') } },
      'pull_request.head.sha',
    ],
    ['no merge group', 'merge_group', {}, 'merge_group'],
    ['no object', 'push', [], 'its content'],
    [
      'a number in place of the base',
      'merge_group',
      { merge_group: { base_sha: 1, head_sha: SHA } },
      'merge_group.base_sha',
    ],
  ])('%s', async (_, event, payload, message) => {
    await expect(read(event, payload)).rejects.toThrow(message);
  });

  test('an event file that is no JSON, or is not there', async () => {
    await expect(readContext(environment('push'), async () => '{')).rejects.toThrow(
      /^The event file \/runner\/event\.json \(GITHUB_EVENT_PATH\) cannot be read: .*JSON/,
    );
    const missing = async () => Promise.reject(new Error('ENOENT: no such file'));
    await expect(readContext(environment('push'), missing)).rejects.toThrow(/cannot be read: ENOENT/);
  });
});
