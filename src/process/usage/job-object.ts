import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { runTool } from '../tool.ts';
import type { Cost, Meter } from '../usage.ts';
import { unknownCost } from '../usage.ts';
import { take } from './gnu-time.ts';
import { JOB_SCRIPT } from './job-script.ts';

const SOURCE = 'job object; memory is the peak committed size';
/** FILETIME units. */
const TICKS_PER_SECOND = 10_000_000;

const answerSchema = z.strictObject({
  exitCode: z.number().int(),
  userTicks: z.number().nonnegative(),
  kernelTicks: z.number().nonnegative(),
  wallTicks: z.number().nonnegative(),
  peakBytes: z.number().nonnegative(),
  error: z.string(),
});

/**
 * Windows: a PowerShell script starts the command suspended, puts it into a job object, lets it go, and asks the job
 * for the times of all its processes (even those that nobody waited for) and the peak commit of the largest.
 * Closing the job ends what is left in it. Never run on Windows (docs/adr/0003-processes.md).
 */
export function jobObject(systemRoot: string, temporary: string): Meter {
  const shell = `${systemRoot}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`;
  const prepare = async (file: string, args: readonly string[]): Promise<Prepared> => {
    const base = join(temporary, `tare-job-${randomUUID()}`);
    await writeFile(`${base}.ps1`, JOB_SCRIPT);
    await writeFile(
      `${base}.in.json`,
      JSON.stringify({ application: file, commandLine: windowsCommandLine([file, ...args]) }),
    );
    return {
      args: [
        '-NoLogo',
        '-NoProfile',
        '-NonInteractive',
        '-ExecutionPolicy',
        'Bypass',
        '-File',
        `${base}.ps1`,
        `${base}.in.json`,
        `${base}.out.json`,
      ],
      answer: async () => {
        await take(`${base}.ps1`);
        await take(`${base}.in.json`);
        return parseJobAnswer(await take(`${base}.out.json`));
      },
    };
  };
  return {
    source: SOURCE,
    exclusive: false,
    works: async () => {
      const prepared = await prepare(`${systemRoot}\\System32\\whoami.exe`, []);
      const { exitCode } = await runTool(shell, prepared.args);
      const answer = await prepared.answer();
      return exitCode === 0 && answer?.error === null;
    },
    open: async (file, args) => {
      const prepared = await prepare(file, args);
      return {
        file: shell,
        args: prepared.args,
        finish: async (ending) => {
          const answer = await prepared.answer();
          if (answer === null) return { ending, cost: unknownCost(SOURCE), notStarted: null };
          return {
            ending: { exitCode: answer.exitCode, signal: null },
            cost: answer.cost,
            notStarted: answer.error,
          };
        },
      };
    },
  };
}

export interface JobAnswer {
  readonly exitCode: number;
  readonly cost: Cost;
  /** Why the command could not be started. */
  readonly error: string | null;
}

/** Reads what the script wrote; null for anything else. */
export function parseJobAnswer(text: string): JobAnswer | null {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
  const answer = answerSchema.safeParse(json).data;
  if (answer === undefined) return null;
  return {
    exitCode: answer.exitCode,
    error: answer.error === '' ? null : answer.error,
    cost: {
      // The script's own start takes longer than many commands.
      wallSeconds: answer.wallTicks / TICKS_PER_SECOND,
      userSeconds: answer.userTicks / TICKS_PER_SECOND,
      systemSeconds: answer.kernelTicks / TICKS_PER_SECOND,
      peakRssBytes: answer.peakBytes,
      source: SOURCE,
    },
  };
}

/**
 * One command line out of arguments, as the Microsoft C run time splits it again ("Parsing C command-line arguments"):
 * quoted when empty or with white space or a quote; backslashes are doubled only in front of a quote.
 */
export function windowsCommandLine(args: readonly string[]): string {
  return args.map(quote).join(' ');
}

interface Prepared {
  readonly args: readonly string[];
  answer(): Promise<JobAnswer | null>;
}

function quote(argument: string): string {
  if (argument !== '' && !/[\s"]/.test(argument)) return argument;
  return `"${argument.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}
