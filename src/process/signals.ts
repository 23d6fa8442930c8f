import type { ClosableRunner } from './runner.ts';

/** Time for a job to remove what it made after its children were ended, in milliseconds. */
const CLEANING = 4000;

/**
 * On SIGINT, SIGTERM or SIGHUP ends every child and refuses new ones, so that the job fails and removes its temporary
 * files; `cancel` tells those who wait for something else. Then the process ends with the shell's status for that signal
 * (128 + number), whatever the job still does.
 */
export function closeOnSignal(
  world: NodeJS.Process,
  runner: Pick<ClosableRunner, 'close'>,
  cancel?: AbortController,
): void {
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    world.once(signal, () => {
      const end = () => world.exit(128 + number);
      world.once('beforeExit', end);
      cancel?.abort();
      void runner.close().finally(() => setTimeout(end, CLEANING).unref());
    });
  }
}
