import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ActionsCacheStoreOptions, createActionsCacheStore } from '../../src/store/actions-cache.ts';
import type { BaselineStore } from '../../src/store/baseline.ts';
import { createCacheClient } from '../../src/store/cache-client.ts';
import { baselineKey } from '../../src/store/key.ts';
import { writeEntry } from '../../src/store/write-entry.ts';
import {
  type CacheScope,
  type CacheService,
  MAIN,
  pullRequestScopes,
  READ_ONLY_MAIN,
  startCacheService,
} from '../support/cache-service.ts';
import { keepingLogger, makeDraft, makeFolder, SERIES, sha } from './draft.ts';

const run = promisify(execFile);
const worker = fileURLToPath(new URL('../../src/cache-worker.ts', import.meta.url));

let service: CacheService;
beforeAll(async () => {
  service = await startCacheService();
});
afterEach(() => service.fault(null));
afterAll(() => service.close());

interface Job {
  readonly store: BaselineStore;
  readonly warnings: readonly string[];
  readonly temporary: string;
}

async function startJob(
  scopes: readonly CacheScope[],
  changes: {
    readonly environment?: Readonly<Record<string, string | undefined>>;
    readonly timeoutSeconds?: number;
    readonly maxRestoreBytes?: number;
    readonly store?: Partial<ActionsCacheStoreOptions>;
  } = {},
): Promise<Job> {
  const logger = keepingLogger();
  const temporary = await makeFolder();
  const environment: Record<string, string | undefined> = {
    ...process.env,
    ...service.environment(scopes),
    GITHUB_WORKSPACE: process.cwd(),
    ...changes.environment,
  };
  const client = createCacheClient({
    worker,
    environment,
    onLine: logger.debug,
    maxRestoreBytes: changes.maxRestoreBytes ?? 100_000_000,
    ...(changes.timeoutSeconds === undefined ? {} : { timeoutSeconds: changes.timeoutSeconds }),
  });
  const token = environment['ACTIONS_RUNTIME_TOKEN'];
  const cacheMode = environment['ACTIONS_CACHE_MODE'];
  const store = createActionsCacheStore({ client, logger, temporary, token, cacheMode, ...changes.store });
  return { store, warnings: logger.warnings, temporary };
}

/** A series of its own for each test, because the service keeps everything. */
function freshSeries(): typeof SERIES {
  serial += 1;
  return { ...SERIES, configuration: `test-${serial}` };
}
let serial = 0;

test('a saved baseline comes back with its programs, modes and history', async () => {
  const series = freshSeries();
  const draft = await makeDraft({ series, commit: sha('a1') });
  const main = await startJob(MAIN);
  const key = baselineKey(series, sha('a1'));
  expect(await main.store.save(draft)).toEqual({ saved: true, key });

  const pull = await startJob(pullRequestScopes(7));
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
  const job = await startJob(MAIN, { environment });
  expect(await job.store.save(await makeDraft({ series }))).toMatchObject({ saved: true });
  expect(await job.store.find({ series, commits: [sha('a')], into: await makeFolder() })).not.toBeNull();
  expect(await readdir(outside)).toEqual([]);
  expect(await readdir(workspace)).toEqual(['.tare-baseline']);
});

describe('which entry is found', () => {
  test('the nearest first-parent ancestor, with its distance', async () => {
    const series = freshSeries();
    const job = await startJob(MAIN);
    for (const commit of [sha('a3'), sha('a2')]) await job.store.save(await makeDraft({ series, commit }));
    const commits = [sha('a0'), sha('a1'), sha('a2'), sha('a3')];
    const found = await job.store.find({ series, commits, into: await makeFolder() });
    expect(found).toMatchObject({ distance: 2, measurement: { commit: sha('a2') } });
  });

  test('an ancestor beyond the ten keys of one lookup', async () => {
    const series = freshSeries();
    const job = await startJob(MAIN);
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
    const job = await startJob(MAIN);
    const query = { series: freshSeries(), commits: [sha('a')], into: await makeFolder() };
    expect(await job.store.find(query)).toBeNull();
    expect(await job.store.find({ ...query, commits: [] })).toBeNull();
    expect(job.warnings).toEqual([]);
  });

  test('what a pull request saved is not seen on main', async () => {
    const series = freshSeries();
    const pull = await startJob(pullRequestScopes(7));
    expect(await pull.store.save(await makeDraft({ series }))).toMatchObject({ saved: true });
    const main = await startJob(MAIN);
    expect(await main.store.find({ series, commits: [sha('a')], into: await makeFolder() })).toBeNull();
    const sibling = await startJob(pullRequestScopes(8));
    expect(await sibling.store.find({ series, commits: [sha('a')], into: await makeFolder() })).toBeNull();
  });
});

describe('hostile and broken entries are skipped with a warning', () => {
  const PULL = 'refs/pull/7/merge';

  test('an entry of another commit under the wanted key gives way to the ancestor', async () => {
    const series = freshSeries();
    const main = await startJob(MAIN);
    for (const commit of [sha('a1'), sha('a2')]) await main.store.save(await makeDraft({ series, commit }));
    const other = await service.archive(baselineKey(series, sha('a1')), 'refs/heads/main');
    const key = baselineKey(series, sha('a0'));
    await service.plant({ key, ref: PULL, archive: other });
    const pull = await startJob(pullRequestScopes(7));
    const commits = [sha('a0'), sha('a1')];
    expect(await pull.store.find({ series, commits, into: await makeFolder() })).toMatchObject({
      distance: 1,
    });
    expect(pull.warnings).toEqual([
      `baseline ${key}: it was written as "${baselineKey(series, sha('a1'))}", which is another baseline; skipped`,
    ]);
  });

  test('a longer key that is matched by its prefix', async () => {
    const series = freshSeries();
    const main = await startJob(MAIN);
    for (const commit of [sha('a1'), sha('a2')]) await main.store.save(await makeDraft({ series, commit }));
    const archive = await service.archive(baselineKey(series, sha('a1')), 'refs/heads/main');
    const key = `${baselineKey(series, sha('a1'))}-evil`;
    await service.plant({ key, ref: PULL, archive });
    const pull = await startJob(pullRequestScopes(7));
    const commits = [sha('a1'), sha('a2')];
    expect(await pull.store.find({ series, commits, into: await makeFolder() })).toMatchObject({
      distance: 1,
    });
    expect(pull.warnings).toEqual([`the cache answered with ${key}, which was not asked for; skipped`]);
  });

  test.each([
    ['a bit flip in a program', 'bin/rg', flipped, '"bin/rg" does not have the SHA-256 it was written with'],
    ['a truncated measurement', 'measurement.json', halved, '"measurement.json" holds'],
    ['a truncated manifest', 'manifest.json', halved, 'manifest.json is not JSON'],
    [
      'a newer schema',
      'manifest.json',
      withSchema2,
      'it has schema 2, and this version of Tare reads schema 1',
    ],
  ])('%s', async (_title, file, change, reason) => {
    const series = freshSeries();
    const key = baselineKey(series, sha('a'));
    const archive = await packedEntry(series, async (entry) => {
      await writeFile(join(entry, file), change(await readFile(join(entry, file))));
    });
    await service.plant({ key, ref: 'refs/heads/main', archive });
    const job = await startJob(MAIN);
    const into = await makeFolder();
    expect(await job.store.find({ series, commits: [sha('a')], into })).toBeNull();
    expect(job.warnings).toHaveLength(1);
    expect(job.warnings[0]).toContain(`baseline ${key}: ${reason}`);
    expect(await readdir(into)).toEqual([]);
  });

  test('an archive that is not one', async () => {
    const series = freshSeries();
    const key = baselineKey(series, sha('a'));
    await service.plant({ key, ref: 'refs/heads/main', archive: Buffer.from('not an archive') });
    const job = await startJob(MAIN);
    await job.store.save(await makeDraft({ series, commit: sha('a1') }));
    const commits = [sha('a'), sha('a1')];
    expect(await job.store.find({ series, commits, into: await makeFolder() })).toMatchObject({
      distance: 1,
    });
    expect(job.warnings).toHaveLength(1);
    expect(job.warnings[0]).toMatch(/^baseline \S+ could not be restored from the cache: .*tar.*; skipped$/);
  });

  test('an archive that reaches outside by absolute names, .. and links writes nothing there', async () => {
    const series = freshSeries();
    const key = baselineKey(series, sha('a'));
    const outside = await makeFolder();
    await service.plant({ key, ref: 'refs/heads/main', archive: await escapingArchive(outside) });
    const job = await startJob(MAIN);
    expect(await job.store.find({ series, commits: [sha('a')], into: await makeFolder() })).toBeNull();
    expect(job.warnings).toHaveLength(1);
    expect(await readdir(outside)).toEqual([]);
    expect(await readdir(job.temporary)).toEqual([]);
  });

  test('an archive that unpacks to more than an entry may hold is stopped', async () => {
    const series = freshSeries();
    const key = baselineKey(series, sha('a'));
    const archive = await packedEntry(series, async (entry) => {
      await run('truncate', ['-s', '3000000000', join(entry, 'bin/zeros')]);
    });
    expect(archive.length).toBeLessThan(1_000_000);
    await service.plant({ key, ref: 'refs/heads/main', archive });
    const job = await startJob(MAIN, { maxRestoreBytes: 5_000_000, store: { maxBytes: 5_000_000 } });
    expect(await job.store.find({ series, commits: [sha('a')], into: await makeFolder() })).toBeNull();
    expect(job.warnings).toHaveLength(1);
    expect(job.warnings[0]).toMatch(/to more than 5\.0 MB|at most 5\.0 MB are read/);
    expect(await readdir(job.temporary)).toEqual([]);
  });

  test('the search ends after five unusable entries', async () => {
    const series = freshSeries();
    const commits = Array.from({ length: 8 }, (_, index) => sha(`c${index}`));
    for (const commit of commits)
      await service.plant({
        key: baselineKey(series, commit),
        ref: 'refs/heads/main',
        archive: Buffer.from('not an archive'),
      });
    const job = await startJob(MAIN);
    expect(await job.store.find({ series, commits, into: await makeFolder() })).toBeNull();
    expect(job.warnings).toHaveLength(6);
    expect(job.warnings.at(-1)).toBe('the search for a baseline was given up after 5 unusable entries');
  });
});

describe('a save that is refused says why', () => {
  test('the commit is already recorded', async () => {
    const series = freshSeries();
    const job = await startJob(MAIN);
    await job.store.save(await makeDraft({ series }));
    expect(await job.store.save(await makeDraft({ series }))).toEqual({
      saved: false,
      reason: `a baseline of commit ${sha('a')} is already recorded; nothing has to be done`,
    });
  });

  test('a token that may only read is recognised before anything is packed', async () => {
    const job = await startJob(READ_ONLY_MAIN);
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
    const job = await startJob(READ_ONLY_MAIN, { store: { token: 'opaque' } });
    const outcome = await job.store.save(await makeDraft({ series: freshSeries() }));
    expect(outcome).toHaveProperty(
      'reason',
      expect.stringContaining('cache write denied: token has no writable scopes; runs from forks'),
    );
  });

  test.each(['read', 'none'])('cache-mode %s', async (mode) => {
    const job = await startJob(MAIN, { environment: { ACTIONS_CACHE_MODE: mode } });
    expect(await job.store.save(await makeDraft({ series: freshSeries() }))).toHaveProperty(
      'reason',
      expect.stringContaining(`cache-mode '${mode}' does not permit writes`),
    );
  });

  test('an entry over the limit', async () => {
    const job = await startJob(MAIN, { store: { maxBytes: 1000 } });
    const draft = await makeDraft({ series: freshSeries(), program: Buffer.alloc(2000) });
    expect(await job.store.save(draft)).toHaveProperty(
      'reason',
      expect.stringMatching(/the baseline would hold 0\.0 MB, and at most 0\.0 MB are stored/),
    );
  });

  test.each([
    ['upload-refused', /no baseline was saved: .+/],
    ['finalize-refused', /no baseline was saved: cache entry could not be finalized/],
  ] as const)('%s', async (fault, reason) => {
    await service.fault(fault);
    const job = await startJob(MAIN);
    const outcome = await job.store.save(await makeDraft({ series: freshSeries() }));
    expect(outcome).toMatchObject({ saved: false, reason: expect.stringMatching(reason) });
    expect(await readdir(job.temporary)).toEqual([]);
  });

  test('no cache service', async () => {
    const job = await startJob(MAIN, { environment: { ACTIONS_RESULTS_URL: undefined } });
    expect(await job.store.save(await makeDraft({ series: freshSeries() }))).toEqual({
      saved: false,
      reason: 'no baseline was saved: the cache service is not available to this job',
    });
  });
});

test('a restore that fills the disk is ended before it is done', async () => {
  await service.fault('slow');
  const root = await makeFolder();
  await mkdir(join(root, 'workspace'));
  await writeFile(join(root, 'workspace/file'), Buffer.alloc(3_000_000));
  const environment = { ...process.env, ...service.environment(MAIN) };
  const client = createCacheClient({ worker, environment, onLine: () => {}, maxRestoreBytes: 2_000_000 });
  expect(await client.restore(['key'], root)).toEqual({
    kind: 'failed',
    key: null,
    reason: 'the entry unpacks to more than 2.0 MB',
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
    const job = await startJob(MAIN, { timeoutSeconds: fault === 'slow' ? 2 : 60 });
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
    const job = await startJob(MAIN);
    await service.fault('error');
    const query = { series: freshSeries(), commits: [sha('a')], into: await makeFolder() };
    expect(await job.store.find(query)).toBeNull();
    expect(job.warnings[0]).toContain('after 5 attempts: Failed request: (500)');
  });

  test.each(['truncated', 'corrupt'] as const)('a %s download', async (fault) => {
    const series = freshSeries();
    const job = await startJob(MAIN);
    await job.store.save(await makeDraft({ series }));
    await service.fault(fault);
    expect(await job.store.find({ series, commits: [sha('a')], into: await makeFolder() })).toBeNull();
    expect(job.warnings).toHaveLength(1);
    expect(job.warnings[0]).toContain(`baseline ${baselineKey(series, sha('a'))}`);
  });

  test('no cache service, or one that may not be read', async () => {
    const query = { series: freshSeries(), commits: [sha('a')], into: await makeFolder() };
    const without = await startJob(MAIN, { environment: { ACTIONS_RESULTS_URL: undefined } });
    expect(await without.store.find(query)).toBeNull();
    expect(without.warnings).toEqual([
      'no baseline could be restored from the cache: the cache service is not available to this job',
    ]);
    const closed = await startJob(MAIN, { environment: { ACTIONS_CACHE_MODE: 'none' } });
    expect(await closed.store.find(query)).toBeNull();
    expect(closed.warnings[0]).toContain("cache-mode 'none' does not permit reads");
    const writeOnly = await startJob([{ ref: 'refs/heads/main', permission: 'write' }]);
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

test('a worker ends when the process that asked is killed', async () => {
  await service.fault('slow');
  const folder = await makeFolder();
  const module = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  await writeFile(
    join(folder, 'worker.mjs'),
    `import { writeFileSync } from 'node:fs';
     import { serveCacheCall } from ${module('../../src/store/cache-worker.ts')};
     writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(process.pid));
     serveCacheCall();`,
  );
  await writeFile(
    join(folder, 'asker.mjs'),
    `import { createCacheClient } from ${module('../../src/store/cache-client.ts')};
     const client = createCacheClient({ worker: ${JSON.stringify(join(folder, 'worker.mjs'))},
       environment: process.env, onLine: () => {}, maxRestoreBytes: 1e9 });
     await client.restore(['key'], ${JSON.stringify(join(folder, 'root'))});`,
  );
  const environment = { ...process.env, ...service.environment(MAIN) };
  const asker = spawn(process.execPath, [join(folder, 'asker.mjs')], { env: environment, stdio: 'inherit' });
  onTestFinished(() => void asker.kill('SIGKILL'));
  const pid = await vi.waitFor(async () => Number(await readFile(join(folder, 'pid'), 'utf8')), WAIT);
  expect(isRunning(pid)).toBe(true);
  asker.kill('SIGKILL');
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), WAIT);
});

const WAIT = { timeout: 60_000, interval: 50 };

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('no signed address reaches the log', async () => {
  const series = freshSeries();
  const lines: string[] = [];
  const client = createCacheClient({
    worker,
    environment: { ...process.env, ...service.environment(MAIN) },
    onLine: (line) => lines.push(line),
    maxRestoreBytes: 100_000_000,
  });
  const root = await makeFolder();
  await mkdir(join(root, 'workspace'));
  await writeEntry(await makeDraft({ series }), join(root, 'workspace/.tare-baseline'));
  const key = baselineKey(series, sha('a'));
  expect(await client.save(key, root)).toEqual({ kind: 'saved' });
  expect(await client.restore([key], await makeFolder())).toEqual({ kind: 'hit', key });
  expect(lines.join('\n')).toContain(`Cache hit for: ${key}`);
  expect(lines.join('\n')).not.toMatch(/sig=/);
});

/** The archive of a valid entry that `change` has been at. */
async function packedEntry(series: typeof SERIES, change: (entry: string) => Promise<void>): Promise<Buffer> {
  const folder = await makeFolder();
  const entry = join(folder, '.tare-baseline');
  await writeEntry(await makeDraft({ series, commit: sha('a') }), entry);
  await change(entry);
  return packed(folder, ['.tare-baseline']);
}

async function escapingArchive(outside: string): Promise<Buffer> {
  const folder = await makeFolder();
  await mkdir(join(folder, '.tare-baseline'));
  await symlink(outside, join(folder, '.tare-baseline/link'));
  await writeFile(join(folder, 'file'), 'x');
  const names = [
    `${outside}/absolute`,
    `../../../../../../../..${outside}/up`,
    '.tare-baseline/link/through',
  ];
  const tar = join(folder, 'escape.tar');
  await run('tar', ['-cf', tar, '-P', '-C', folder, '.tare-baseline']);
  for (const name of names)
    await run('tar', ['-rf', tar, '-P', '-C', folder, `--transform=s,^file$,${name},`, 'file']);
  const { stdout } = await run('tar', ['-tf', tar, '-P']);
  for (const name of names) expect(stdout).toContain(name);
  await run('zstd', ['-q', tar]);
  return readFile(`${tar}.zst`);
}

async function packed(folder: string, names: readonly string[]): Promise<Buffer> {
  const archive = await mkdtemp(join(tmpdir(), 'tare-archive-'));
  onTestFinished(() => rm(archive, { recursive: true, force: true }));
  const file = join(archive, 'entry.tzst');
  await run('tar', ['-S', '--use-compress-program', 'zstd', '-cf', file, '-P', '-C', folder, ...names]);
  return readFile(file);
}

function flipped(content: Buffer): Buffer {
  const changed = Buffer.from(content);
  changed[5] = (changed[5] ?? 0) ^ 1;
  return changed;
}

function halved(content: Buffer): Buffer {
  return content.subarray(0, content.length / 2);
}

function withSchema2(content: Buffer): Buffer {
  return Buffer.from(content.toString().replace('"schema":1', '"schema":2'));
}
