import { readdirSync, readFileSync } from 'node:fs';

export interface WatchedProcess {
  readonly pid: number;
  readonly command: string;
}

interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  /** Ticks since boot: tells a reused pid apart. */
  readonly startTime: string;
}

const EVERY_MS = 100;

/**
 * Follows the descendants of a process through /proc, also those whose parents have gone: by repeated looks at the tree, by the
 * session, and by the runner's tracking variable. Elsewhere than on Linux it knows nothing.
 */
export class ProcessWatch {
  readonly #root: number;
  readonly #trackingId: string;
  readonly #seen = new Map<string, ProcessInfo>();
  /** Pids of others: a process that is not ours cannot become ours, so a look reads only what is new. */
  #others: ReadonlySet<string> = new Set();
  readonly #timer: NodeJS.Timeout;

  constructor(root: number, trackingId: string) {
    this.#root = root;
    this.#trackingId = trackingId;
    this.#timer = setInterval(() => this.#lookAround(), EVERY_MS);
    this.#timer.unref();
  }

  /** Descendants that are still there after the process has ended; kills them. null: not known on this system. */
  finish(): readonly WatchedProcess[] | null {
    clearInterval(this.#timer);
    if (process.platform !== 'linux') return null;
    // A pid of others may have been given out again.
    this.#others = new Set();
    this.#lookAround();
    for (const info of processesOf(allPids())) if (this.#isTracked(info)) this.#seen.set(keyOf(info), info);
    const alive = new Set(processesOf(allPids()).map(keyOf));
    const left = [...this.#seen.values()].filter((info) => info.pid !== this.#root && alive.has(keyOf(info)));
    const told = left.map(({ pid }) => ({ pid, command: commandOf(pid) }));
    for (const { pid } of left) kill(pid);
    return told;
  }

  #lookAround(): void {
    const pids = allPids();
    const all = processesOf(pids.filter((pid) => !this.#others.has(pid)));
    const byPid = new Map(all.map((info) => [info.pid, info]));
    for (let grown = true; grown; ) {
      const found = all.filter(
        (info) => !this.#seen.has(keyOf(info)) && this.#isOurs(info, byPid.get(info.parent)),
      );
      for (const info of found) this.#seen.set(keyOf(info), info);
      grown = found.length > 0;
    }
    const ours = new Set(all.filter((info) => this.#seen.has(keyOf(info))).map(({ pid }) => String(pid)));
    this.#others = new Set(pids.filter((pid) => !ours.has(pid)));
  }

  #isOurs(info: ProcessInfo, parent: ProcessInfo | undefined): boolean {
    if (info.pid === this.#root || info.session === this.#root) return true;
    return parent !== undefined && this.#seen.has(keyOf(parent));
  }

  #isTracked(info: ProcessInfo): boolean {
    if (this.#trackingId === '') return false;
    return textOf(`/proc/${info.pid}/environ`).includes(`RUNNER_TRACKING_ID=${this.#trackingId}\0`);
  }
}

function allPids(): readonly string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function processesOf(pids: readonly string[]): readonly ProcessInfo[] {
  return pids.map(readProcess).filter((info) => info !== null);
}

/** Source: proc_pid_stat(5). The command's name is in parentheses and may hold any character. */
function readProcess(pid: string): ProcessInfo | null {
  const stat = textOf(`/proc/${pid}/stat`);
  const [state, parent, , session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!state || !parent || !session || state === 'Z' || state === 'X') return null;
  return {
    pid: Number(pid),
    parent: Number(parent),
    session: Number(session),
    startTime: rest[15] ?? '',
  };
}

function commandOf(pid: number): string {
  return textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

/** Empty when the process has gone in the meantime. Read at once: that is much cheaper than to wait for each file in turn. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function keyOf(info: ProcessInfo): string {
  return `${info.pid}@${info.startTime}`;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
