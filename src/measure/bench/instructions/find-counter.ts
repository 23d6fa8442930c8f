import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../errors.ts';
import type { ProcessRunner } from '../../../process/command.ts';
import type { FoundCounter, InstructionCounter } from './counter.ts';
import { PERF_COUNTER } from './perf.ts';
import { valgrindCounter } from './valgrind.ts';

const PROBE_SECONDS = 20;

/**
 * Valgrind where it is installed, else the processor's counter; each has to count a short program first.
 * `folder`: absolute, for a moment's files. Errors: Cancelled.
 */
export async function findCounter(runner: ProcessRunner, folder: string): Promise<FoundCounter> {
  const version = await valgrindVersion(runner, folder);
  const valgrind = version === null ? null : valgrindCounter(version);
  for (const counter of [valgrind, PERF_COUNTER]) {
    if (counter !== null && (await counts(counter, runner, folder))) return { counter };
  }
  const why = valgrind === null ? 'valgrind is not installed' : `${valgrind.title} does not run here`;
  return { counter: null, reason: `${why}, and perf cannot read the processor’s counter` };
}

async function valgrindVersion(runner: ProcessRunner, folder: string): Promise<string | null> {
  const told = await quietly(() =>
    runner.run({ file: 'valgrind', args: ['--version'], cwd: folder, timeoutSeconds: PROBE_SECONDS }),
  );
  const version = told?.exitCode === 0 ? told.stdout.trim() : '';
  return /^valgrind-[\w.+-]{1,60}$/.test(version) ? version : null;
}

async function counts(counter: InstructionCounter, runner: ProcessRunner, folder: string): Promise<boolean> {
  const own = await mkdtemp(join(folder, 'probe-'));
  try {
    const probe = { file: 'true', args: [], cwd: folder, timeoutSeconds: PROBE_SECONDS };
    const told = await quietly(() => runner.run(counter.wrap(probe, own)));
    return told?.exitCode === 0 && ((await counter.read(own)) ?? 0) > 0;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** null for a program that cannot be started. */
async function quietly<T>(run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}
