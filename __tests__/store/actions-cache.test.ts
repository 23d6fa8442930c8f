import { readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { baselineKey } from '../../src/store/key.ts';
import { type CacheService, MAIN, pullRequestScopes, startCacheService } from '../support/cache-service.ts';
import { freshSeries, startJob } from './cache-job.ts';
import { makeDraft, makeFolder, sha } from './draft.ts';

let service: CacheService;
beforeAll(async () => {
  service = await startCacheService();
});
afterAll(() => service.close());

test('a saved baseline comes back with its programs, modes and history', async () => {
  const series = freshSeries();
  const draft = await makeDraft({ series, commit: sha('a1') });
  const main = await startJob(service, MAIN);
  const key = baselineKey(series, sha('a1'));
  expect(await main.store.save(draft)).toEqual({ saved: true, key });

  const pull = await startJob(service, pullRequestScopes(7));
  const into = await makeFolder();
  const found = await pull.store.find({ series, commits: [sha('a1')], into });
  expect(found).toEqual({
    measurement: draft.measurement,
    history: draft.history,
    directory: into,
    distance: 0,
    source: 'cache',
  });
  expect(await readFile(join(into, 'bin/rg'))).toEqual(await readFile(join(draft.directory, 'bin/rg')));
  expect((await stat(join(into, 'bin/rg'))).mode & 0o777).toBe(0o755);
  expect([...main.warnings, ...pull.warnings]).toEqual([]);
  expect([...(await readdir(main.temporary)), ...(await readdir(pull.temporary))]).toEqual([]);
});

test('an entry is packed and unpacked outside the checkout, whatever lies in it', async () => {
  const series = freshSeries();
  const workspace = await makeFolder();
  const outside = await makeFolder();
  await symlink(outside, join(workspace, '.tare-baseline'));
  const environment = { GITHUB_WORKSPACE: workspace };
  const job = await startJob(service, MAIN, { environment });
  expect(await job.store.save(await makeDraft({ series }))).toMatchObject({ saved: true });
  expect(await job.store.find({ series, commits: [sha('a')], into: await makeFolder() })).not.toBeNull();
  expect(await readdir(outside)).toEqual([]);
  expect(await readdir(workspace)).toEqual(['.tare-baseline']);
});

describe('which entry is found', () => {
  test('the nearest first-parent ancestor, with its distance', async () => {
    const series = freshSeries();
    const job = await startJob(service, MAIN);
    for (const commit of [sha('a3'), sha('a2')]) await job.store.save(await makeDraft({ series, commit }));
    const commits = [sha('a0'), sha('a1'), sha('a2'), sha('a3')];
    const found = await job.store.find({ series, commits, into: await makeFolder() });
    expect(found).toMatchObject({ distance: 2, measurement: { commit: sha('a2') } });
  });

  test('an ancestor beyond the ten keys of one lookup', async () => {
    const series = freshSeries();
    const job = await startJob(service, MAIN);
    const commits = Array.from({ length: 23 }, (_, index) => sha(`b${String(index).padStart(2, '0')}`));
    await job.store.save(await makeDraft({ series, commit: commits[21] ?? '' }));
    const before = service.calls().length;
    expect(await job.store.find({ series, commits, into: await makeFolder() })).toMatchObject({
      distance: 21,
    });
    const keys = service
      .calls()
      .slice(before)
      .map((call) => call.keys);
    expect(keys.flat()).toEqual(commits.map((commit) => baselineKey(series, commit)));
    expect(keys.map((named) => named.length)).toEqual([10, 10, 3]);
  });

  test('none when none is stored, without a warning', async () => {
    const job = await startJob(service, MAIN);
    const query = { series: freshSeries(), commits: [sha('a')], into: await makeFolder() };
    expect(await job.store.find(query)).toBeNull();
    expect(await job.store.find({ ...query, commits: [] })).toBeNull();
    expect(job.warnings).toEqual([]);
  });

  test('what a pull request saved is not seen on main', async () => {
    const series = freshSeries();
    const pull = await startJob(service, pullRequestScopes(7));
    expect(await pull.store.save(await makeDraft({ series }))).toMatchObject({ saved: true });
    const main = await startJob(service, MAIN);
    expect(await main.store.find({ series, commits: [sha('a')], into: await makeFolder() })).toBeNull();
    const sibling = await startJob(service, pullRequestScopes(8));
    expect(await sibling.store.find({ series, commits: [sha('a')], into: await makeFolder() })).toBeNull();
  });
});
