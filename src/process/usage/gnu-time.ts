import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../tool.ts';
import type { Cost, Ending, Meter } from '../usage.ts';
import { unknownCost } from '../usage.ts';

const SOURCE = 'GNU time';
const FORMAT = '%e %U %S %M';

/** GNU time around the command: wait4(2) of the child and of all that it waited for; resolution 10 ms. */
export function gnuTime(program: string, temporary: string): Meter {
  const place = (): string => join(temporary, `tare-time-${randomUUID()}`);
  const wrap = (file: string, args: readonly string[], output: string): readonly string[] => [
    '-f',
    FORMAT,
    '-o',
    output,
    '--',
    file,
    ...args,
  ];
  return {
    source: SOURCE,
    exclusive: false,
    works: async () => {
      const output = place();
      const { exitCode } = await runTool(program, wrap(program, ['--version'], output));
      return exitCode === 0 && parseGnuTime(await take(output)) !== null;
    },
    open: async (file, args) => {
      const output = place();
      return {
        file: program,
        args: wrap(file, args, output),
        finish: async (ending, stderr) => {
          const parsed = parseGnuTime(await take(output));
          return {
            ending: parsed?.signal == null ? ending : { exitCode: null, signal: parsed.signal },
            cost: parsed?.cost ?? unknownCost(SOURCE),
            notStarted: gnuTimeRefusal(ending, stderr),
          };
        },
      };
    },
  };
}

/**
 * Reads what GNU time wrote with the format `%e %U %S %M`: a line on how the command ended, where it did not end
 * well, and the numbers (seconds, seconds, seconds, KiB). null for anything else.
 */
export function parseGnuTime(text: string): { readonly cost: Cost; readonly signal: string | null } | null {
  const lines = text.trimEnd().split('\n');
  const numbers = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) (\d+)$/.exec(lines.at(-1) ?? '');
  if (numbers === null) return null;
  const signal = /^Command terminated by signal (\d+)$/m.exec(text)?.[1];
  return {
    signal: signal === undefined ? null : signalName(Number(signal)),
    cost: {
      userSeconds: Number(numbers[2]),
      systemSeconds: Number(numbers[3]),
      peakRssBytes: Number(numbers[4]) * 1024,
      source: SOURCE,
    },
  };
}

/** GNU time ends with 126 or 127 and says why when it could not start the command. */
export function gnuTimeRefusal(ending: Ending, stderr: string): string | null {
  if (ending.exitCode !== 126 && ending.exitCode !== 127) return null;
  return /^\S*time: cannot run .*: ([^:\n]+)\n/.exec(stderr)?.[1] ?? null;
}

/** Reads a file and removes it; empty when there is none. */
export async function take(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  await rm(path, { force: true }).catch(() => undefined);
  return text;
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, each]) => each === number)?.[0] ?? `signal ${number}`;
}
