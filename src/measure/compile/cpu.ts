import type { Usage } from '../../process/command.ts';

/** User plus system seconds of a process tree, to the microsecond; null where the system tells none. */
export function cpuSeconds({ userSeconds, systemSeconds }: Usage): number | null {
  if (userSeconds === null || systemSeconds === null) return null;
  // The sum of two clock readings carries rounding errors far below a microsecond.
  return Math.round((userSeconds + systemSeconds) * 1e6) / 1e6;
}
