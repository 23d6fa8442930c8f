import * as cache from '@actions/cache';
import { messageOf } from '../errors.ts';
import { CACHED_PATH, type CacheCall, type CacheReply, callSchema } from './cache-call.ts';

/**
 * Body of the process that makes one call of @actions/cache for createCacheClient: takes the call from its channel,
 * answers there and ends. It ends early, with everything it started, when the process that asked is gone.
 */
export function serveCacheCall(): void {
  let answered = false;
  process.once('disconnect', () => {
    if (!answered) endGroup();
  });
  process.once('message', async (message) => {
    const reply = await answer(callSchema.parse(message));
    answered = true;
    process.send?.(reply, () => process.stdout.write('', () => process.exit(0)));
  });
}

async function answer(call: CacheCall): Promise<CacheReply> {
  try {
    if (!cache.isFeatureAvailable()) return { reply: 'unavailable' };
    if (call.call === 'save') return { reply: 'saved', id: await cache.saveCache([CACHED_PATH], call.key) };
    const [first, ...others] = call.keys;
    if (first === undefined) throw new Error('a restore names no key');
    return { reply: 'restored', key: (await cache.restoreCache([CACHED_PATH], first, others)) ?? null };
  } catch (error) {
    return { reply: 'threw', message: messageOf(error) };
  }
}

/** The worker leads a process group of its own, except on Windows. */
function endGroup(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.exit(1);
  }
}
