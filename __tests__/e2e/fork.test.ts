import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataOf, openForkPullRequest, publishRun, upload } from '../support/fork.ts';
import { TINY, table } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld(TINY);
  await world.pushToMain({ 'README.md': 'Recorded.\n' });
});
afterAll(() => world.close());

test('from the push to the comment, with the numbers of the first stage’s summary', async () => {
  const fork = await openForkPullRequest(world, table(65_536));
  expect(fork.run).toMatchObject({ status: 'success', exitCode: 0 });
  upload(world, fork.runId, await dataOf(fork.run));
  const published = await publishRun(world, fork);
  expect(published).toMatchObject({ status: 'success', exitCode: 0, annotations: [] });
  const [comment, ...others] = await world.api.comments(fork.number);
  expect(others).toEqual([]);
  expect(comment?.body).toBe(fork.run.markdown);
});
