import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { ProcessWatch, type WatchedProcess } from './process-watch.ts';

export interface StepProcess {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Ends the step as a person who presses "Cancel workflow". */
  readonly cancel: AbortSignal;
  /** Kills the whole tree then: a test must not hang. */
  readonly timeoutSeconds: number;
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void;
}

export interface StepEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  /** Signals that the runner sent, in order. */
  readonly sent: readonly NodeJS.Signals[];
  /** Milliseconds from the first signal to the end; null when none was sent. */
  readonly endedAfterMs: number | null;
  readonly durationMs: number;
  /** Processes that the step started and that outlive it; killed by the harness afterwards. null: not known on this system. */
  readonly leftBehind: readonly WatchedProcess[] | null;
}

/** Source: actions/runner, ProcessInvoker: SIGINT, 7.5 s, SIGTERM, 2.5 s, then it kills the process alone. */
const SIGINT_MS = 7500;
const SIGTERM_MS = 2500;
/** The runner waits so long for children that hold the streams open. */
const STREAMS_MS = 5000;

/** Runs one step's process as the runner does. */
export async function runStep(step: StepProcess): Promise<StepEnd> {
  const started = performance.now();
  const child = spawn(step.file, step.args, {
    cwd: step.cwd,
    env: step.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A session of its own tells its descendants apart.
    detached: true,
  });
  await spawned(child);
  const watch = new ProcessWatch(child.pid ?? 0, step.environment['RUNNER_TRACKING_ID'] ?? '');
  const exit = exitOf(child);
  const streams = [readLines(child, 'stdout', step.onLine), readLines(child, 'stderr', step.onLine)];
  const cancelled = cancelOn(step.cancel, child, exit.promise);
  const timedOut = await isTooLate(exit.promise, step.timeoutSeconds, child);
  await exit.promise;
  const end = performance.now();
  await Promise.race([Promise.all(streams), delay(STREAMS_MS, undefined, { ref: false })]);
  const leftBehind = watch.finish();
  const { exitCode, signalCode } = child;
  const { sent, firstAt } = cancelled();
  return {
    exitCode,
    signal: signalCode,
    timedOut,
    sent,
    endedAfterMs: firstAt === null ? null : end - firstAt,
    durationMs: end - started,
    leftBehind,
  };
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve).once('error', reject);
  });
}

function exitOf(child: ChildProcess): { readonly promise: Promise<void> } {
  return { promise: new Promise((resolve) => child.once('exit', () => resolve())) };
}

/** Sends the runner's signals once the step is cancelled, until the process ends. */
function cancelOn(cancel: AbortSignal, child: ChildProcess, exit: Promise<void>) {
  const sent: NodeJS.Signals[] = [];
  let firstAt: number | null = null;
  const stop = async (): Promise<void> => {
    firstAt = performance.now();
    for (const [signal, patience] of [
      ['SIGINT', SIGINT_MS],
      ['SIGTERM', SIGTERM_MS],
      ['SIGKILL', 0],
    ] as const) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      sent.push(signal);
      child.kill(signal);
      await Promise.race([exit, delay(patience, undefined, { ref: false })]);
    }
  };
  const onAbort = () => void stop();
  if (cancel.aborted) onAbort();
  else cancel.addEventListener('abort', onAbort, { once: true });
  void exit.then(() => cancel.removeEventListener('abort', onAbort));
  return () => ({ sent, firstAt });
}

async function isTooLate(exit: Promise<void>, seconds: number, child: ChildProcess): Promise<boolean> {
  const timer = new AbortController();
  const late = await Promise.race([
    exit.then(() => false),
    delay(seconds * 1000, true, { signal: timer.signal }).catch(() => false),
  ]);
  timer.abort();
  if (late) child.kill('SIGKILL');
  return late;
}

/** The runner reads lines as .NET does: `\n`, `\r\n` and a lone `\r` end one. */
function readLines(
  child: ChildProcess,
  stream: 'stdout' | 'stderr',
  onLine: (line: string, stream: 'stdout' | 'stderr') => void,
): Promise<void> {
  return new Promise((resolve) => {
    const source = child[stream];
    let rest = '';
    source?.setEncoding('utf8');
    source?.on('data', (chunk: string) => {
      // A `\r` at the end may be the first half of `\r\n`.
      const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line, stream);
    });
    source?.once('close', () => {
      if (rest !== '') onLine(rest.replace(/\r$/, ''), stream);
      resolve();
    });
  });
}
