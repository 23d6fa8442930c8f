import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAIN, READ_ONLY_MAIN } from '../support/cache-service.ts';
import { stableMarkdown } from '../support/stable-markdown.ts';
import { TINY, table } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld(TINY);
});
afterAll(() => world.close());

test('a push to main records a baseline, and asks nothing more of GitHub than the history and its badges', async () => {
  const run = await world.pushToMain({ 'README.md': 'A tiny program, recorded.\n' });
  const head = await world.git.resolve('main');
  expect(run).toMatchObject({
    status: 'success',
    exitCode: 0,
    annotations: [],
  });
  expect(new Set(run.operations)).toEqual(
    new Set([
      'repos/list-commits',
      'repos/list-pull-requests-associated-with-commit',
      'repos/get-content',
      'git/get-ref',
      'git/get-commit',
      'git/create-blob',
      'git/create-tree',
      'git/create-commit',
      'git/create-ref',
      'git/update-ref',
    ]),
  );
  expect(world.cache.entries()).toEqual([
    expect.objectContaining({
      ref: 'refs/heads/main',
      key: expect.stringMatching(`^tare-1-default-.*-${head}$`),
    }),
  ]);
  expect(run.outputs).toMatchObject({
    verdict: 'inconclusive',
    regressions: '0',
    improvements: '0',
    'baseline-sha': '',
  });
  expect(run.outputs['comment-url']).toBeUndefined();
  expect(run.report).toMatchObject({
    head: { sha: head },
    base: null,
    comparisons: [],
    failed: [],
    warnings: [],
  });
  expect(run.report?.added.map((row) => row.case)).toEqual(['size tiny', 'compile workspace']);
  await expect(stableMarkdown(run.summary ?? '')).toMatchFileSnapshot('fixtures/recorded.md');
});

test('the next push is shown beside the one before it', async () => {
  const before = await world.git.resolve('main');
  const run = await world.pushToMain(table(16_384));
  expect(run.status).toBe('success');
  expect(run.outputs).toMatchObject({ verdict: 'regression', regressions: '1', 'baseline-sha': before });
  expect(run.report?.base).toEqual({ sha: before, distance: 0, source: 'cache' });
  expect(world.cache.entries()).toHaveLength(2);
});

test('the weekly run of a commit that is recorded already has nothing to complain about', async () => {
  const run = await world.runEvent({ event: 'schedule', ref: 'refs/heads/main' });
  expect(run).toMatchObject({ status: 'success', annotations: [] });
  expect(run.report?.warnings).toEqual([]);
  expect(run.log).toContain('already recorded');
  expect(world.cache.entries()).toHaveLength(2);
});

test('a push to another branch and of a tag is none of its business', async () => {
  await world.commit('topic', { 'README.md': 'Another.\n' });
  const run = await world.runEvent({
    event: 'push',
    ref: 'refs/heads/topic',
    payload: { ref: 'refs/heads/topic' },
  });
  expect(run).toMatchObject({ status: 'success', summary: null, operations: [], groups: [] });
  expect(run.outputs).toEqual({});
  expect(run.messages('notice')).toEqual([
    'Nothing to do for a push on refs/heads/topic: baselines come from main. To weigh this branch, set "mode: check".',
  ]);
});

test('with "mode: check" a branch is weighed against where it left main', async () => {
  const run = await world.runEvent({
    event: 'push',
    ref: 'refs/heads/topic',
    payload: { ref: 'refs/heads/topic' },
    inputs: { mode: 'check' },
  });
  expect(run.outputs).toMatchObject({ verdict: 'none', 'baseline-sha': await world.git.resolve('main') });
  expect(run.operations).toEqual(['repos/compare-commits-with-basehead', 'repos/list-commits']);
});

test.each([
  ['a token that may only read', { scopes: READ_ONLY_MAIN }],
  ['a cache mode that forbids writes', { scopes: MAIN, environment: { ACTIONS_CACHE_MODE: 'read' } }],
])('%s: the numbers are there, and the missing baseline is explained', async (_, options) => {
  const stored = world.cache.entries().length;
  const run = await world.pushToMain({ 'README.md': `Not stored: ${_}.\n` }, options);
  expect(run).toMatchObject({ status: 'success', exitCode: 0 });
  expect(run.messages('warning')).toEqual([
    expect.stringMatching(/^No baseline was stored: .*(token|cache-mode)/),
  ]);
  expect(run.report?.warnings).toHaveLength(1);
  expect(run.summary).toContain('No baseline was stored');
  expect(world.cache.entries()).toHaveLength(stored);
});
