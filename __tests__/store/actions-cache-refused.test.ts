import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createActionsCacheStore } from '../../src/store/actions-cache.ts';
import { createCacheClient } from '../../src/store/cache-client.ts';
import { baselineKey } from '../../src/store/key.ts';
import { type CacheService, MAIN, READ_ONLY_MAIN, startCacheService } from '../support/cache-service.ts';
import { freshSeries, startJob } from './cache-job.ts';
import { keepingLogger, makeDraft, makeFolder, sha } from './draft.ts';

let service: CacheService;
beforeAll(async () => {
  service = await startCacheService();
});
afterEach(() => service.fault(null));
afterAll(() => service.close());

describe('a save that is refused says why', () => {
  test('the commit is already recorded', async () => {
    const series = freshSeries();
    const job = await startJob(service, MAIN);
    await job.store.save(await makeDraft({ series }));
    expect(await job.store.save(await makeDraft({ series }))).toEqual({
      saved: false,
      recorded: true,
      reason: `a baseline of commit ${sha('a')} is already recorded`,
    });
  });

  test('a token that may only read is recognised before anything is packed', async () => {
    const job = await startJob(service, READ_ONLY_MAIN);
    const before = service.calls().length;
    const outcome = await job.store.save(await makeDraft({ series: freshSeries() }));
    expect(outcome).toMatchObject({ saved: false });
    expect(outcome).toHaveProperty(
      'reason',
      expect.stringContaining('token may not write to the cache; runs from forks'),
    );
    expect(service.calls().length).toBe(before);
  });

  test('a token that cannot be read is left to the service, which denies it', async () => {
    const job = await startJob(service, READ_ONLY_MAIN, { store: { token: 'opaque' } });
    const outcome = await job.store.save(await makeDraft({ series: freshSeries() }));
    expect(outcome).toHaveProperty(
      'reason',
      expect.stringContaining('cache write denied: token has no writable scopes; runs from forks'),
    );
  });

  test.each(['read', 'none'])('cache-mode %s', async (mode) => {
    const job = await startJob(service, MAIN, { environment: { ACTIONS_CACHE_MODE: mode } });
    expect(await job.store.save(await makeDraft({ series: freshSeries() }))).toHaveProperty(
      'reason',
      expect.stringContaining(`cache-mode '${mode}' does not permit writes`),
    );
  });

  test('an entry over the limit', async () => {
    const job = await startJob(service, MAIN, { store: { maxBytes: 1000 } });
    const draft = await makeDraft({ series: freshSeries(), program: Buffer.alloc(2000) });
    expect(await job.store.save(draft)).toHaveProperty(
      'reason',
      expect.stringMatching(/the baseline would hold 0\.0 MB, and at most 0\.0 MB are stored/),
    );
  });

  test.each([
    ['upload-refused', /.+/],
    ['finalize-refused', /^cache entry could not be finalized/],
  ] as const)('%s', async (fault, reason) => {
    await service.fault(fault);
    const job = await startJob(service, MAIN);
    const outcome = await job.store.save(await makeDraft({ series: freshSeries() }));
    expect(outcome).toMatchObject({ saved: false, reason: expect.stringMatching(reason) });
    expect(await readdir(job.temporary)).toEqual([]);
  });

  test('no cache service', async () => {
    const job = await startJob(service, MAIN, { environment: { ACTIONS_RESULTS_URL: undefined } });
    expect(await job.store.save(await makeDraft({ series: freshSeries() }))).toEqual({
      saved: false,
      reason: 'the cache service is not available to this job',
    });
  });
});

describe('a service that fails costs a warning, not the job', () => {
  test.each([
    ['down', 'ECONNREFUSED'],
    ['reset', 'ECONNRESET'],
    ['rate-limit', '(429)'],
    ['slow', 'no answer from the cache service within 2 s'],
  ] as const)('%s', async (fault, cause) => {
    const series = freshSeries();
    const job = await startJob(service, MAIN, { timeoutSeconds: fault === 'slow' ? 2 : 60 });
    await service.fault(fault);
    expect(await job.store.find({ series, commits: [sha('a')], into: await makeFolder() })).toBeNull();
    expect(job.warnings).toHaveLength(1);
    expect(job.warnings[0]).toContain('no baseline could be restored from the cache: ');
    expect(job.warnings[0]).toContain(cause);
    const outcome = await job.store.save(await makeDraft({ series }));
    expect(outcome).toMatchObject({ saved: false, reason: expect.stringContaining(cause) });
    expect(await readdir(job.temporary)).toEqual([]);
  });

  test("server errors, through all of the client's attempts", async () => {
    const job = await startJob(service, MAIN);
    await service.fault('error');
    const query = { series: freshSeries(), commits: [sha('a')], into: await makeFolder() };
    expect(await job.store.find(query)).toBeNull();
    expect(job.warnings[0]).toContain('after 5 attempts: Failed request: (500)');
  });

  test.each(['truncated', 'corrupt'] as const)('a %s download', async (fault) => {
    const series = freshSeries();
    const job = await startJob(service, MAIN);
    await job.store.save(await makeDraft({ series }));
    await service.fault(fault);
    expect(await job.store.find({ series, commits: [sha('a')], into: await makeFolder() })).toBeNull();
    expect(job.warnings).toHaveLength(1);
    expect(job.warnings[0]).toContain(`baseline ${baselineKey(series, sha('a'))}`);
  });

  test('no cache service, or one that may not be read', async () => {
    const query = { series: freshSeries(), commits: [sha('a')], into: await makeFolder() };
    const without = await startJob(service, MAIN, { environment: { ACTIONS_RESULTS_URL: undefined } });
    expect(await without.store.find(query)).toBeNull();
    expect(without.warnings).toEqual([
      'no baseline could be restored from the cache: the cache service is not available to this job',
    ]);
    const closed = await startJob(service, MAIN, { environment: { ACTIONS_CACHE_MODE: 'none' } });
    expect(await closed.store.find(query)).toBeNull();
    expect(closed.warnings[0]).toContain("cache-mode 'none' does not permit reads");
    const writeOnly = await startJob(service, [{ ref: 'refs/heads/main', permission: 'write' }]);
    expect(await writeOnly.store.find(query)).toBeNull();
    expect(writeOnly.warnings[0]).toContain('cache read denied: token has no readable scopes');
  });

  test('a worker that does not start', async () => {
    const logger = keepingLogger();
    const client = createCacheClient({
      worker: join(await makeFolder(), 'missing.js'),
      environment: process.env,
      onLine: logger.debug,
      maxRestoreBytes: 1,
    });
    const options = { client, logger, temporary: await makeFolder(), token: undefined, cacheMode: undefined };
    const store = createActionsCacheStore(options);
    const query = { series: freshSeries(), commits: [sha('a')], into: await makeFolder() };
    expect(await store.find(query)).toBeNull();
    expect(logger.warnings[0]).toContain('the cache client ended with exit status 1');
  });
});
