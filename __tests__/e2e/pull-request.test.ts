import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stableMarkdown } from '../support/stable-markdown.ts';
import { TINY, table } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld(TINY);
});
afterAll(() => world.close());

const bodies = async (number: number) => (await world.api.comments(number)).map(({ body }) => body);

describe('before main has a baseline', () => {
  test('the base is built in a worktree, and the report says so', async () => {
    const { number, run } = await world.openPullRequest(table(65_536));
    const main = await world.git.resolve('main');
    expect(run).toMatchObject({ status: 'success', exitCode: 0 });
    expect(run.report?.base).toEqual({ sha: main, distance: 0, source: 'rebuilt' });
    expect(run.outputs).toMatchObject({ verdict: 'regression', regressions: '1', 'baseline-sha': main });
    const head = (await world.git.resolve(`refs/pull/${number}/merge`)).slice(0, 10);
    expect(run.groups).toEqual([
      `Build the head ${head}: profile release`,
      `Build the base ${main.slice(0, 10)}: no baseline of it is stored`,
    ]);
    expect(await bodies(number)).toEqual([run.markdown]);
    expect(world.cache.entries()).toEqual([
      expect.objectContaining({ ref: `refs/pull/${number}/merge`, key: expect.stringContaining(main) }),
    ]);
    await expect(stableMarkdown(run.markdown ?? '')).toMatchFileSnapshot('fixtures/rebuilt.md');
  });

  test('the next run of the same pull request need not build it again', async () => {
    const run = await world.runPullRequest(1);
    expect(run.groups).toEqual([expect.stringMatching(/^Build the head \w{10}: profile release$/)]);
    expect(run.report?.base?.source).toBe('cache');
  });

  test('with rebuilding switched off there are the numbers alone', async () => {
    const { number, run } = await world.openPullRequest({ 'tare.toml': '[baseline]\nrebuild = false\n' });
    expect(run.status).toBe('success');
    expect(run.report).toMatchObject({ base: null, verdict: 'inconclusive', comparisons: [] });
    expect(run.outputs).toMatchObject({ verdict: 'inconclusive', regressions: '0', 'baseline-sha': '' });
    expect(run.report?.added.map((row) => row.case)).toEqual(['size tiny', 'compile workspace']);
    expect(await bodies(number)).toEqual([run.markdown]);
    await expect(stableMarkdown(run.markdown ?? '')).toMatchFileSnapshot('fixtures/numbers-only.md');
  });
});

describe('with a baseline of main', () => {
  let main = '';
  beforeAll(async () => {
    await world.pushToMain({ 'README.md': 'Recorded.\n' });
    main = await world.git.resolve('main');
  });

  let grown = 0;
  test('a regression is named, weighed and commented', async () => {
    const { number, run } = await world.openPullRequest(table(65_536));
    grown = number;
    expect(run).toMatchObject({ status: 'success', exitCode: 0, annotations: [] });
    expect(run.outputs).toMatchObject({
      verdict: 'regression',
      regressions: '1',
      improvements: '0',
      'baseline-sha': main,
    });
    const row = run.report?.comparisons.find(({ headline }) => headline);
    expect(row).toMatchObject({
      case: 'size tiny',
      metric: 'loadable-bytes',
      verdict: 'regression',
      relevant: true,
    });
    expect((row?.after ?? 0) - (row?.before ?? 0)).toBe(61_440);
    expect(run.report?.base).toEqual({ sha: main, distance: 0, source: 'cache' });
    expect(run.operations).toEqual([
      'repos/list-commits',
      // Whether somebody accepted the regression: in a commit, a comment or by a label.
      'repos/compare-commits-with-basehead',
      'pulls/get',
      'issues/list-comments',
      'issues/list-labels-on-issue',
      'issues/list-comments',
      'pulls/get',
      'issues/create-comment',
    ]);
    const [comment] = await world.api.comments(number);
    expect(comment).toMatchObject({ login: 'github-actions[bot]', body: run.markdown });
    expect(run.outputs['comment-url']).toMatch(`/octo/widget/issues/${number}#issuecomment-${comment?.id}`);
    await expect(stableMarkdown(run.markdown ?? '')).toMatchFileSnapshot('fixtures/regression.md');
    await expect(stableMarkdown(run.summary ?? '')).toMatchFileSnapshot('fixtures/regression-summary.md');
  });

  test('a change of the documentation changes nothing, to the byte, in one line', async () => {
    const { number, run } = await world.openPullRequest({ 'README.md': 'Better words.\n' });
    expect(run.outputs).toMatchObject({ verdict: 'none', regressions: '0', improvements: '0' });
    const exact = run.report?.comparisons.filter(({ tier }) => tier === 'exact') ?? [];
    expect(exact.length).toBeGreaterThan(5);
    expect(exact.filter(({ before, after }) => before !== after)).toEqual([]);
    expect(run.report).toMatchObject({ added: [], removed: [], failed: [], warnings: [], causes: [] });
    expect(await bodies(number)).toEqual([run.markdown]);
    expect(run.markdown).toMatch(/^<!-- [^\n]* -->\n<details>\n<summary>✅ <b>No change/);
    await expect(stableMarkdown(run.markdown ?? '')).toMatchFileSnapshot('fixtures/no-change.md');
  });

  test('the second push edits the one comment, behind a hundred and fifty others', async () => {
    const person = world.api.personToken('octo');
    for (let count = 0; count < 150; count += 1)
      await world.api.addComment(grown, `Comment ${count}`, person);
    const [first] = await world.api.comments(grown);
    const run = await world.pushToPullRequest(grown, table(2048));
    expect(run.outputs).toMatchObject({ verdict: 'improvement', improvements: '1', regressions: '0' });
    const comments = await world.api.comments(grown);
    expect(comments).toHaveLength(151);
    expect(comments[0]).toEqual({ ...first, body: run.markdown });
    expect(run.operations.filter((name) => name.startsWith('issues/'))).toEqual([
      'issues/list-comments',
      'issues/list-comments',
      'issues/update-comment',
    ]);
  });

  test('two commits back: the nearest baseline is used, and its distance told', async () => {
    await world.commit('main', { 'README.md': 'One more.\n' });
    await world.commit('main', { 'README.md': 'Two more.\n' });
    const { run } = await world.openPullRequest(table(8192));
    expect(run.report?.base).toEqual({ sha: main, distance: 2, source: 'cache' });
    expect(run.outputs).toMatchObject({ verdict: 'regression', 'baseline-sha': main });
    expect(run.markdown).toMatch(/2 commits/);
    expect(run.groups).toEqual([expect.stringMatching(/^Build the head \w{10}: profile release$/)]);
  });

  test('a merge group is checked against its base, and has nowhere to comment', async () => {
    const ref = 'refs/heads/gh-readonly-queue/main/pr-3';
    const base_sha = await world.git.resolve('main');
    const head_sha = await world.commit(ref.slice('refs/heads/'.length), table(32_768));
    const run = await world.runEvent({
      event: 'merge_group',
      ref,
      payload: { merge_group: { base_sha, head_sha, head_ref: ref } },
    });
    expect(run).toMatchObject({
      status: 'success',
      operations: ['repos/list-commits', 'repos/compare-commits-with-basehead'],
    });
    expect(run.report?.base).toEqual({ sha: main, distance: 2, source: 'cache' });
    expect(run.outputs['verdict']).toBe('regression');
    expect(run.outputs['comment-url']).toBeUndefined();
  });
});
