import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Cancelled, messageOf, UserError } from '../errors.ts';
import type { Command, Completed, ProcessRunner } from './command.ts';
import { childEnvironment, type Environment, lookUp } from './environment.ts';
import { createGate } from './gate.ts';
import { findProgram } from './program.ts';
import { collect } from './streams.ts';
import { createTreeKeeper, GRACE_SECONDS, type Tree } from './tree.ts';
import { type Account, chooseMeter, type Ending, type Meter, metersFor } from './usage.ts';

/** Names, in a child's environment, the tree that it belongs to; always equally long, as its length moves a program's stack. */
export const MARK = 'TARE_TREE';

export interface RunnerOptions {
  /** The environment that Tare itself was given; children get a clean one (environment.ts). */
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  /** An absolute folder for small files that live as long as a command. */
  readonly temporary: string;
  /** Ways to account a measured command, best first. Default: those of the platform. */
  readonly meters?: readonly Meter[];
}

/** A runner whose owner ends what it started. */
export interface ClosableRunner extends ProcessRunner {
  /** Ends every running tree: `signal` first, SIGKILL after {@link GRACE_SECONDS}. New commands may still be run. */
  endAll(signal?: NodeJS.Signals): Promise<void>;
  /** {@link endAll}, then whatever earlier commands left behind; every running and later `run` throws Cancelled. */
  close(): Promise<void>;
}

/**
 * Runs programs without a shell, each as a process group of its own with a clean environment.
 * What a command leaves running in its group is ended when the command itself has ended; a process that still holds
 * its output gets {@link GRACE_SECONDS} seconds to finish. A command without `stdin` reads the end of file.
 */
export function createProcessRunner(options: RunnerOptions): ClosableRunner {
  const { environment, platform, temporary } = options;
  const systemRoot = lookUp(environment, 'SystemRoot', platform) ?? 'C:\\Windows';
  const keeper = createTreeKeeper(platform, systemRoot);
  const meters = options.meters ?? metersFor(platform, temporary, systemRoot);
  const running = new Set<Tree>();
  const gate = createGate();
  const id = randomBytes(6).toString('hex');
  let count = 0;
  let closed = false;
  let meter: Promise<Meter> | null = null;

  const run = async (command: Command): Promise<Completed> => {
    if (!command.measured) return gate.shared(() => runOne(command, null));
    meter ??= chooseMeter(meters);
    const chosen = await meter;
    return gate[chosen.exclusive ? 'exclusive' : 'shared'](() => runOne(command, chosen));
  };

  const runOne = async (command: Command, measuredBy: Meter | null): Promise<Completed> => {
    const mark = `${id}-${String(++count).padStart(8, '0')}`;
    const env = childEnvironment(environment, { ...command.env, [MARK]: mark }, platform);
    checkFolder(command.cwd);
    const file = await findProgram(command.file, command.cwd, env, platform);
    const account = (await measuredBy?.open(file, command.args)) ?? null;
    let ending: Ending = { exitCode: null, signal: null };
    let stderr = '';
    let finished = false;
    const finish = () => {
      finished = true;
      return account?.finish(ending, stderr);
    };
    try {
      if (closed) throw new Cancelled();
      const begun = performance.now();
      const child = await start(command, account, file, env, platform);
      const root = child.pid;
      if (root === undefined) throw new Error('a child that was started has no process id');
      const attended = await attend(child, { root, mark: `${MARK}=${mark}` }, command, account);
      const wallSeconds = (attended.endedAt - begun) / 1000;
      ({ ending } = attended);
      ({ stderr } = attended.collected);
      const accounted = await finish();
      if (closed) throw new Cancelled();
      if (accounted?.notStarted) throw cannotStart(command, accounted.notStarted);
      return {
        ...(accounted?.ending ?? ending),
        timedOut: attended.timedOut,
        wallSeconds,
        leftRunning: attended.leftRunning,
        ...attended.collected,
        usage: accounted === undefined ? null : { wallSeconds, ...accounted.cost },
      };
    } finally {
      if (!finished) await finish();
    }
  };

  /** From the start of a child to the end of its whole tree. */
  const attend = async (child: ChildProcess, tree: Tree, command: Command, account: Account | null) => {
    running.add(tree);
    const abort = () => void keeper.end(tree, 'SIGTERM');
    command.signal?.addEventListener('abort', abort);
    if (command.signal?.aborted) abort();
    try {
      const timer = createTimer(command.timeoutSeconds, () => keeper.end(tree, 'SIGTERM'));
      const output = collect(child, command, () => void keeper.end(tree, 'SIGTERM'));
      account?.started?.(tree.root);
      // A process that cannot be ended (stuck in the kernel, another user's) must not hold us.
      const ending = await Promise.race([ended(child), timer.gaveUp]);
      const endedAt = performance.now();
      const timedOut = await timer.stop();
      const grace = wait(GRACE_SECONDS * 1000, false, { ref: false });
      const drained = await Promise.race([output.closed.then(() => true), grace]);
      const leftRunning = keeper.lingers(tree) && (await stays(() => keeper.lingers(tree)));
      if (!drained || leftRunning) await keeper.end(tree, 'SIGTERM');
      return { ending, endedAt, timedOut, leftRunning, collected: output.take() };
    } finally {
      command.signal?.removeEventListener('abort', abort);
      running.delete(tree);
    }
  };

  const endAll = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    await Promise.all([...running].map((tree) => keeper.end(tree, signal)));
  };
  return {
    run,
    endAll,
    close: async () => {
      closed = true;
      await endAll();
      await keeper.endMarked(`${MARK}=${id}-`);
    },
  };
}

async function start(
  command: Command,
  account: Account | null,
  file: string,
  env: Record<string, string>,
  platform: NodeJS.Platform,
): Promise<ChildProcess> {
  let child: ChildProcess;
  const output = command.output === 'discard' ? 'ignore' : 'pipe';
  const input = command.stdinFile === undefined ? null : openInput(command.stdinFile);
  try {
    child = spawn(account?.file ?? file, account?.args ?? command.args, {
      cwd: command.cwd,
      env,
      stdio: [input ?? (command.stdin === undefined ? 'ignore' : 'pipe'), output, output],
      // A group and session of its own, so that all of it can be signalled and a terminal's Ctrl-C comes to us alone.
      detached: platform !== 'win32',
      windowsHide: true,
    });
    if (child.pid === undefined) await once(child, 'spawn');
  } catch (error) {
    throw cannotStart(command, messageOf(error));
  } finally {
    if (input !== null) closeSync(input);
  }
  child.on('error', () => undefined);
  // A program need not read what it is given.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(command.stdin);
  return child;
}

async function ended(child: ChildProcess): Promise<Ending> {
  if (child.exitCode === null && child.signalCode === null) {
    await new Promise((resolve) => child.once('exit', resolve));
  }
  return { exitCode: child.exitCode, signal: child.signalCode };
}

/** Longest delay that a timer of Node's can wait. */
const MAX_DELAY = 2 ** 31 - 1;

/** `stop` tells whether the time was up, and waits for the end of the tree if so. */
function createTimer(seconds: number | undefined, end: () => Promise<void>) {
  let ending: Promise<void> | null = null;
  let giveUp: (ending: Ending) => void = () => undefined;
  const gaveUp = new Promise<Ending>((resolve) => {
    giveUp = resolve;
  });
  const expire = (): void => {
    ending = end();
    // One more turn, so that the exit of a child that was ended is heard first.
    ending.then(() => setTimeout(() => giveUp({ exitCode: null, signal: 'SIGKILL' }), 1000));
  };
  const timer = seconds === undefined ? null : setTimeout(expire, Math.min(seconds * 1000, MAX_DELAY));
  return {
    gaveUp,
    stop: async (): Promise<boolean> => {
      if (timer !== null) clearTimeout(timer);
      await ending;
      return ending !== null;
    },
  };
}

/** Time for the last members of a group to end by themselves, in milliseconds. */
const LAST_MEMBERS = 100;

async function stays(look: () => boolean): Promise<boolean> {
  await wait(LAST_MEMBERS);
  return look();
}

function openInput(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new UserError(`Cannot read ${JSON.stringify(path)} for standard input: ${messageOf(error)}.`);
  }
}

function checkFolder(path: string): void {
  try {
    if (statSync(path).isDirectory()) return;
  } catch {
    // Not there, or not for us to see.
  }
  throw new UserError(`There is no folder ${JSON.stringify(path)} to run in.`);
}

function cannotStart(command: Command, reason: string): UserError {
  return new UserError(`Cannot run ${JSON.stringify(command.file)}: ${reason}.`);
}
