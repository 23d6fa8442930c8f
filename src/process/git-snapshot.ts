import { mkdir, rm } from 'node:fs/promises';
import type { Completed, ProcessRunner } from './command.ts';
import type { GitSettings } from './git-apart.ts';
import { failure } from './git-errors.ts';
import { ENVIRONMENT, headerEnvironment, SAFE } from './git-safe.ts';

/** A file of a snapshot. */
export interface SnapshotFile {
  /** `/`-separated; may be anything. */
  readonly path: string;
  /** null: no plain file (a link, a submodule). */
  readonly bytes: number | null;
  /** git's id of its content. */
  readonly object: string;
}

/** One commit's files, in a bare repository of their own. */
export interface Snapshot {
  /** Full SHA. */
  readonly commit: string;
  /** All files below the given folders, or of the given names. Errors: UserError. */
  files(...paths: readonly string[]): Promise<readonly SnapshotFile[]>;
  /** The texts of plain files, in their order; null where the content is not UTF-8. Errors: UserError. */
  texts<T extends SnapshotFile>(files: readonly T[]): AsyncGenerator<readonly [T, string | null]>;
  /** Never throws. */
  remove(): Promise<void>;
}

export interface SnapshotRequest {
  readonly url: string;
  readonly branch: string;
  /** Absolute; must not exist. */
  readonly into: string;
  /** As {@link FetchOptions.header}. */
  readonly header: string | undefined;
  /** As {@link FetchOptions.settings}. */
  readonly settings?: GitSettings | undefined;
}

const QUERY_SECONDS = 120;
const FETCH_SECONDS = 300;
/** Of one call of `git cat-file`. */
const BATCH = { bytes: 32 * 1024 * 1024, files: 5000 };
/** Files that are not UTF-8, after which the rest is not read: only somebody who means it has more. */
const MAX_FOREIGN = 50;

/** See {@link Git.snapshot}. */
export async function fetchSnapshot(
  runner: ProcessRunner,
  request: SnapshotRequest,
): Promise<Snapshot | null> {
  const { into, url, header, settings } = request;
  const git = (args: readonly string[], rest: Partial<Parameters<ProcessRunner['run']>[0]> = {}) =>
    runner.run({
      file: 'git',
      args: [...SAFE, ...args],
      cwd: into,
      timeoutSeconds: QUERY_SECONDS,
      ...rest,
      env: { ...ENVIRONMENT, ...rest.env },
    });
  const remove = () => rm(into, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  await mkdir(into);
  try {
    await done(git(['init', '--quiet', '--bare', '--template=', '.']), 'git init failed', into);
    const ref = `refs/heads/${request.branch}`;
    const options = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--depth=1'];
    const fetched = await git(['fetch', ...options, '--end-of-options', url, `+${ref}:refs/heads/snapshot`], {
      env: header === undefined ? {} : headerEnvironment(url, header, settings),
      timeoutSeconds: FETCH_SECONDS,
    });
    if (fetched.exitCode !== 0 && /couldn't find remote ref/.test(fetched.stderr)) {
      await remove();
      return null;
    }
    if (fetched.exitCode !== 0) throw failure(fetched, `Cannot fetch the branch ${request.branch}`, into);
    const commit = await done(
      git(['rev-parse', '--verify', 'refs/heads/snapshot^{commit}']),
      'git rev-parse failed',
      into,
    );
    return { commit: commit.trim(), files, texts, remove };
  } catch (error) {
    await remove();
    throw error;
  }

  async function files(...paths: readonly string[]): Promise<readonly SnapshotFile[]> {
    const args = ['ls-tree', '-r', '-l', '-z', '--full-tree', 'refs/heads/snapshot', '--', ...paths];
    const listed = await done(git(args), 'git ls-tree failed', into);
    return listed.split('\0').flatMap((entry) => {
      const [, mode, object = '', size, path = ''] =
        /^(\d{6}) \w+ ([0-9a-f]{40,64}) +(\d+|-)\t([\s\S]+)$/.exec(entry) ?? [];
      if (path === '') return [];
      const plain = mode === '100644' || mode === '100755';
      return [{ path, object, bytes: plain ? Number(size) : null }];
    });
  }

  async function* texts<T extends SnapshotFile>(
    wanted: readonly T[],
  ): AsyncGenerator<readonly [T, string | null]> {
    let foreign = 0;
    for (let at = 0; at < wanted.length; ) {
      if (foreign > MAX_FOREIGN) {
        for (const file of wanted.slice(at)) yield [file, null];
        return;
      }
      const batch = batchFrom(wanted, at);
      const bytes = batch.reduce((sum, file) => sum + (file.bytes ?? 0) + 200, 0);
      const stdin = batch.map(({ object }) => `${object}\n`).join('');
      const shown = await done(
        git(['cat-file', '--batch'], { stdin, maxOutputBytes: 4 * bytes + 4096 }),
        'git cat-file failed',
        into,
      );
      const read = readBatch(Buffer.from(shown), batch);
      for (const [index, text] of read.entries()) {
        const file = batch[index];
        if (file !== undefined) yield [file, text];
      }
      at += read.length;
      const odd = read.length < batch.length ? batch[read.length] : undefined;
      if (odd === undefined) continue;
      // Its length in UTF-8 is another than git's, so that what follows it cannot be found.
      foreign += 1;
      at += 1;
      yield [odd, null];
    }
  }
}

async function done(running: Promise<Completed>, what: string, directory: string): Promise<string> {
  const result = await running;
  if (result.exitCode !== 0) throw failure(result, what, directory);
  return result.stdout;
}

function batchFrom<T extends SnapshotFile>(files: readonly T[], from: number): readonly T[] {
  const batch: T[] = [];
  let bytes = 0;
  for (const file of files.slice(from, from + BATCH.files)) {
    bytes += file.bytes ?? 0;
    if (batch.length > 0 && bytes > BATCH.bytes) break;
    batch.push(file);
  }
  return batch;
}

/** The leading contents that are as long as git says: `ID blob BYTES`, a line feed, the content, a line feed (git-cat-file). */
function readBatch(shown: Buffer, batch: readonly SnapshotFile[]): string[] {
  const texts: string[] = [];
  let at = 0;
  for (const { object } of batch) {
    const end = shown.indexOf(0x0a, at);
    const [id, , size] = shown.toString('latin1', at, end).split(' ');
    const start = end + 1;
    const stop = start + Number(size);
    if (end === -1 || id !== object || !(stop < shown.length) || shown[stop] !== 0x0a) break;
    const next = stop + 1;
    const isLast = texts.length === batch.length - 1;
    if (isLast ? next !== shown.length : !startsObject(shown, next, batch[texts.length + 1]?.object)) break;
    texts.push(shown.toString('utf8', start, stop));
    at = next;
  }
  return texts;
}

function startsObject(shown: Buffer, at: number, object: string | undefined): boolean {
  return object !== undefined && shown.toString('latin1', at, at + object.length) === object;
}
