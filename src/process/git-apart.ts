import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Completed } from './command.ts';
import { failure } from './git-errors.ts';
import { headerEnvironment } from './git-safe.ts';

/** Keys and values of git's configuration. */
export type GitSettings = readonly (readonly [key: string, value: string])[];

/** Where `origin` lies, and the user's own settings. */
export interface GitSource {
  readonly url: string;
  readonly settings: GitSettings;
}

export interface ApartRequest {
  readonly url: string;
  readonly header: string;
  readonly settings: GitSettings;
  readonly sha: string;
  /** Options that both fetches have. */
  readonly options: readonly string[];
  readonly seconds: number;
}

type RunGit = (
  args: readonly string[],
  settings: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly seconds?: number;
  },
) => Promise<Completed>;

/**
 * Fetches a commit with a header into a repository of its own, and from there into the checkout without it: what the project's code may
 * have written into the checkout's configuration (another address, a helper program) never meets the header. Errors: UserError.
 */
export async function fetchApart(git: RunGit, request: ApartRequest): Promise<void> {
  const { url, header, settings, sha, options, seconds } = request;
  const into = await mkdtemp(join(tmpdir(), 'tare-fetch-'));
  const must = async (work: Promise<Completed>): Promise<void> => {
    const result = await work;
    if (result.exitCode !== 0) throw failure(result, `Cannot fetch the commit ${sha}`, into);
  };
  try {
    await must(git(['init', '--quiet', '--bare', '--template=', '.'], { cwd: into }));
    const refs = `${sha}:refs/heads/fetched`;
    const env = headerEnvironment(url, header, settings);
    await must(
      git(['fetch', '--quiet', ...options, '--end-of-options', url, refs], { cwd: into, env, seconds }),
    );
    await must(
      git(['fetch', '--quiet', ...options, '--end-of-options', into, 'refs/heads/fetched'], { seconds }),
    );
  } finally {
    await rm(into, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

/** See {@link Git.keepsCredentials}. */
export async function keepsCredentials(git: RunGit): Promise<boolean> {
  const found = await git(['config', '--includes', '--get-regexp', '^http\\..*extraheader$'], {});
  return found.exitCode === 0 && /authorization/i.test(found.stdout);
}

/** See {@link Git.source}. */
export async function readSource(git: RunGit): Promise<GitSource | null> {
  const url = await git(['remote', 'get-url', 'origin'], {});
  if (url.exitCode !== 0) return null;
  const own = await git(['config', '--global', '--includes', '--list', '-z'], {});
  return { url: url.stdout.trim(), settings: own.exitCode === 0 ? parseSettings(own.stdout) : [] };
}

/** What `git config --list -z` prints. A key without a value means true. */
function parseSettings(text: string): GitSettings {
  return text
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const end = entry.indexOf('\n');
      return end === -1 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)];
    });
}
