import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { slowBuild, TINY } from '../support/tiny-project.ts';
import { waitForFile } from '../support/wait-for-file.ts';
import { startWorld, type World } from '../support/world.ts';
import type { Run } from '../support/world-run.ts';

let world: World;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tare-cancel-'));
  world = await startWorld(TINY);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

/** That nothing is left behind is checked for every run. */
function expectCancelled(run: Run): void {
  expect(run).toMatchObject({
    status: 'cancelled',
    exitCode: 130,
    signals: ['SIGINT'],
    summary: null,
  });
  expect(run.outputs).toEqual({});
  expect(run.temporaryFiles).toEqual([]);
  expect(run.operations).not.toContain('issues/create-comment');
  expect(world.cache.entries()).toEqual([]);
}

test('while main is built', async () => {
  const marker = join(folder, 'main');
  const run = await world.pushToMain(slowBuild(100, marker), { cancelAfter: waitForFile(marker) });
  expectCancelled(run);
});

test('while the base of a pull request is built in its worktree', async () => {
  // main still has the slow build script; the pull request has none.
  const marker = join(folder, 'base');
  await world.commit('main', slowBuild(100, marker));
  const { number, run } = await world.openPullRequest(
    { 'build.rs': null },
    { cancelAfter: waitForFile(marker) },
  );
  expect(run.groups).toHaveLength(2);
  expectCancelled(run);
  expect(await world.api.comments(number)).toEqual([]);
});

test('while the cache service does not answer', async () => {
  await world.cache.fault('slow');
  const built = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (world.cache.unanswered() === 0) return;
      clearInterval(timer);
      resolve();
    }, 50);
  });
  const { run } = await world.openPullRequest({ 'build.rs': null }, { cancelAfter: built });
  await world.cache.fault(null);
  expectCancelled(run);
});
