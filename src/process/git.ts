import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import type { Completed, ProcessRunner } from './command.ts';
import { type CommitInfo, type CommitMessage, parseCommit } from './commit.ts';
import { fetchApart, type GitSettings, type GitSource, keepsCredentials, readSource } from './git-apart.ts';
import { failure, noSuchRevision, refuse } from './git-errors.ts';
import { ENVIRONMENT, SAFE } from './git-safe.ts';
import { fetchSnapshot, type Snapshot } from './git-snapshot.ts';
import { tail } from './inert.ts';

export interface Line {
  /** Full SHAs, nearest first; the first is the commit itself. */
  readonly commits: readonly string[];
  /** Whether the line goes on as far as was asked, or to the first commit of all: false where a shallow clone cut it. */
  readonly complete: boolean;
}

export interface FetchOptions {
  /** Where from. Default: the remote `origin`. */
  readonly url?: string;
  /** An HTTP header, e.g. `AUTHORIZATION: basic …`; reaches git by its environment only. */
  readonly header?: string;
  /** With a header: the user's own settings, in place of their file. Default: none. */
  readonly settings?: GitSettings;
}

export interface Worktree {
  /** Absolute path of the checked-out files. */
  readonly directory: string;
  /** What could not be had, one line each: submodules. */
  readonly warnings: readonly string[];
  /** Removes the files and git's record of them. May be called twice; never throws. */
  remove(): Promise<void>;
}

/** One repository, asked through the git program. Errors: UserError where git is missing or refuses to work there. */
export interface Git {
  /** Absolute path of the top folder of the checkout. */
  root(): Promise<string>;
  /** The full SHA of the commit that a revision names. Errors: UserError that names it. */
  resolve(revision: string): Promise<string>;
  /** `sha` and up to `limit` of its first-parent ancestors. The last one need not be present in a shallow clone. */
  firstParents(sha: string, limit: number): Promise<Line>;
  isShallow(): Promise<boolean>;
  /** Whether tracked files differ from HEAD, or untracked ones are there that are not ignored. */
  isDirty(): Promise<boolean>;
  /** Whether the commit is present here. */
  has(sha: string): Promise<boolean>;
  /** Checks out `sha` into `directory`, absolute, which must not exist or be empty. Errors: UserError. */
  worktree(sha: string, directory: string): Promise<Worktree>;
  /** Makes sure that the commit is present; no more history than a shallow clone wants. Errors: UserError. */
  fetchCommit(sha: string, options?: FetchOptions): Promise<void>;
  /** Whether the checkout holds a header that signs in, as `actions/checkout` leaves it with `persist-credentials`. */
  keepsCredentials(): Promise<boolean>;
  /**
   * Where `origin` lies and the user's own settings, as they are now: asked before the project's code runs, which may change both. null
   * without such a remote.
   */
  source(): Promise<GitSource | null>;
  /** Paths that differ between two commits, relative to the top folder, `/`-separated; null where that cannot be told. */
  changedFiles(base: string, head: string): Promise<readonly string[] | null>;
  /**
   * Message and author of every commit that is reachable from `head` and not from `base`, at most 1000, the newest first; null where a
   * shallow clone does not tell.
   */
  messages(base: string, head: string): Promise<readonly CommitMessage[] | null>;
  /** The full SHA of the nearest common ancestor; null where there is none, or a revision or the history up to it is not here. */
  mergeBase(one: string, other: string): Promise<string | null>;
  /**
   * The files of a branch of the remote as it is now, fetched without its history into `into`, an absolute folder that does not
   * exist; nothing is checked out, and the repository itself is not changed. null: there is no such branch. Errors: UserError.
   */
  snapshot(branch: string, into: string, options?: FetchOptions): Promise<Snapshot | null>;
  /** Errors: UserError when the commit is not present. */
  commitInfo(sha: string): Promise<CommitInfo>;
}

const SHA = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const QUERY_SECONDS = 60;
const TRANSFER_SECONDS = 600;

/** `directory`: an absolute path in the repository. */
export function createGit(runner: ProcessRunner, directory: string): Git {
  const git = (args: readonly string[], settings: Settings = {}): Promise<Completed> =>
    runner.run({
      file: 'git',
      args: [...SAFE, ...args],
      cwd: settings.cwd ?? directory,
      env: { ...ENVIRONMENT, ...settings.env },
      timeoutSeconds: settings.seconds ?? QUERY_SECONDS,
    });
  /** The output of a query that must work; trimmed. */
  const ask = async (...args: string[]): Promise<string> => {
    const result = await git(args);
    if (result.exitCode !== 0) throw failure(result, `git ${args[0] ?? ''} failed`, directory);
    return result.stdout.trim();
  };
  const rawCommit = async (sha: string): Promise<CommitInfo | null> => {
    const result = await git(['cat-file', 'commit', checked(sha)]);
    if (result.exitCode === 0) return parseCommit(result.stdout);
    refuse(result, directory);
    return null;
  };
  const isShallow = async (): Promise<boolean> =>
    (await ask('rev-parse', '--is-shallow-repository')) === 'true';
  const has = async (sha: string): Promise<boolean> => (await rawCommit(sha)) !== null;

  return {
    root: () => ask('rev-parse', '--show-toplevel'),
    isShallow,
    has,
    isDirty: async () => (await ask('status', '--porcelain', '--untracked-files=normal')) !== '',

    resolve: async (revision) => {
      if (!isRevision(revision)) throw new UserError(`${JSON.stringify(revision)} is not a revision.`);
      const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
      const result = await git(args);
      const sha = result.stdout.trim();
      if (result.exitCode === 0 && SHA.test(sha)) return sha;
      refuse(result, directory);
      throw new UserError(await noSuchRevision(revision, isShallow, ask));
    },

    firstParents: async (sha, limit) => {
      const commits: string[] = [checked(sha)];
      while (commits.length <= limit) {
        const last = commits.at(-1) ?? sha;
        const info = await rawCommit(last);
        if (info === null) return { commits, complete: false };
        const parent = info.parents[0];
        if (parent === undefined) return { commits, complete: true };
        // git's own walk is one process for all, but stops at the boundary of a shallow clone.
        const more = commits.length + 1 < limit ? await ask(...walk(last, limit + 2 - commits.length)) : '';
        const walked = more.split('\n').slice(1);
        commits.push(...(walked.length > 0 ? walked : [parent]));
      }
      return { commits, complete: true };
    },

    worktree: async (sha, into) => {
      if (await isOccupied(into)) throw new UserError(`Cannot check out ${sha}: ${into} is not empty.`);
      const result = await git(
        ['worktree', 'add', '--detach', '--force', '--end-of-options', into, checked(sha)],
        { seconds: TRANSFER_SECONDS },
      );
      // Read before anything can run in it, so that a cancelled run, which starts no git any more, can remove the record.
      const record = await recordOf(into);
      const remove = async (): Promise<void> => {
        await git(['worktree', 'remove', '--force', '--force', '--end-of-options', into]).catch(() => null);
        for (const path of [into, record]) {
          if (path !== null) await rm(path, { recursive: true, force: true }).catch(() => null);
        }
        await git(['worktree', 'prune']).catch(() => null);
      };
      if (result.exitCode !== 0) {
        await remove();
        throw failure(result, `Cannot check out ${sha} into ${into}`, directory);
      }
      const warnings = await submodules(into, git).catch((error) => [messageOf(error)]);
      return { directory: into, warnings, remove };
    },

    fetchCommit: async (sha, options = {}) => {
      if (await has(sha)) return;
      // In a whole clone a depth would cut the history that is there.
      const depth = (await isShallow()) ? ['--depth=1'] : [];
      const args = ['--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', ...depth];
      if (options.header !== undefined) {
        const { header, settings = [] } = options;
        const url = options.url ?? (await ask('remote', 'get-url', 'origin'));
        const request = {
          url,
          header,
          settings,
          sha: checked(sha),
          options: args,
          seconds: TRANSFER_SECONDS,
        };
        return fetchApart(git, request);
      }
      const from = options.url ?? 'origin';
      const result = await git(['fetch', '--quiet', ...args, '--end-of-options', from, checked(sha)], {
        seconds: TRANSFER_SECONDS,
      });
      if (result.exitCode !== 0) throw failure(result, `Cannot fetch the commit ${sha}`, directory);
    },

    keepsCredentials: () => keepsCredentials(git),
    source: () => readSource(git),

    changedFiles: async (base, head) => {
      const options = ['--name-only', '-z', '--no-renames', '--no-ext-diff', '--no-textconv'];
      const args = ['diff', ...options, '--end-of-options', checked(base), checked(head), '--'];
      const result = await git(args);
      return result.exitCode === 0 ? result.stdout.split('\0').filter((path) => path !== '') : null;
    },

    messages: async (base, head) => {
      if ((await isShallow()) || !(await has(base)) || !(await has(head))) return null;
      const range = [checked(head), `^${checked(base)}`];
      const result = await git([
        'log',
        '-z',
        '--max-count=1000',
        '--format=%an%n%B',
        '--end-of-options',
        ...range,
      ]);
      if (result.exitCode !== 0) return null;
      return result.stdout.split('\0').flatMap((entry) => {
        const end = entry.indexOf('\n');
        return end === -1 ? [] : [{ author: entry.slice(0, end), message: entry.slice(end + 1) }];
      });
    },

    mergeBase: async (one, other) => {
      if (!isRevision(one) || !isRevision(other)) return null;
      const result = await git(['merge-base', '--end-of-options', one, other]);
      const sha = result.stdout.trim();
      return result.exitCode === 0 && SHA.test(sha) ? sha : null;
    },

    snapshot: async (branch, into, { url, header, settings } = {}) =>
      fetchSnapshot(runner, {
        branch,
        into,
        header,
        settings,
        url: url ?? (await ask('remote', 'get-url', 'origin')),
      }),

    commitInfo: async (sha) => {
      const info = await rawCommit(sha);
      if (info === null) throw new UserError(`The commit ${sha} is not in this clone; fetch it first.`);
      return info;
    },
  };
}

interface Settings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly seconds?: number;
}

function walk(sha: string, count: number): string[] {
  return ['rev-list', '--first-parent', `--max-count=${count}`, '--end-of-options', sha];
}

/** A bug of ours, not of the user's: all SHAs come out of {@link Git.resolve} or a validated document. */
function checked(sha: string): string {
  if (!SHA.test(sha)) throw new Error(`not a full commit SHA: ${JSON.stringify(sha.slice(0, 100))}`);
  return sha;
}

/** git's folder for a linked worktree, `…/worktrees/NAME` (gitrepository-layout); null where there is none. */
async function recordOf(worktree: string): Promise<string | null> {
  const link = await readFile(join(worktree, '.git'), 'utf8').catch(() => '');
  return /^gitdir: (.+[\\/]worktrees[\\/][^\\/]+)\n$/.exec(link)?.[1] ?? null;
}

async function isOccupied(path: string): Promise<boolean> {
  return (await readdir(path).catch(() => [])).length > 0;
}

function isRevision(text: string): boolean {
  return text !== '' && text.length <= 1000 && !text.startsWith('-') && !/[\0-\x1f\x7f]/.test(text);
}

/** Fetches submodules into a worktree where the main checkout has them; one warning when that does not work. */
async function submodules(
  into: string,
  git: (args: readonly string[], settings?: Settings) => Promise<Completed>,
): Promise<readonly string[]> {
  if (!existsSync(join(into, '.gitmodules'))) return [];
  const status = await git(['submodule', 'status']);
  const used = status.stdout.split('\n').some((line) => line !== '' && !line.startsWith('-'));
  if (!used) return [];
  const update = await git(['submodule', 'update', '--init', '--recursive', '--depth=1'], {
    cwd: into,
    seconds: TRANSFER_SECONDS,
  });
  if (update.exitCode === 0) return [];
  return [`Submodules of the checkout in ${into} could not be fetched: ${tail(update.stderr, 1, 300)}`];
}
