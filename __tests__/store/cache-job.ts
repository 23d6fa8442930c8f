import { fileURLToPath } from 'node:url';
import { type ActionsCacheStoreOptions, createActionsCacheStore } from '../../src/store/actions-cache.ts';
import type { BaselineSeries, BaselineStore } from '../../src/store/baseline.ts';
import { createCacheClient } from '../../src/store/cache-client.ts';
import type { CacheScope, CacheService } from '../support/cache-service.ts';
import { keepingLogger, makeFolder, SERIES } from './draft.ts';

export const worker = fileURLToPath(new URL('../../src/cache-worker.ts', import.meta.url));

/** A job of a workflow, with its own store, log and temporary folder. */
export interface Job {
  readonly store: BaselineStore;
  readonly warnings: readonly string[];
  readonly temporary: string;
}

export interface JobChanges {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly timeoutSeconds?: number;
  readonly maxRestoreBytes?: number;
  readonly store?: Partial<ActionsCacheStoreOptions>;
}

/** Starts a job whose token opens `scopes`. */
export async function startJob(
  service: CacheService,
  scopes: readonly CacheScope[],
  changes: JobChanges = {},
): Promise<Job> {
  const logger = keepingLogger();
  const temporary = await makeFolder();
  const environment: Record<string, string | undefined> = {
    ...process.env,
    ...service.environment(scopes),
    ACTIONS_CACHE_MODE: undefined,
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
export function freshSeries(): BaselineSeries {
  serial += 1;
  return { ...SERIES, configuration: `test-${serial}` };
}
let serial = 0;
