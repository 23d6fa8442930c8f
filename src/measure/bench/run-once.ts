import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { Completed, ProcessRunner } from '../../process/command.ts';
import { tail } from '../../process/inert.ts';
import type { BenchCommand, BenchFailure, BenchTime } from './case.ts';
import { type DiskGuard, guardDisk } from './disk.ts';
import { readTime } from './formats/format.ts';
import type { Priority } from './priority.ts';

/** What every run needs. */
export interface RunContext {
  readonly runner: ProcessRunner;
  /** An absolute folder, emptied after every run: the programs' `TMPDIR`. */
  readonly scratch: string;
  /** Bytes of disk that one run may use. */
  readonly maxDiskBytes: number;
  readonly priority: Priority;
}

/** `late`: the run was ended because the time for all of them was over; `output`: its last lines, inert, when they were captured. */
export type Once =
  | { readonly kind: 'time'; readonly seconds: number }
  | { readonly kind: 'failed'; readonly failure: BenchFailure }
  | { readonly kind: 'late'; readonly output: string };

/** How much is kept of what a program prints. */
const MAX_OUTPUT = 4 * 1024 * 1024;
const TAIL = { lines: 20, characters: 2000 };

/**
 * Runs a program once. `captured`: its output is captured even when nothing reads it, which adds to its time; else it goes
 * to the null device. `limitSeconds`: the time that is left for all. Never throws for what the program does.
 * Errors: Cancelled.
 */
export async function runOnce(
  context: RunContext,
  command: BenchCommand,
  time: BenchTime,
  captured: boolean,
  limitSeconds: number,
): Promise<Once> {
  const guard = await guardDisk([command.cwd, context.scratch], context.maxDiskBytes, captured ? 100 : 1000);
  try {
    if (command.resultFile !== undefined) await rm(command.resultFile, { force: true });
    const prepared = await prepare(context, command, guard, limitSeconds);
    if (prepared !== null) return prepared;
    const discard = !captured && time.from !== 'stdout';
    const limit = Math.max(0.001, Math.min(command.timeoutSeconds, limitSeconds));
    const completed = await context.runner.run({
      ...shared(context, command, guard),
      file: command.file,
      args: command.args,
      timeoutSeconds: limit,
      ...(command.stdinFile === undefined ? {} : { stdinFile: command.stdinFile }),
      ...(discard ? { output: 'discard' } : {}),
    });
    if (completed.timedOut && limit < command.timeoutSeconds) return late(completed);
    const reason = guard.reason() ?? failureOf(completed, command.timeoutSeconds);
    if (reason !== null) return failed(reason, completed);
    return await readSeconds(completed, command, time);
  } catch (error) {
    // Only what the command itself is to blame for: Cancelled and bugs pass.
    if (error instanceof UserError) return failed(error.message.replace(/\.$/, ''), null);
    throw error;
  } finally {
    guard.stop();
    await empty(context.scratch);
  }
}

async function prepare(
  context: RunContext,
  command: BenchCommand,
  guard: DiskGuard,
  limitSeconds: number,
): Promise<Once | null> {
  if (command.prepare === undefined) return null;
  const limit = Math.max(0.001, Math.min(command.timeoutSeconds, limitSeconds));
  const completed = await context.runner.run({
    ...shared(context, command, guard),
    ...command.prepare,
    timeoutSeconds: limit,
  });
  if (completed.timedOut && limit < command.timeoutSeconds) return late(completed);
  const reason = guard.reason() ?? failureOf(completed, command.timeoutSeconds);
  return reason === null ? null : failed(`its prepare command ${reason}`, completed);
}

function shared(context: RunContext, command: BenchCommand, guard: DiskGuard) {
  return {
    cwd: command.cwd,
    env: { TMPDIR: context.scratch, ...command.env },
    signal: guard.signal,
    maxOutputBytes: MAX_OUTPUT,
  };
}

async function readSeconds(completed: Completed, command: BenchCommand, time: BenchTime): Promise<Once> {
  if (time.from === 'process') return { kind: 'time', seconds: completed.wallSeconds };
  const text = time.from === 'stdout' ? completed.stdout : await readResult(command.resultFile);
  if (text === null) return failed('did not write its result file', completed);
  const read = readTime(time.format, text, time.row, time.metric);
  return 'seconds' in read ? { kind: 'time', seconds: read.seconds } : failed(read.message, completed);
}

async function readResult(file: string | undefined): Promise<string | null> {
  if (file === undefined) throw new Error('a case whose time is read from a file names no file');
  try {
    const written = await stat(file);
    // A pipe would be read for ever.
    if (!written.isFile()) return null;
    return written.size > MAX_OUTPUT ? '' : await readFile(file, 'utf8');
  } catch {
    return null;
  }
}

function failureOf(completed: Completed, timeoutSeconds: number): string | null {
  if (completed.timedOut) return `was ended after ${timeoutSeconds} s`;
  if (completed.signal !== null) return `was ended by ${completed.signal}`;
  if (completed.exitCode !== 0) return `ended with exit status ${completed.exitCode}`;
  return completed.leftRunning ? 'left a process running' : null;
}

function late(completed: Completed): Once {
  return { kind: 'late', output: lastLines(completed) };
}

function failed(reason: string, completed: Completed | null): Once {
  return { kind: 'failed', failure: { reason, output: completed === null ? '' : lastLines(completed) } };
}

function lastLines({ stdout, stderr }: Completed): string {
  return tail(`${stdout}\n${stderr}`, TAIL.lines, TAIL.characters);
}

async function empty(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
