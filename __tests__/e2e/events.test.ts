import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { READ_ONLY_MAIN } from '../support/cache-service.ts';
import { openChecked, runAgain, say } from '../support/commands.ts';
import { TINY, table } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ ...TINY, 'tare.toml': 'fail-on = "regression"\n' });
  world.api.commands.permit('octo', 'admin');
  await world.pushToMain({ 'README.md': 'Recorded.\n' });
});
afterAll(() => world.close());

const WORDS = { 'README.md': 'Other words.\n' };

test('Dependabot’s token may only read: the report is in the summary, and a notice says how to get a comment', async () => {
  const { number, run } = await world.openPullRequest(WORDS, {
    environment: { GITHUB_ACTOR: 'dependabot[bot]', GITHUB_TRIGGERING_ACTOR: 'octo' },
    permissions: { contents: 'read', issues: 'read', pull_requests: 'read' },
    scopes: READ_ONLY_MAIN,
  });
  expect(run).toMatchObject({ status: 'success', exitCode: 0 });
  expect(run.messages('warning')).toEqual([]);
  expect(run.messages('notice')).toEqual([
    expect.stringContaining('on a pull request of Dependabot the token may only read'),
  ]);
  expect(run.summary).toContain('No change');
  expect(run.outputs['report-data']).toMatch(/report-data\.json$/);
  expect(await world.api.comments(number)).toEqual([]);
});

test('a draft is checked as any other', async () => {
  const { number, run } = await world.openPullRequest(WORDS, { payload: { pull_request: { draft: true } } });
  expect(run).toMatchObject({ status: 'success', annotations: [] });
  expect(await world.api.comments(number)).toHaveLength(1);
});

test('a second attempt edits the comment of the first, and a first that ends late leaves the second’s alone', async () => {
  const check = await openChecked(world, WORDS);
  const again = await runAgain(world, check);
  expect(again).toMatchObject({ status: 'success', annotations: [] });
  const [comment, ...others] = await world.api.comments(check.number);
  expect(others).toEqual([]);
  expect(comment?.body).toBe(again.markdown);
  expect(comment?.body).toContain(` run=${check.runId}.2 -->`);
  const late = await world.runPullRequest(check.number, {
    environment: { GITHUB_RUN_ID: String(check.runId) },
  });
  expect(late.log).toContain('has reported on');
  expect((await world.api.comments(check.number))[0]?.body).toBe(comment?.body);
});

describe('a merge queue', () => {
  const grown = table(65_536);

  /** As GitHub names the branch of a group. */
  async function queue(number: number, message: string) {
    const base_sha = await world.git.resolve('main');
    const branch = `gh-readonly-queue/main/pr-${number}-${base_sha}`;
    const head_sha = await world.commit(branch, grown, message);
    const ref = `refs/heads/${branch}`;
    return world.runEvent({
      event: 'merge_group',
      ref,
      payload: { merge_group: { base_sha, head_sha, head_ref: ref } },
    });
  }

  test('is held up by a regression that the gate refuses', async () => {
    const run = await queue(30, 'Merge pull request #30 from octo/change');
    expect(run).toMatchObject({ status: 'failure', exitCode: 1 });
    expect(run.report).toMatchObject({ job: 'check', accepted: [] });
  });

  test('lets it pass where a commit of the group accepts it', async () => {
    const run = await queue(31, 'Grow the table\n\nTare-Accept: "size tiny" It is needed');
    expect(run).toMatchObject({ status: 'success', exitCode: 0 });
    expect(run.report?.accepted).toEqual([expect.objectContaining({ case: 'size tiny', via: 'trailer' })]);
  });

  test('lets it pass where a command on its pull request accepted it', async () => {
    const check = await openChecked(world, grown);
    expect(check.run.exitCode).toBe(1);
    await say(world, check.number, '/tare accept "size tiny" It is needed');
    const run = await queue(check.number, `Merge pull request #${check.number} from octo/change`);
    expect(run).toMatchObject({ status: 'success', exitCode: 0 });
    expect(run.report?.accepted).toEqual([expect.objectContaining({ case: 'size tiny', via: 'command' })]);
  });
});

describe('a required check that no path filter holds up', () => {
  test('ends green, in one line, for a pull request without code', async () => {
    const { run } = await world.openPullRequest({ 'docs/notes.md': 'Notes.\n' });
    expect(run).toMatchObject({ status: 'success', exitCode: 0 });
    expect(run.outputs['verdict']).toBe('none');
  });

  test('finds the nearest measured commit where main skipped some', async () => {
    const measured = (await world.openPullRequest(WORDS)).run.report?.base?.sha;
    await world.commit('main', { 'docs/notes.md': 'More.\n' });
    await world.commit('main', { 'docs/notes.md': 'Even more.\n' });
    const { run } = await world.openPullRequest(WORDS);
    expect(run.report?.base).toMatchObject({ sha: measured, distance: 2, source: 'cache' });
  });
});
