import { readdir, readFile } from 'node:fs/promises';

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
  readonly command: string;
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
  readonly #timer: NodeJS.Timeout;
  #look: Promise<void> = Promise.resolve();

  constructor(root: number, trackingId: string) {
    this.#root = root;
    this.#trackingId = trackingId;
    this.#timer = setInterval(() => {
      this.#look = this.#look.then(() => this.#lookAround());
    }, EVERY_MS);
    this.#timer.unref();
  }

  /** Descendants that are still there after the process has ended; kills them. null: not known on this system. */
  async finish(): Promise<readonly WatchedProcess[] | null> {
    clearInterval(this.#timer);
    await this.#look;
    if (process.platform !== 'linux') return null;
    await this.#lookAround();
    for (const info of await allProcesses())
      if (await this.#isTracked(info)) this.#seen.set(keyOf(info), info);
    const alive = new Set((await allProcesses()).map(keyOf));
    const left = [...this.#seen.values()].filter((info) => info.pid !== this.#root && alive.has(keyOf(info)));
    for (const { pid } of left) kill(pid);
    return left.map(({ pid, command }) => ({ pid, command }));
  }

  async #lookAround(): Promise<void> {
    const all = await allProcesses();
    const byPid = new Map(all.map((info) => [info.pid, info]));
    for (let grown = true; grown; ) {
      const found = all.filter(
        (info) => !this.#seen.has(keyOf(info)) && this.#isOurs(info, byPid.get(info.parent)),
      );
      for (const info of found) this.#seen.set(keyOf(info), info);
      grown = found.length > 0;
    }
  }

  #isOurs(info: ProcessInfo, parent: ProcessInfo | undefined): boolean {
    if (info.pid === this.#root || info.session === this.#root) return true;
    return parent !== undefined && this.#seen.has(keyOf(parent));
  }

  async #isTracked(info: ProcessInfo): Promise<boolean> {
    if (this.#trackingId === '') return false;
    const environment = await readFile(`/proc/${info.pid}/environ`, 'utf8').catch(() => '');
    return environment.includes(`RUNNER_TRACKING_ID=${this.#trackingId}\0`);
  }
}

async function allProcesses(): Promise<readonly ProcessInfo[]> {
  const entries = await readdir('/proc').catch((): string[] => []);
  const found = await Promise.all(entries.filter((name) => /^\d+$/.test(name)).map(readProcess));
  return found.filter((info) => info !== null);
}

/** Source: proc_pid_stat(5). The command's name is in parentheses and may hold any character. */
async function readProcess(pid: string): Promise<ProcessInfo | null> {
  const [stat, commandLine] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
  ]);
  const [state, parent, , session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!state || !parent || !session || state === 'Z' || state === 'X') return null;
  return {
    pid: Number(pid),
    parent: Number(parent),
    session: Number(session),
    startTime: rest[15] ?? '',
    command: commandLine.replaceAll('\0', ' ').trim(),
  };
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
