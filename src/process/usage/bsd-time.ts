import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { runTool } from '../tool.ts';
import type { Cost, Ending, Meter } from '../usage.ts';
import { unknownCost } from '../usage.ts';
import { take } from './gnu-time.ts';

const SOURCE = 'macOS time';

/**
 * macOS' own time around the command: wait4(2), resolution 10 ms. It ends by the same signal as the command, so the
 * ending needs no reading. The system removes `DYLD_*` variables when it starts this program.
 * Written from its manual and real output; never run on macOS (docs/adr/0003-processes.md).
 */
export function bsdTime(program: string, temporary: string): Meter {
  const place = (): string => join(temporary, `tare-time-${randomUUID()}`);
  return {
    source: SOURCE,
    exclusive: false,
    works: async () => {
      const output = place();
      const { exitCode } = await runTool(program, ['-l', '-p', '-o', output, '/usr/bin/true']);
      return exitCode === 0 && parseBsdTime(await take(output)) !== null;
    },
    open: async (file, args) => {
      const output = place();
      return {
        file: program,
        args: ['-l', '-p', '-o', output, file, ...args],
        finish: async (ending, stderr) => ({
          ending,
          cost: parseBsdTime(await take(output)) ?? unknownCost(SOURCE),
          notStarted: bsdTimeRefusal(ending, stderr),
        }),
      };
    },
  };
}

/** Reads what `time -l` wrote, with or without `-p`: seconds, and the maximum resident set in bytes. null for anything else. */
export function parseBsdTime(text: string): Cost | null {
  const user = seconds(text, 'user');
  const system = seconds(text, 'sys');
  const peak = /^\s*(\d+)\s+maximum resident set size$/m.exec(text)?.[1];
  if (user === null || system === null || peak === undefined) return null;
  return { userSeconds: user, systemSeconds: system, peakRssBytes: Number(peak), source: SOURCE };
}

/** As POSIX asks, time ends with 126 or 127, and says why, when it could not start the command. */
export function bsdTimeRefusal(ending: Ending, stderr: string): string | null {
  if (ending.exitCode !== 126 && ending.exitCode !== 127) return null;
  return /^time: .*: ([^:\n]+)\n/.exec(stderr)?.[1] ?? null;
}

/** A locale may write the decimal point as a comma. */
function seconds(text: string, name: string): number | null {
  const found = new RegExp(`^${name} (\\d+[.,]\\d+)$|(\\d+[.,]\\d+) ${name}\\b`, 'm').exec(text);
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? null : Number(value.replace(',', '.'));
}
