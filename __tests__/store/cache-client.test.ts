import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createCacheClient } from '../../src/store/cache-client.ts';
import { baselineKey } from '../../src/store/key.ts';
import { writeEntry } from '../../src/store/write-entry.ts';
import { type CacheService, MAIN, startCacheService } from '../support/cache-service.ts';
import { freshSeries, worker } from './cache-job.ts';
import { makeDraft, makeFolder, sha } from './draft.ts';

let service: CacheService;
beforeAll(async () => {
  service = await startCacheService();
});
afterEach(() => service.fault(null));
afterAll(() => service.close());

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
