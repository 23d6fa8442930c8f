import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CacheFault } from '../support/cache-service.ts';
import { TINY, table } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let number = 0;
beforeAll(async () => {
  world = await startWorld(TINY);
  await world.pushToMain({ 'README.md': 'Recorded.\n' });
  ({ number } = await world.openPullRequest(table(65_536)));
});
afterEach(() => world.cache.fault(null));
afterAll(() => world.close());

test.each<[CacheFault, RegExp]>([
  ['corrupt', /^baseline tare-1-default-.* could not be restored from the cache: .*; skipped$/],
  ['truncated', /^baseline tare-1-default-.* could not be restored from the cache: .*; skipped$/],
  ['rate-limit', /^no baseline could be restored from the cache: .*429/],
  ['down', /^no baseline could be restored from the cache: .*ECONNREFUSED/],
])('%s: the base is built again and everything is reported', async (fault, warning) => {
  await world.cache.fault(fault);
  const run = await world.runPullRequest(number);
  expect(run).toMatchObject({ status: 'success', exitCode: 0 });
  expect(run.report).toMatchObject({ verdict: 'regression', base: { source: 'rebuilt', distance: 0 } });
  expect(run.messages('warning')).toEqual([expect.stringMatching(warning)]);
  expect(run.outputs).toMatchObject({ verdict: 'regression', regressions: '1' });
  expect((await world.api.comments(number)).map(({ body }) => body)).toEqual([run.markdown]);
});

test('an entry that anybody could have planted in its own scope is refused, and main is asked no more', async () => {
  const main = world.cache.entries().find(({ ref }) => ref === 'refs/heads/main');
  if (main === undefined) throw new Error('main has no baseline');
  await world.cache.plant({
    key: main.key,
    ref: `refs/pull/${number + 1}/merge`,
    archive: Buffer.from('not an archive'),
  });
  const { run } = await world.openPullRequest(table(65_536));
  expect(run).toMatchObject({ status: 'success', exitCode: 0 });
  expect(run.messages('warning')).toEqual([expect.stringContaining(`${main.key} could not be restored`)]);
  expect(run.report).toMatchObject({ verdict: 'regression', base: { source: 'rebuilt' } });
});

test('a service that never answers costs a minute and the baseline, not the report', async () => {
  await world.cache.fault('slow');
  const run = await world.pushToPullRequest(number, { 'tare.toml': '[baseline]\nrebuild = false\n' });
  expect(run).toMatchObject({ status: 'success', exitCode: 0 });
  expect(run.messages('warning')).toEqual([
    expect.stringContaining('no answer from the cache service within'),
  ]);
  expect(run.report).toMatchObject({ base: null, verdict: 'inconclusive' });
  expect((await world.api.comments(number)).map(({ body }) => body)).toEqual([run.markdown]);
});
