import { cp, mkdir, mkdtemp, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { BaselineDraft, BaselineQuery, BaselineStore, FoundBaseline, SaveOutcome } from './baseline.ts';
import { MAX_KEYS } from './cache-call.ts';
import { type CacheClient, cachedFolder } from './cache-client.ts';
import type { Saved } from './cache-outcome.ts';
import { MAX_ENTRY_BYTES } from './entry.ts';
import { baselineKey } from './key.ts';
import { readEntry } from './read-entry.ts';
import { cacheScopes } from './runtime-token.ts';
import { telling, type Warner } from './telling.ts';
import { EntryRefused, writeEntry } from './write-entry.ts';

/** Entries that may turn out unusable before the search is given up: each costs a download. */
const MAX_REJECTIONS = 5;

export interface ActionsCacheStoreOptions {
  readonly client: CacheClient;
  readonly logger: Warner;
  /** The job's own temporary folder (RUNNER_TEMP), absolute. */
  readonly temporary: string;
  /** ACTIONS_RUNTIME_TOKEN. */
  readonly token: string | undefined;
  /** ACTIONS_CACHE_MODE. */
  readonly cacheMode: string | undefined;
  /** Most bytes of an entry, unpacked. Default {@link MAX_ENTRY_BYTES}. */
  readonly maxBytes?: number;
}

/**
 * Keeps baselines in GitHub's cache. The cache only ever sees private folders below `temporary`, never the checkout.
 * Whatever the service does, `find` answers null with a warning, or `save` an outcome with a reason.
 */
export function createActionsCacheStore(options: ActionsCacheStoreOptions): BaselineStore {
  return {
    find: async (query) => {
      const logger = telling(options.logger, query.onWarning);
      try {
        return await find(query, { ...options, logger });
      } catch (error) {
        if (!isSystemError(error)) throw error;
        return giveUp(messageOf(error), logger).found;
      }
    },
    save: async (draft) => {
      const refusal = refusalBeforehand(options);
      if (refusal !== null) return { saved: false, reason: refusal };
      try {
        return await save(draft, options);
      } catch (error) {
        if (!(error instanceof EntryRefused) && !isSystemError(error)) throw error;
        return { saved: false, reason: messageOf(error) };
      }
    },
  };
}

async function find(query: BaselineQuery, options: ActionsCacheStoreOptions): Promise<FoundBaseline | null> {
  const { logger } = options;
  const mode = normalMode(options.cacheMode);
  if (mode === 'none' || mode === 'write-only') {
    logger.warning(`no baseline was looked up: this job's cache-mode '${mode}' does not permit reads`);
    return null;
  }
  let next = 0;
  for (let rejections = 0; next < query.commits.length && rejections < MAX_REJECTIONS; ) {
    const step = await withPrivateFolder(options.temporary, (root) => lookUp(query, next, root, options));
    if (step.found !== null) return step.found;
    if (step.next === null) return null;
    next = step.next;
    if (step.rejected) rejections += 1;
  }
  if (next < query.commits.length)
    logger.warning(`the search for a baseline was given up after ${MAX_REJECTIONS} unusable entries`);
  return null;
}

/** One lookup. `next`: index of the commit to go on with; null: give up. */
interface Step {
  readonly found: FoundBaseline | null;
  readonly next: number | null;
  readonly rejected: boolean;
}

async function lookUp(
  query: BaselineQuery,
  first: number,
  root: string,
  options: ActionsCacheStoreOptions,
): Promise<Step> {
  const keys = query.commits
    .slice(first, first + MAX_KEYS)
    .map((commit) => baselineKey(query.series, commit));
  const restored = await options.client.restore(keys, root);
  if (restored.kind === 'miss') return { found: null, next: first + keys.length, rejected: false };
  if (restored.kind === 'unavailable') return giveUp(UNAVAILABLE, options.logger);
  if (restored.kind === 'failed' && restored.key === null) return giveUp(restored.reason, options.logger);
  const key = restored.key ?? '';
  const index = keys.indexOf(key);
  const found =
    restored.kind === 'hit' && index !== -1 ? await adopt(query, first + index, root, options) : null;
  if (found?.ok === true) return { found: found.baseline, next: null, rejected: false };
  options.logger.warning(`${rejectionReason(key, index, restored, found)}; skipped`);
  // A longer key that was matched by its prefix hides the entry behind it, which is skipped too.
  const matched = index === -1 ? keys.findIndex((wanted) => key.startsWith(wanted)) : index;
  return { found: null, next: first + (matched === -1 ? keys.length : matched + 1), rejected: true };
}

const UNAVAILABLE = 'the cache service is not available to this job';

function giveUp(reason: string, logger: Warner): Step {
  logger.warning(`no baseline could be restored from the cache: ${reason}`);
  return { found: null, next: null, rejected: false };
}

type Adopted =
  | { readonly ok: true; readonly baseline: FoundBaseline }
  | { readonly ok: false; readonly reason: string };

function rejectionReason(
  key: string,
  index: number,
  restored: { readonly kind: string; readonly reason?: string },
  adopted: Adopted | null,
): string {
  if (adopted?.ok === false) return adopted.reason;
  if (restored.reason !== undefined)
    return `baseline ${key} could not be restored from the cache: ${restored.reason}`;
  return index === -1
    ? `the cache answered with ${key}, which was not asked for`
    : `baseline ${key} is unusable`;
}

async function adopt(
  query: BaselineQuery,
  distance: number,
  root: string,
  options: ActionsCacheStoreOptions,
): Promise<Adopted> {
  const commit = query.commits[distance] ?? '';
  const { configuration } = query.series;
  const expected = { key: baselineKey(query.series, commit), commit, configuration };
  const reading = await readEntry(cachedFolder(root), expected, options.maxBytes);
  if (!reading.ok) return { ok: false, reason: reading.rejection.reason };
  await move(cachedFolder(root), query.into);
  return { ok: true, baseline: { ...reading.baseline, directory: query.into, distance, source: 'cache' } };
}

/** `into` is an empty folder; on another file system the entry is copied. */
async function move(from: string, into: string): Promise<void> {
  await mkdir(dirname(into), { recursive: true });
  await rmdir(into).catch((error: unknown) => {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
  });
  try {
    await rename(from, into);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'EXDEV') throw error;
    await cp(from, into, { recursive: true, errorOnExist: true, force: false, verbatimSymlinks: true });
  }
}

async function save(draft: BaselineDraft, options: ActionsCacheStoreOptions): Promise<SaveOutcome> {
  return withPrivateFolder(options.temporary, async (root) => {
    const folder = cachedFolder(root);
    await mkdir(dirname(folder), { recursive: true });
    const { key } = await writeEntry(draft, folder, options.maxBytes ?? MAX_ENTRY_BYTES);
    const saved = await options.client.save(key, root);
    return saved.kind === 'saved' ? { saved: true, key } : refusalOf(saved, draft);
  });
}

function refusalOf(saved: Exclude<Saved, { kind: 'saved' }>, draft: BaselineDraft): SaveOutcome {
  switch (saved.kind) {
    case 'exists': {
      const reason = `a baseline of commit ${draft.measurement.commit} is already recorded`;
      return { saved: false, recorded: true, reason };
    }
    case 'denied':
      return { saved: false, reason: `${saved.reason}; ${READ_ONLY}` };
    case 'unavailable':
      return { saved: false, reason: UNAVAILABLE };
    case 'failed':
      return { saved: false, reason: saved.reason };
  }
}

const READ_ONLY =
  'runs from forks and of pull_request_target, issue_comment and workflow_run may only read the cache, so record baselines on a push to the default branch';

/** Known before anything is packed: one line, or null. */
function refusalBeforehand(options: ActionsCacheStoreOptions): string | null {
  const mode = normalMode(options.cacheMode);
  if (mode === 'none' || mode === 'read')
    return `this job's cache-mode '${mode}' does not permit writes; remove it, or record baselines in another job`;
  const scopes = cacheScopes(options.token);
  if (scopes === null || scopes.some((scope) => scope.write)) return null;
  return `this job's token may not write to the cache; ${READ_ONLY}`;
}

function normalMode(mode: string | undefined): string {
  return (mode ?? '').trim().toLowerCase();
}

async function withPrivateFolder<T>(temporary: string, work: (root: string) => Promise<T>): Promise<T> {
  await mkdir(temporary, { recursive: true });
  const root = await mkdtemp(join(temporary, 'tare-cache-'));
  try {
    return await work(root);
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
