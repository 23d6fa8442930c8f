import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { READ_ONLY_MAIN } from '../support/cache-service.ts';
import { type Fault, faults } from '../support/github-faults.ts';
import { TINY, table } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';
import type { Run } from '../support/world-run.ts';

let world: World;
let number = 0;
beforeAll(async () => {
  world = await startWorld(TINY);
  await world.pushToMain({ 'README.md': 'Recorded.\n' });
  ({ number } = await world.openPullRequest(table(65_536), { inputs: { comment: 'false' } }));
});
afterEach(() => world.api.repair());
afterAll(() => world.close());

/** Everything but the comment is there. */
async function expectAllButTheComment(run: Run, comments: number): Promise<void> {
  expect(run).toMatchObject({ status: 'success', exitCode: 0 });
  expect(run.outputs).toMatchObject({ verdict: 'regression', regressions: '1' });
  expect(run.outputs['comment-url']).toBeUndefined();
  expect(run.report?.verdict).toBe('regression');
  expect(run.markdown).toContain('`tiny` grew by');
  expect(run.summary).toContain('`tiny` grew by');
  expect(run.annotations).toHaveLength(1);
  expect(run.messages('warning')[0]).toMatch(
    /^The comment could not be written; the report is in the job summary\. Could not /,
  );
  expect(await world.api.comments(number)).toHaveLength(comments);
}

test('a token that may only read costs the comment, and the warning names the permission', async () => {
  const run = await world.runPullRequest(number, {
    permissions: { contents: 'read', issues: 'read', pull_requests: 'read' },
    scopes: READ_ONLY_MAIN,
  });
  await expectAllButTheComment(run, 0);
  expect(run.messages('warning')[0]).toMatch(/403 .*"?pull-requests: write"?.* fork .* read-only token/);
});

test.each<[string, string, Fault, RegExp]>([
  ['401', 'issues/list-comments', faults.badToken, /401 \(Bad credentials\)/],
  ['403', 'issues/create-comment', faults.locked, /403 \(Unable to create comment because issue is locked/],
  ['404', 'issues/list-comments', faults.notFound, /404 \(Not Found\)/],
  ['422', 'issues/create-comment', faults.invalid, /422 \(Validation Failed/],
  [
    '429 for two minutes',
    'issues/create-comment',
    faults.tooManyRequests(120),
    /429 .* run the job again after/,
  ],
  ['500', 'issues/create-comment', faults.serverError(500), /500 \(Server Error\)/],
  ['a page of a proxy', 'issues/list-comments', faults.portalPage, /not JSON/],
])('%s costs the comment and nothing else', async (_, operation, fault, message) => {
  world.api.fault(operation, fault);
  const run = await world.runPullRequest(number);
  await expectAllButTheComment(run, 0);
  expect(run.messages('warning')[0]).toMatch(message);
});

test('an API that is slow, limits the rate for a second and breaks off once gets its comment in the end', async () => {
  world.api.fault('issues/list-comments', faults.slow(3), 1);
  world.api.fault('issues/create-comment', faults.tooManyRequests(1), 1);
  world.api.fault('pulls/get', faults.cut, 1);
  const run = await world.runPullRequest(number);
  expect(run).toMatchObject({ status: 'success', annotations: [] });
  expect((await world.api.comments(number)).map(({ body }) => body)).toEqual([run.markdown]);
});

test('GitHub is away altogether: the report is whole, its base found without it', async () => {
  world.api.fault('*', faults.reset);
  const run = await world.runPullRequest(number);
  expect(run).toMatchObject({ status: 'success', exitCode: 0 });
  expect(run.report).toMatchObject({ verdict: 'regression', base: { source: 'cache' } });
  expect(run.summary).toContain('`tiny` grew by');
  expect(run.messages('warning')).toHaveLength(2);
});

test('a run that finishes after the next push leaves the comment to that one', async () => {
  const moved = await world.git.resolve('main');
  world.api.before('pulls/get', async () => world.api.setHead(number, moved));
  const before = await world.api.comments(number);
  const run = await world.runPullRequest(number);
  expect(run).toMatchObject({ status: 'success', annotations: [] });
  expect(run.log).toContain(`pull request #${number} has moved on`);
  expect(run.summary).toContain('`tiny` grew by');
  expect(await world.api.comments(number)).toEqual(before);
});

test('"comment: false" writes nothing, and asks only who accepted the regression', async () => {
  await world.runPullRequest(number);
  const before = await world.api.comments(number);
  const run = await world.runPullRequest(number, { inputs: { comment: 'false' } });
  const accepted = [
    'repos/compare-commits-with-basehead',
    'pulls/get',
    'issues/list-comments',
    'graphql',
    'issues/list-labels-on-issue',
  ];
  expect(run).toMatchObject({ status: 'success', operations: ['repos/list-commits', ...accepted] });
  expect(await world.api.comments(number)).toEqual(before);
});

test('without a token there is a report and no request', async () => {
  const run = await world.runPullRequest(number, { inputs: { token: '' } });
  expect(run).toMatchObject({ status: 'success', operations: [] });
  expect(run.report).toMatchObject({ verdict: 'regression', base: { source: 'cache', distance: 0 } });
});

test('two uses of the action have a comment each', async () => {
  const config = '[[configuration]]\nname = "full"\n\n[[configuration]]\nname = "small"\n';
  const only = (configuration: string) => ({ inputs: { configuration } });
  const { number, run: full } = await world.openPullRequest({ 'tare.toml': config }, only('full'));
  const small = await world.runPullRequest(number, only('small'));
  expect(full.report).toMatchObject({ configuration: 'full', others: [] });
  expect(small.report).toMatchObject({ configuration: 'small', others: [] });
  const again = await world.runPullRequest(number, only('full'));
  expect((await world.api.comments(number)).map(({ body }) => body)).toEqual([
    again.markdown,
    small.markdown,
  ]);
});
