import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { runTool } from './tool.ts';

/** Seconds between asking a tree to end and ending it. */
export const GRACE_SECONDS = 2;

/** A child and all that it started. */
export interface Tree {
  /** Process id of the child; on Unix also the id of its process group and session. */
  readonly root: number;
  /** Start of an entry `NAME=value` in the environment of every member that did not change its own. */
  readonly mark: string;
}

/** Finds and ends processes, as far as one platform lets it. */
export interface TreeKeeper {
  /** Whether the child's group still has a living member; cheap. On Windows always false after the child's end. */
  lingers(tree: Tree): boolean;
  /** Asks every member to end, and ends those that have not after {@link GRACE_SECONDS}. Never throws. */
  end(tree: Tree, signal: NodeJS.Signals): Promise<void>;
  /** Ends whatever carries a mark that starts so, where `/proc` shows it. Never throws. */
  endMarked(mark: string): Promise<void>;
}

/**
 * Linux: the group, the session, the descendants by parent, and whatever carries the mark, out of `/proc`; a daemon that
 * cleared its own environment escapes. Other Unix: the group. Windows: `taskkill /T /F`.
 */
export function createTreeKeeper(platform: NodeJS.Platform, systemRoot: string): TreeKeeper {
  if (platform === 'win32') return windowsKeeper(systemRoot);
  return unixKeeper(platform === 'linux');
}

/**
 * Process ids of the living (not zombie) members of a tree, or null where `/proc` cannot be read.
 * Without a root: whatever carries the mark, and its descendants.
 */
export function findInProc(tree: Marked): readonly number[] | null {
  const processes = readProc();
  if (processes === null) return null;
  const members = new Set<number>();
  for (const each of processes) {
    const ids = [each.pid, each.group, each.session];
    const ours = tree.root !== null && ids.includes(tree.root);
    if (ours || carries(each.pid, tree.mark)) members.add(each.pid);
  }
  for (let before = -1; before !== members.size; ) {
    before = members.size;
    for (const each of processes) if (members.has(each.parent)) members.add(each.pid);
  }
  members.delete(process.pid);
  return processes.filter((each) => members.has(each.pid) && !each.dead).map((each) => each.pid);
}

interface Marked {
  readonly root: number | null;
  readonly mark: string;
}

export interface ProcStat {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** A zombie, or dead: it is gone but for its parent's wait. */
  readonly dead: boolean;
}

/** Reads `/proc/PID/stat` (proc(5)); the name in brackets may hold anything, brackets too. null for other text. */
export function parseStat(text: string): ProcStat | null {
  const close = text.lastIndexOf(')');
  const pid = Number.parseInt(text, 10);
  const [state, parent, group, session] = text.slice(close + 2).split(' ');
  if (close === -1 || !Number.isInteger(pid) || state === undefined || session === undefined) return null;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    dead: state === 'Z' || state === 'X',
  };
}

function readProc(): readonly ProcStat[] | null {
  let names: readonly string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return null;
  }
  const stats = names
    .filter((name) => /^\d+$/.test(name))
    .map((name) => parseStat(readOrEmpty(`/proc/${name}/stat`)))
    .filter((each) => each !== null);
  return stats.length === 0 ? null : stats;
}

function carries(pid: number, mark: string): boolean {
  const environ = pid === process.pid ? '' : readOrEmpty(`/proc/${pid}/environ`);
  return environ.startsWith(mark) || environ.includes(`\0${mark}`);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // Gone in the meantime, or another user's.
    return '';
  }
}

function unixKeeper(hasProc: boolean): TreeKeeper {
  const alive = (tree: Tree): readonly number[] => {
    const found = hasProc ? findInProc(tree) : null;
    return found ?? (send(-tree.root, 0) || send(tree.root, 0) ? [tree.root] : []);
  };
  return {
    lingers: (tree) => send(-tree.root, 0) && alive(tree).length > 0,
    end: (tree, signal) =>
      endEach(
        () => alive(tree),
        (members, each) => {
          send(-tree.root, each);
          for (const pid of members) send(pid, each);
        },
        signal,
      ),
    endMarked: (mark) =>
      endEach(
        () => (hasProc ? (findInProc({ root: null, mark }) ?? []) : []),
        (members, each) => {
          for (const pid of members) send(pid, each);
        },
        'SIGTERM',
      ),
  };
}

async function endEach(
  alive: () => readonly number[],
  signalAll: (members: readonly number[], signal: NodeJS.Signals) => void,
  signal: NodeJS.Signals,
): Promise<void> {
  const first = alive();
  if (first.length === 0) return;
  signalAll(first, signal);
  if (await gone(() => alive().length === 0)) return;
  await gone(() => {
    // A member may start another between the look and the signal: look again until none is left.
    const members = alive();
    signalAll(members, 'SIGKILL');
    return members.length === 0;
  });
}

function windowsKeeper(systemRoot: string): TreeKeeper {
  return {
    lingers: () => false,
    endMarked: async () => undefined,
    end: async (tree) => {
      await runTool(`${systemRoot}\\System32\\taskkill.exe`, ['/PID', String(tree.root), '/T', '/F']);
    },
  };
}

async function gone(look: () => boolean): Promise<boolean> {
  const deadline = performance.now() + GRACE_SECONDS * 1000;
  for (let pause = 2; ; pause = Math.min(50, pause * 2)) {
    if (look()) return true;
    if (performance.now() > deadline) return false;
    await wait(pause);
  }
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
