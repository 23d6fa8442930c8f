import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { BaselineSeries } from '../../src/store/baseline.ts';
import { baselineKey } from '../../src/store/key.ts';
import { writeEntry } from '../../src/store/write-entry.ts';
import { type CacheService, MAIN, pullRequestScopes, startCacheService } from '../support/cache-service.ts';
import { freshSeries, startJob } from './cache-job.ts';
import { makeDraft, makeFolder, sha } from './draft.ts';

const run = promisify(execFile);

let service: CacheService;
beforeAll(async () => {
  service = await startCacheService();
});
afterAll(() => service.close());

describe('hostile and broken entries are skipped with a warning', () => {
  const PULL = 'refs/pull/7/merge';

  test('an entry of another commit under the wanted key gives way to the ancestor', async () => {
    const series = freshSeries();
    const main = await startJob(service, MAIN);
    for (const commit of [sha('a1'), sha('a2')]) await main.store.save(await makeDraft({ series, commit }));
    const other = await service.archive(baselineKey(series, sha('a1')), 'refs/heads/main');
    const key = baselineKey(series, sha('a0'));
    await service.plant({ key, ref: PULL, archive: other });
    const pull = await startJob(service, pullRequestScopes(7));
    const commits = [sha('a0'), sha('a1')];
    const told: string[] = [];
    const onWarning = (warning: string) => void told.push(warning);
    const found = await pull.store.find({ series, commits, into: await makeFolder(), onWarning });
    expect(found).toMatchObject({ distance: 1 });
    expect(told).toEqual(pull.warnings);
    expect(pull.warnings).toEqual([
      `baseline ${key}: it was written as "${baselineKey(series, sha('a1'))}", which is another baseline; skipped`,
    ]);
  });

  test('a longer key that is matched by its prefix', async () => {
    const series = freshSeries();
    const main = await startJob(service, MAIN);
    for (const commit of [sha('a1'), sha('a2')]) await main.store.save(await makeDraft({ series, commit }));
    const archive = await service.archive(baselineKey(series, sha('a1')), 'refs/heads/main');
    const key = `${baselineKey(series, sha('a1'))}-evil`;
    await service.plant({ key, ref: PULL, archive });
    const pull = await startJob(service, pullRequestScopes(7));
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
    const job = await startJob(service, MAIN);
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
    const job = await startJob(service, MAIN);
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
    const job = await startJob(service, MAIN);
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
    const job = await startJob(service, MAIN, { maxRestoreBytes: 5_000_000, store: { maxBytes: 5_000_000 } });
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
    const job = await startJob(service, MAIN);
    expect(await job.store.find({ series, commits, into: await makeFolder() })).toBeNull();
    expect(job.warnings).toHaveLength(6);
    expect(job.warnings.at(-1)).toBe('the search for a baseline was given up after 5 unusable entries');
  });
});

/** The archive of a valid entry that `change` has been at. */
async function packedEntry(
  series: BaselineSeries,
  change: (entry: string) => Promise<void>,
): Promise<Buffer> {
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
