import { statfs } from 'node:fs/promises';

/** Watches how much disk a run uses. */
export interface DiskGuard {
  /** Aborted when a run used too much. */
  readonly signal: AbortSignal;
  /** What is wrong, in one line; null when nothing is. */
  reason(): string | null;
  stop(): void;
}

/**
 * Looks at the free space of the file systems of `folders` every so many milliseconds, and aborts when one has lost more
 * than `maxBytes` since the start. Whoever else writes there counts too: the system does not tell who wrote.
 */
export async function guardDisk(
  folders: readonly string[],
  maxBytes: number,
  intervalMilliseconds: number,
): Promise<DiskGuard> {
  const controller = new AbortController();
  const before = new Map<string, number>();
  const look = async (): Promise<void> => {
    for (const folder of folders) {
      const free = await freeBytes(folder);
      if (free === null) continue;
      const first = before.get(folder);
      if (first === undefined) before.set(folder, free);
      else if (first - free > maxBytes) controller.abort();
    }
  };
  await look();
  const timer = setInterval(() => void look(), intervalMilliseconds);
  return {
    signal: controller.signal,
    reason: () =>
      controller.signal.aborted
        ? `used more than ${Math.round(maxBytes / 1e6)} MB of disk and was ended`
        : null,
    stop: () => clearInterval(timer),
  };
}

async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
