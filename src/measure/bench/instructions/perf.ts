import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstructionCounter } from './counter.ts';

const FILE = 'perf.csv';

/**
 * The processor's own counter, by Linux' `perf stat`: nearly free, and less exact than a simulation, so that more runs show how
 * far they differ. Untested where it works: no machine of ours lets a program read it.
 */
export const PERF_COUNTER: InstructionCounter = {
  title: 'perf stat (the processor’s counter)',
  repeats: 6,
  slowdown: 2,
  wrap: (command, folder) => ({
    ...command,
    file: 'perf',
    args: [
      ...['stat', '-e', 'instructions:u', '-x', ',', '-o', join(folder, FILE), '--', command.file],
      ...command.args,
    ],
  }),
  read: async (folder) => perfCount(await readFile(join(folder, FILE), 'utf8').catch(() => '')),
};

/**
 * The count in a line `VALUE,UNIT,instructions:u,NANOSECONDS,PERCENT,…` (perf-stat(1), CSV format); null for `<not supported>`,
 * and where the counter was shared with other events, so that the value is extrapolated.
 */
export function perfCount(text: string): number | null {
  const fields = text
    .split('\n')
    .map((line) => line.split(','))
    .find(([, , event]) => event?.startsWith('instructions'));
  const [value = '', , , , percent] = fields ?? [];
  const count = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  return Number.isSafeInteger(count) && count > 0 && Number(percent) === 100 ? count : null;
}
