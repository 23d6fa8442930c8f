import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import {
  type CacheScope,
  type CacheService,
  MAIN,
  pullRequestScopes,
  startCacheService,
} from './cache-service.ts';
import { git } from './git.ts';
import { historyIn } from './git-history.ts';
import { type GitServer, startGitServer } from './git-server.ts';
import { type GitHubApi, startGitHubApi } from './github-api.ts';
import type { Permissions } from './github-state.ts';
import { type ActionRun, runAction } from './runner.ts';
import type { Files } from './tiny-project.ts';
import { merge, payloadOf } from './webhooks.ts';
import { type Run, tidyRun } from './world-run.ts';

export interface RunOptions {
  readonly inputs?: Readonly<Record<string, string>>;
  /** Of the job's token. Default: what the README's workflow asks for. */
  readonly permissions?: Permissions;
  /** Of the cache token. Default: as GitHub gives them for the event. */
  readonly scopes?: readonly CacheScope[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly cancelAfter?: ActionRun['cancelAfter'];
  /** Kills the step then. Default 300. */
  readonly timeoutSeconds?: number;
  /** Of the checkout. Default 1; 0: all of the history. */
  readonly depth?: number;
  /** What is checked out. Default: the event's ref. */
  readonly checkout?: string;
  /** Runs in the checkout before the step. */
  readonly prepare?: (workspace: string) => Promise<unknown>;
  /** Of the commit that is made. */
  readonly message?: string;
  /** Merged into the event's payload. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

export interface EventOptions extends RunOptions {
  readonly event: string;
  /** GITHUB_REF. */
  readonly ref: string;
}

export interface PullRequest {
  readonly number: number;
  readonly run: Run;
}

/** A repository on GitHub with its git server, its API, its cache and its runner. */
export interface World {
  readonly git: GitServer;
  readonly api: GitHubApi;
  readonly cache: CacheService;
  /** Of every job in a private repository; null: each job gets its own. */
  readonly token: string | null;
  /** Commits on a branch (made from main when it is new) without running anything: the commit's SHA. */
  commit(branch: string, files: Files, message?: string): Promise<string>;
  /** Commits on main and runs the push event. */
  pushToMain(files: Files, options?: RunOptions): Promise<Run>;
  /** Commits on a branch of its own and runs the pull request's event. `files`: what differs from main. */
  openPullRequest(files: Files, options?: RunOptions): Promise<PullRequest>;
  /** Commits on the pull request's branch and runs its event. */
  pushToPullRequest(number: number, files: Files, options?: RunOptions): Promise<Run>;
  /** Runs the pull request's event on the head that it has, merged with the main that is now. */
  runPullRequest(number: number, options?: RunOptions): Promise<Run>;
  /** Checks out and runs the action as for any event. */
  runEvent(options: EventOptions): Promise<Run>;
  close(): Promise<void>;
}

const PULL_REQUESTS = 40;

/** Starts everything, with `files` as main's first commit. `private`: nobody may read the repository without the job's token. `people`: besides the owner. */
export async function startWorld(
  files: Files,
  seed: { readonly private?: boolean; readonly people?: readonly string[] } = {},
): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), 'tare-world-'));
  const history = () => historyIn(server.directory);
  const [api, cache] = await Promise.all([
    startGitHubApi({
      pullRequests: PULL_REQUESTS,
      people: seed.people ?? [],
      history: {
        reachable: (revision) => history().reachable(revision),
        mergeBase: (base, head) => history().mergeBase(base, head),
      },
      gitDirectory: () => server.directory,
    }),
    startCacheService(),
  ]);
  const token = seed.private === true ? await api.token() : null;
  const server = await startGitServer(token === null ? {} : { token, private: true });
  const world = new StartedWorld(root, token, { git: server, api, cache });
  await world.init();
  await world.commit('main', files);
  return world;
}

class StartedWorld implements World {
  readonly git: GitServer;
  readonly api: GitHubApi;
  readonly cache: CacheService;
  readonly token: string | null;
  readonly #root: string;
  /** The author's clone. */
  readonly #clone: string;
  #pullRequests = 0;
  #runs = 1000;

  constructor(root: string, token: string | null, servers: Pick<World, 'git' | 'api' | 'cache'>) {
    this.#root = root;
    this.#clone = join(root, 'clone');
    this.token = token;
    this.git = servers.git;
    this.api = servers.api;
    this.cache = servers.cache;
  }

  async init(): Promise<void> {
    await mkdir(this.#clone);
    await git(this.#clone, 'init', '-q', '-b', 'main');
  }

  async commit(
    branch: string,
    files: Files,
    message = `Change ${Object.keys(files).join(', ')}`,
  ): Promise<string> {
    const clone = this.#clone;
    const exists = await git(clone, 'rev-parse', '--verify', '-q', `refs/heads/${branch}`).catch(() => null);
    const isFirst = (await git(clone, 'rev-list', '--all', '--max-count=1')) === '';
    if (exists !== null) await git(clone, 'switch', '-q', branch);
    else if (!isFirst) await git(clone, 'switch', '-q', '-c', branch, 'main');
    await writeFiles(clone, files);
    await git(clone, 'add', '--all');
    await git(clone, 'commit', '-q', '--allow-empty', '-m', message);
    await git(clone, 'push', '-q', this.git.directory, branch);
    return git(clone, 'rev-parse', 'HEAD');
  }

  async pushToMain(files: Files, options: RunOptions = {}): Promise<Run> {
    const before = await this.git.resolve('main');
    const after = await this.commit('main', files, options.message);
    const payload = { ref: 'refs/heads/main', before, after, ...options.payload };
    return this.runEvent({ event: 'push', ref: 'refs/heads/main', ...options, payload });
  }

  async openPullRequest(files: Files, options: RunOptions = {}): Promise<PullRequest> {
    this.#pullRequests += 1;
    const number = this.#pullRequests;
    if (number > PULL_REQUESTS) throw new Error(`The world has only ${PULL_REQUESTS} pull requests.`);
    return { number, run: await this.pushToPullRequest(number, files, options) };
  }

  async pushToPullRequest(number: number, files: Files, options: RunOptions = {}): Promise<Run> {
    await this.commit(`change-${number}`, files, options.message);
    return this.runPullRequest(number, options);
  }

  async runPullRequest(number: number, options: RunOptions = {}): Promise<Run> {
    const branch = `change-${number}`;
    const [baseSha, headSha] = [await this.git.resolve('main'), await this.git.resolve(branch)];
    if ((await this.git.openPullRequest(number, headSha)) === null)
      throw new Error(`Pull request ${number} conflicts with main.`);
    this.api.setHead(number, headSha);
    const sides = { head: { ref: branch, sha: headSha }, base: { ref: 'main', sha: baseSha } };
    const payload = merge({ number, pull_request: { number, ...sides } }, options.payload ?? {});
    return this.runEvent({ event: 'pull_request', ref: `refs/pull/${number}/merge`, ...options, payload });
  }

  async runEvent(options: EventOptions): Promise<Run> {
    const { event, ref } = options;
    const payload = payloadOf(event, options.payload ?? {});
    const runner = join(this.#root, 'runner');
    await rm(runner, { recursive: true, force: true });
    const workspace = join(runner, 'widget', 'widget');
    await this.git.checkout({ into: workspace, ref: options.checkout ?? ref, depth: options.depth ?? 1 });
    await options.prepare?.(workspace);
    const sha = await this.git.resolve(ref);
    const token = this.token ?? (await this.api.token(options.permissions));
    this.#runs += 1;
    const before = { requests: this.api.requests.length, violations: this.api.violations.length };
    const result = await runAction({
      action: inject('action'),
      root: runner,
      workspace,
      event,
      payload,
      ref,
      sha,
      token,
      repository: `${this.api.owner}/${this.api.repository}`,
      inputs: options.inputs ?? {},
      environment: {
        GITHUB_API_URL: this.api.url,
        GITHUB_RUN_ID: String(this.#runs),
        ...this.cache.environment(options.scopes ?? scopesFor(ref)),
        ...options.environment,
      },
      ...(options.cancelAfter === undefined ? {} : { cancelAfter: options.cancelAfter }),
      ...(options.timeoutSeconds === undefined ? {} : { timeoutSeconds: options.timeoutSeconds }),
    });
    const requests = this.api.requests.slice(before.requests);
    return tidyRun({
      result,
      workspace,
      token,
      requests,
      violations: this.api.violations.slice(before.violations),
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.api.close(), this.cache.close(), this.git.close()]);
    await rm(this.#root, { recursive: true, force: true });
  }
}

function scopesFor(ref: string): readonly CacheScope[] {
  const number = /^refs\/pull\/(\d+)\//.exec(ref)?.[1];
  if (number !== undefined) return pullRequestScopes(Number(number));
  return ref === 'refs/heads/main'
    ? MAIN
    : [
        { ref, permission: 'both' },
        { ref: 'refs/heads/main', permission: 'read' },
      ];
}

async function writeFiles(root: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path);
    if (text === null) {
      await rm(file);
      continue;
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
