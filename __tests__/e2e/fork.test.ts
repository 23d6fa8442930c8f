import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportDataSchema } from '../../src/measure/report-data.ts';
import { pullRequestScopes } from '../support/cache-service.ts';
import {
  dataOf,
  type ForkPullRequest,
  nextRunId,
  OWN,
  openForkPullRequest,
  publishRun,
  pushToFork,
  upload,
} from '../support/fork.ts';
import { git } from '../support/git.ts';
import { faults } from '../support/github-faults.ts';
import { type Files, TINY, table } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';
import type { Run } from '../support/world-run.ts';

const CONFIG = `fail-on = "regression"

[benches]
minutes = 0.4

[[bench]]
name = "start"
run = "{bin:tiny}"
`;
const PROJECT: Files = { ...TINY, 'tare.toml': CONFIG };

let world: World;
beforeAll(async () => {
  world = await startWorld(PROJECT);
  await world.pushToMain({ 'README.md': 'Recorded.\n' });
});
afterAll(() => world.close());

/** Uploads what a check left, and publishes it. */
async function publish(fork: ForkPullRequest, run: Record<string, unknown> = {}): Promise<Run> {
  upload(world, fork.runId, fork.data);
  return publishRun(world, fork, { run });
}

const bodies = async (number: number) => (await world.api.comments(number)).map(({ body }) => body);
const statusesOf = ({ headSha }: ForkPullRequest) =>
  world.api.actions.statuses.filter(({ sha }) => sha === headSha);

describe('a fork’s pull request', () => {
  let fork: ForkPullRequest;

  test('its check measures with a token that may only read, and says how to have a comment', async () => {
    fork = await openForkPullRequest(world, table(65_536));
    const { run } = fork;
    expect(run).toMatchObject({ status: 'failure', exitCode: 1 });
    expect(run.outputs).toMatchObject({ verdict: 'regression' });
    expect(run.summary).toContain('`tiny` grew by');
    expect(run.summary).toMatch(
      /> No comment was written: on a pull request of a fork .*docs\/how-to\/forks\.md/,
    );
    expect(run.messages('notice')).toEqual([
      expect.stringMatching(/^No comment was written: .* the second workflow of docs\/how-to\/forks\.md/),
    ]);
    expect(run.messages('warning')).toEqual([]);
    expect(await bodies(fork.number)).toEqual([]);
  });

  test('what it leaves is raw: no verdict, no threshold, no Markdown', async () => {
    const text = fork.data;
    const data = reportDataSchema.parse(JSON.parse(text));
    expect(data).toMatchObject({
      pullRequest: { number: fork.number, headSha: fork.headSha },
      commit: await world.git.resolve(`refs/pull/${fork.number}/merge`),
    });
    expect(data.configurations).toHaveLength(1);
    const bench = data.configurations[0]?.bench;
    expect(bench).toMatchObject({ base: await world.git.resolve('main'), failed: [] });
    expect(bench?.cases.map((each) => each.case)).toEqual(['bench start']);
    expect(bench?.cases[0]?.screening.length).toBeGreaterThanOrEqual(12);
    expect(text).not.toMatch(/verdict|regression|threshold|<!--|###|\|/);
  });

  test('is commented by the second stage with the numbers of the first, and gets a status', async () => {
    const published = await publish(fork, { conclusion: 'failure' });
    expect(published).toMatchObject({ status: 'success', exitCode: 0, annotations: [], summary: null });
    const [comment, ...others] = await world.api.comments(fork.number);
    expect(others).toEqual([]);
    expect(comment?.login).toBe('github-actions[bot]');
    expect(comment?.body).toBe(fork.run.markdown);
    expect(published.outputs).toEqual({
      verdict: 'regression',
      'comment-url': expect.stringContaining('#issuecomment-'),
    });
    expect(statusesOf(fork)).toEqual([
      {
        sha: fork.headSha,
        state: 'failure',
        context: 'tare',
        description: 'Regression; the gate failed for 1 row',
        target_url: published.outputs['comment-url'],
      },
    ]);
    expect(published.operations).toEqual([
      'pulls/list',
      'actions/list-workflow-run-artifacts',
      'actions/download-artifact',
      'repos/get-content',
      'repos/compare-commits-with-basehead',
      'repos/list-commits',
      'repos/compare-commits-with-basehead',
      'repos/list-commits',
      // What was accepted: commands and the label.
      'pulls/get',
      'issues/list-comments',
      'issues/list-labels-on-issue',
      'issues/list-comments',
      'pulls/get',
      'issues/create-comment',
      'repos/create-commit-status',
    ]);
  });

  test('the store of the artifacts never sees the token', () => {
    expect(world.api.actions.downloads).toEqual([undefined]);
  });

  test('the second stage leaves nothing of it on the disk, in variables or in the summary', async () => {
    const published = await publishRun(world, fork);
    expect(published).toMatchObject({ temporaryFiles: [], env: {}, state: {}, summary: null });
    expect(published.log).not.toContain('tiny');
    expect(published.operations).toContain('issues/update-comment');
    expect(await bodies(fork.number)).toHaveLength(1);
  });

  test('an older run that ends late leaves comment and status to the newer', async () => {
    const newer = { ...fork, runId: nextRunId() };
    await publish(newer);
    const before = { bodies: await bodies(fork.number), statuses: statusesOf(fork).length };
    expect(before.bodies[0]).toContain(`run=${newer.runId}.1`);
    const late = await publishRun(world, fork);
    expect(late).toMatchObject({ status: 'success', exitCode: 0, annotations: [] });
    expect(late.log).toContain(`the newer run ${newer.runId} has reported`);
    expect({ bodies: await bodies(fork.number), statuses: statusesOf(fork).length }).toEqual(before);
  });

  test('a second attempt of a run is published over the first', async () => {
    const again = { ...fork, runId: nextRunId() };
    await publish(again);
    await publishRun(world, again, { run: { run_attempt: 2 } });
    expect((await bodies(fork.number))[0]).toContain(`run=${again.runId}.2`);
  });

  test('a run whose head moves on while it is published leaves the comment alone', async () => {
    const before = await bodies(fork.number);
    const moved = await world.git.resolve('main');
    world.api.before('pulls/get', async () => world.api.setHead(fork.number, moved));
    const late = await publish({ ...fork, runId: nextRunId() });
    world.api.setHead(fork.number, fork.headSha);
    expect(late.log).toContain(`pull request #${fork.number} has moved on`);
    expect(await bodies(fork.number)).toEqual(before);
  });

  test('the next push edits the comment; the run before it is refused', async () => {
    const old = fork;
    fork = await pushToFork(world, fork, table(2048));
    const refused = await publishRun(world, old);
    expect(refused.messages('notice')).toEqual([expect.stringContaining('has moved on from')]);
    await publish(fork);
    expect(await bodies(fork.number)).toEqual([fork.run.markdown]);
    expect(fork.run.outputs['verdict']).toBe('improvement');
    expect(statusesOf(fork)).toMatchObject([{ state: 'success', description: 'Improvement' }]);
  });

  test('a build that fails is reported with the compiler’s message', async () => {
    const broken = await openForkPullRequest(world, { 'src/main.rs': 'fn main() { ::error:: }\n' });
    expect(broken.run.status).toBe('failure');
    await publish(broken, { conclusion: 'failure' });
    expect(await bodies(broken.number)).toEqual([broken.run.markdown]);
    expect(statusesOf(broken)).toMatchObject([{ state: 'error', description: 'The build failed' }]);
  });
});

test('configuration and thresholds of the pull request are not those that judge it', async () => {
  const lax = `fail-on = "never"
comment = false

[size]
change = "99%"

[benches]
minutes = 0.4

[[bench]]
name = "theirs"
run = "{bin:tiny}"

[[case]]
match = "*"
change = "99%"
category = "secondary"
`;
  const fork = await openForkPullRequest(world, { ...table(65_536), 'tare.toml': lax });
  expect(fork.run).toMatchObject({ status: 'success', outputs: { verdict: 'none' } });
  await publish(fork);
  const [body] = await bodies(fork.number);
  expect(body).toContain('❌ Release profile: `tiny` grew by');
  expect(body).toContain('| Regressions (primary) | +');
  expect(body).toMatch(/Left out, since the default branch has no such benchmark: .*bench theirs/);
  expect(statusesOf(fork)).toMatchObject([{ state: 'failure' }]);
});

test('a baseline planted in the pull request’s own scope of the cache is not seen', async () => {
  const { number } = await openForkPullRequest(world, { 'README.md': 'Planting.\n' });
  const planted = `refs/pull/${number}/merge`;
  // A whole and consistent baseline of main's commit, of a program that is as large as the pull request's will be.
  const record = await world.runEvent({
    event: 'push',
    ref: 'refs/heads/main',
    scopes: [{ ref: planted, permission: 'both' }],
    payload: { ref: 'refs/heads/main' },
    prepare: async (workspace) => {
      await git(workspace, 'update-index', '--assume-unchanged', 'src/table.rs');
      await writeFile(join(workspace, 'src', 'table.rs'), table(65_536)['src/table.rs'] ?? '');
    },
  });
  expect(record.status).toBe('success');
  const keys = world.cache.entries().filter(({ ref }) => ref === planted);
  expect(keys.map(({ key }) => key)).toEqual([expect.stringContaining(await world.git.resolve('main'))]);
  const fork = await pushToFork(world, { number }, table(65_536), { scopes: pullRequestScopes(number) });
  expect(fork.run.outputs).toMatchObject({
    regressions: '0',
    'baseline-sha': await world.git.resolve('main'),
  });
  expect(fork.run.summary).not.toContain('grew by');
  await publish(fork);
  expect((await bodies(number))[0]).toContain('❌ Release profile: `tiny` grew by');
  expect(statusesOf(fork)).toMatchObject([{ state: 'failure' }]);
}, 300_000);

describe('the hardened form of a pull request of the same repository', () => {
  test('measures without the right to comment, and reports by the same second stage', async () => {
    const { number, run } = await world.openPullRequest(table(65_536), {
      permissions: { contents: 'read' },
      inputs: { comment: 'false' },
    });
    const branch = `change-${number}`;
    const headSha = await world.git.resolve(branch);
    const repository = { id: OWN.id, full_name: 'octo/widget' };
    world.api.actions.place(number, { branch, sha: headSha, repository });
    const runId = nextRunId();
    upload(world, runId, await dataOf(run));
    const published = await publishRun(world, { branch, headSha, runId }, { run: { head_repository: OWN } });
    expect(published).toMatchObject({ status: 'success', annotations: [] });
    const [body] = await bodies(number);
    expect(body?.replace(/run=\d+/g, '').replace(/runs\/\d+/g, '')).toBe(
      run.markdown?.replace(/run=\d+/g, '').replace(/runs\/\d+/g, ''),
    );
  });
});

describe('what the second stage may not do', () => {
  let fork: ForkPullRequest;
  beforeAll(async () => {
    fork = await openForkPullRequest(world, { 'README.md': 'Rights.\n' });
    upload(world, fork.runId, fork.data);
  });

  test('without "actions: read" it fails, and names the permission', async () => {
    const run = await publishRun(world, fork, { permissions: { contents: 'read', pull_requests: 'write' } });
    expect(run).toMatchObject({ status: 'failure', exitCode: 1, outputs: {} });
    expect(run.messages('error')).toEqual([expect.stringMatching(/403 .*"permissions: actions: read"/)]);
  });

  test('without "statuses: write" the comment is there, and a warning', async () => {
    const permissions = { actions: 'read', contents: 'read', pull_requests: 'write' } as const;
    const run = await publishRun(world, fork, { permissions });
    expect(run).toMatchObject({ status: 'success', exitCode: 0 });
    expect(run.messages('warning')).toEqual([
      expect.stringMatching(/commit status .*"permissions: statuses: write"/),
    ]);
    expect(await bodies(fork.number)).toEqual([fork.run.markdown]);
  });

  test('"status: false" writes none', async () => {
    const run = await publishRun(world, fork, { inputs: { status: 'false' } });
    expect(run.operations).not.toContain('repos/create-commit-status');
    expect(run.annotations).toEqual([]);
  });

  test('on another event there is nothing to publish', async () => {
    const run = await world.runEvent({ event: 'push', ref: 'refs/heads/main', inputs: { mode: 'publish' } });
    expect(run).toMatchObject({ status: 'failure', operations: [] });
    expect(run.messages('error')).toEqual([
      expect.stringContaining('"mode: publish" needs the event workflow_run'),
    ]);
  });

  test.each(['check', 'record'])('"mode: %s" builds nothing there', async (mode) => {
    const run = await publishRun(world, fork, { inputs: { mode } });
    expect(run).toMatchObject({ status: 'failure', operations: [] });
    expect(run.messages('error')).toEqual([expect.stringContaining('Tare does not build on workflow_run')]);
  });

  test('a connection that breaks during the download is tried again', async () => {
    world.api.fault('actions/download-artifact', faults.reset, 1);
    const run = await publishRun(world, fork);
    world.api.repair();
    expect(run).toMatchObject({ status: 'success', annotations: [] });
    expect(run.operations.filter((name) => name === 'actions/download-artifact')).toHaveLength(2);
  });
});

test('Dependabot’s pull request is one of a fork in all that matters', async () => {
  const { run } = await world.openPullRequest(
    { 'README.md': 'Bumped.\n' },
    {
      permissions: { contents: 'read', issues: 'read', pull_requests: 'read' },
      environment: { GITHUB_ACTOR: 'dependabot[bot]' },
    },
  );
  expect(run).toMatchObject({ status: 'success', exitCode: 0 });
  expect(run.messages('notice')).toEqual([
    expect.stringContaining('on a pull request of Dependabot the token may only read'),
  ]);
  expect(run.summary).toContain('> No comment was written: on a pull request of Dependabot');
  expect(await dataOf(run)).toContain('"configurations"');
});
