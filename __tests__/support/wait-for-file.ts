import { access } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Resolves once the file is there. Errors: after `seconds`. */
export async function waitForFile(path: string, seconds = 240): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await delay(50)) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return;
  }
  throw new Error(`${path} did not appear within ${seconds} s`);
}
