import { type ChildProcess, fork } from 'node:child_process';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Cancelled } from '../errors.ts';
import { CACHED_PATH, type CacheCall, type CacheReply, replySchema } from './cache-call.ts';
import { type Restored, restoreOutcome, type Saved, saveOutcome } from './cache-outcome.ts';
import { megabytes } from './entry.ts';

/** GitHub's cache service, through @actions/cache. No call throws for what the service or the network does; Cancelled after a cancel. */
export interface CacheClient {
  /** Unpacks the first hit among `keys` (at most 10, matched by prefix) into {@link cachedFolder} of `root`. */
  restore(keys: readonly string[], root: string): Promise<Restored>;
  /** Packs {@link cachedFolder} of `root`. */
  save(key: string, root: string): Promise<Saved>;
}

export interface CacheClientOptions {
  /** Absolute path of the script that runs serveCacheCall: `cache-worker.js` in dist. */
  readonly worker: string;
  /** The action's own environment, with ACTIONS_RUNTIME_TOKEN and ACTIONS_RESULTS_URL. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told each line that the client prints, its debug lines (they hold signed addresses) left out. */
  readonly onLine: (line: string) => void;
  /** Longest time for one call, its own retries included. Default 60 to restore, 120 to save. */
  readonly timeoutSeconds?: number;
  /** Ends the call that runs, and refuses later ones. */
  readonly cancel?: AbortSignal;
  /** Bytes that a restore may put on the disk, archive and files together. */
  readonly maxRestoreBytes: number;
}

/** Where an entry lies in the private folder `root` that a call is given. */
export function cachedFolder(root: string): string {
  return join(root, 'workspace', CACHED_PATH);
}

/**
 * A client that makes each call in a process of its own. @actions/cache resolves paths by the working directory and
 * GITHUB_WORKSPACE, unpacks with `tar -P`, cannot be cancelled and tells failures only in its log: a process has a
 * private workspace instead of the checkout, can be ended with its tar when it is too slow, and its log can be read.
 */
export function createCacheClient(options: CacheClientOptions): CacheClient {
  return {
    restore: async (keys, root) =>
      restoreOutcome(await run({ call: 'restore', keys: [...keys] }, root, options)),
    save: async (key, root) => saveOutcome(await run({ call: 'save', key }, root, options)),
  };
}

/** What a worker did. */
export interface WorkerRun {
  /** null: it ended without an answer. */
  readonly reply: CacheReply | null;
  /** Why it gave no answer; null when it gave one. */
  readonly ended: string | null;
  /** The last lines that it printed, workflow commands included. */
  readonly lines: readonly string[];
}

const WATCH_MILLISECONDS = 500;
const KEPT_LINES = 400;

async function run(call: CacheCall, root: string, options: CacheClientOptions): Promise<WorkerRun> {
  if (options.cancel?.aborted) throw new Cancelled();
  const workspace = join(root, 'workspace');
  const temporary = join(root, 'temporary');
  for (const folder of [workspace, temporary]) await mkdir(folder, { recursive: true });
  const child = fork(options.worker, [], {
    cwd: workspace,
    env: workerEnvironment(options.environment, call, workspace, temporary),
    execArgv: [],
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines = collectLines(child, options.onLine);
  const limits = watch(child, call, root, options);
  try {
    const { reply, ended } = await answerOf(child, call);
    if (options.cancel?.aborted) throw new Cancelled();
    return { reply, ended: reply === null ? (limits.reason() ?? ended) : null, lines };
  } finally {
    limits.stop();
  }
}

/**
 * GNU tar is told to keep inside the workspace whatever an archive says: leading slashes are dropped, `..` renamed, and
 * every link points nowhere, because the client's own `-P` would follow them.
 */
const TAR_GUARD = [
  '--transform=flags=r;s,^/+,,x',
  '--transform=flags=r;s,(^|/)[.][.](/|$),\\\\1__\\\\2,xg',
  '--transform=flags=sh;s,.*,refused-link,',
].join(' ');

function workerEnvironment(
  environment: CacheClientOptions['environment'],
  call: CacheCall,
  workspace: string,
  temporary: string,
): Record<string, string | undefined> {
  const kept = Object.entries(environment).filter(
    ([name]) => !name.startsWith('INPUT_') && !['NODE_OPTIONS', 'RUNNER_DEBUG', 'TAR_OPTIONS'].includes(name),
  );
  const guard = call.call === 'restore' ? { TAR_OPTIONS: TAR_GUARD } : {};
  return { ...Object.fromEntries(kept), GITHUB_WORKSPACE: workspace, RUNNER_TEMP: temporary, ...guard };
}

function collectLines(child: ChildProcess, onLine: (line: string) => void): readonly string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      lines.push(line.slice(0, 4000));
      if (lines.length > KEPT_LINES) lines.shift();
      if (!line.startsWith('::debug::') && !line.startsWith('::add-mask::')) onLine(withoutQueries(line));
    });
  }
  return lines;
}

/** Signed addresses carry their signature in the query. */
function withoutQueries(text: string): string {
  return text.replace(/(https?:\/\/[^\s?]+)\?\S+/g, '$1?…');
}

function answerOf(child: ChildProcess, call: CacheCall): Promise<Pick<WorkerRun, 'reply' | 'ended'>> {
  return new Promise((resolve) => {
    let reply: CacheReply | null = null;
    child.once('message', (message) => {
      reply = replySchema.safeParse(message).data ?? null;
    });
    child.once('error', (error) => resolve({ reply: null, ended: `it did not start: ${error.message}` }));
    child.once('close', (code, signal) => {
      const ended = reply === null ? `the cache client ended with ${signal ?? `exit status ${code}`}` : null;
      resolve({ reply, ended });
    });
    child.send(call, () => {
      // A worker that is gone already is told by its 'close'.
    });
  });
}

/** Ends the worker and what it started when it takes too long or fills the disk. */
function watch(
  child: ChildProcess,
  call: CacheCall,
  root: string,
  options: CacheClientOptions,
): { readonly reason: () => string | null; readonly stop: () => void } {
  let reason: string | null = null;
  const end = (why: string): void => {
    reason ??= why;
    endTree(child);
  };
  const seconds = options.timeoutSeconds ?? (call.call === 'restore' ? 60 : 120);
  const timer = setTimeout(() => end(`no answer from the cache service within ${seconds} s`), seconds * 1000);
  const disk = setInterval(async () => {
    const bytes = call.call === 'restore' ? await folderBytes(root) : 0;
    if (bytes > options.maxRestoreBytes)
      end(`the entry unpacks to more than ${megabytes(options.maxRestoreBytes)}`);
  }, WATCH_MILLISECONDS);
  const cancel = () => end('cancelled');
  options.cancel?.addEventListener('abort', cancel, { once: true });
  const stop = (): void => {
    options.cancel?.removeEventListener('abort', cancel);
    clearTimeout(timer);
    clearInterval(disk);
  };
  return { reason: () => reason, stop };
}

function endTree(child: ChildProcess): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** Bytes of all files below a folder that is being written. */
async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  const names = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of names) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await folderBytes(path);
    else bytes += (await lstat(path).catch(() => null))?.size ?? 0;
  }
  return bytes;
}
