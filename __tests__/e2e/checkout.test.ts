import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { git } from '../support/git.ts';
import { inFolder, TINY, table } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';

describe('a project in a folder of the repository', () => {
  let world: World;
  const inputs = { 'working-directory': 'tools/tiny' };
  beforeAll(async () => {
    world = await startWorld({ 'README.md': 'Many things.\n', ...inFolder('tools/tiny', TINY) });
    await world.pushToMain({ 'README.md': 'Recorded.\n' }, { inputs });
  });
  afterAll(() => world.close());

  test('is weighed from the test merge, shallow and detached', async () => {
    const { number, run } = await world.openPullRequest(inFolder('tools/tiny', table(65_536)), { inputs });
    expect(run.report).toMatchObject({ verdict: 'regression', base: { source: 'cache', distance: 0 } });
    const [comment] = await world.api.comments(number);
    expect(comment?.body).toMatch(/^<!-- tare:tools%2f;tiny head=/);
  });

  test('is built again in the same folder of a worktree when the baseline is gone', async () => {
    world.cache.evict();
    const run = await world.runPullRequest(1, { inputs });
    expect(run.report).toMatchObject({ verdict: 'regression', base: { source: 'rebuilt', distance: 0 } });
  });
});

describe('a private repository', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(TINY, { private: true });
  });
  afterAll(() => world.close());

  test('the base is fetched with the token, which the checkout does not keep', async () => {
    const { run } = await world.openPullRequest(table(65_536));
    expect(run).toMatchObject({ status: 'success', annotations: [] });
    expect(run.report).toMatchObject({ verdict: 'regression', base: { source: 'rebuilt' } });
  });

  test('a checkout that keeps its credentials sends them once', async () => {
    world.cache.evict();
    const run = await world.runPullRequest(1, { prepare: keepCredentials });
    expect(run.status).toBe('success');
    expect(run.annotations).toEqual([
      expect.objectContaining({
        level: 'notice',
        message: expect.stringContaining('"persist-credentials: false"'),
      }),
    ]);
    expect(run.report).toMatchObject({ verdict: 'regression', base: { source: 'rebuilt' } });
  });

  /** As actions/checkout does with \`persist-credentials: true\`. */
  async function keepCredentials(workspace: string): Promise<void> {
    const credentials = Buffer.from(`x-access-token:${world.token}`).toString('base64');
    const key = `http.${world.git.url}/.extraheader`;
    await git(workspace, 'config', key, `AUTHORIZATION: basic ${credentials}`);
  }

  test('without a token the base cannot be had: the numbers alone, and why', async () => {
    world.cache.evict();
    const run = await world.runPullRequest(1, { inputs: { token: '' } });
    expect(run).toMatchObject({ status: 'success', exitCode: 0 });
    expect(run.report).toMatchObject({ base: null, verdict: 'inconclusive' });
    expect(run.messages('warning')).toEqual([
      expect.stringMatching(/could not be built.*Cannot fetch the commit/),
    ]);
  });

  test("the pull request's own head, checked out in place of the test merge", async () => {
    const left = await world.git.resolve('main');
    await world.commit('main', { 'README.md': 'Moved on.\n' });
    const shallow = await world.runPullRequest(1, { checkout: 'refs/pull/1/head' });
    expect(shallow.report).toMatchObject({ verdict: 'regression', base: { sha: left, source: 'rebuilt' } });
    expect(shallow.operations).toContain('repos/compare-commits-with-basehead');
    const whole = await world.runPullRequest(1, { checkout: 'refs/pull/1/head', depth: 0 });
    expect(whole.report).toMatchObject({ verdict: 'regression', base: { sha: left, source: 'cache' } });
    expect(whole.operations.filter((name) => name.startsWith('repos/'))).toEqual([]);
  });
});
