import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstructionCounter } from './counter.ts';

/** Detection §6: 30 to 50 times slower under a full simulation; without its caches less. Start included. */
const SLOWDOWN = 50;
/** Most processes of one run, and the bytes of each one's log that hold its last lines. */
const MAX_LOGS = 1000;
const TAIL_BYTES = 16 * 1024;

/**
 * Valgrind's cachegrind without its caches: the cheapest of its tools that counts. Counts of one program repeat exactly but for
 * what it does at random. `version`: what `valgrind --version` says.
 */
export function valgrindCounter(version: string): InstructionCounter {
  return {
    title: version,
    repeats: 2,
    slowdown: SLOWDOWN,
    wrap: (command, folder) => ({
      ...command,
      file: 'valgrind',
      args: [
        ...['--tool=cachegrind', '--cache-sim=no', '--cachegrind-out-file=/dev/null', '--vgdb=no'],
        // Each process has a log of its own: what the program prints stays its own.
        ...['--trace-children=yes', `--log-file=${join(folder, '%p.log')}`, '--', command.file],
        ...command.args,
      ],
    }),
    read: async (folder) => {
      const logs = (await readdir(folder)).filter((name) => name.endsWith('.log'));
      if (logs.length === 0 || logs.length > MAX_LOGS) return null;
      const counts = await Promise.all(
        logs.map(async (name) => instructionsIn(await lastOf(join(folder, name)))),
      );
      return counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
    },
  };
}

/** `==PID== I   refs:      1,002,871`; null in a log without it, as of a process that was killed. */
export function instructionsIn(log: string): number | null {
  const [, count] = /^==\d+== I\s+refs:\s+([\d,]+)\s*$/m.exec(log) ?? [];
  const number = count === undefined ? Number.NaN : Number(count.replaceAll(',', ''));
  return Number.isSafeInteger(number) ? number : null;
}

async function lastOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}
