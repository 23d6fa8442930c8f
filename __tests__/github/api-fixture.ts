import { afterEach } from 'vitest';
import type { GitHub } from '../../src/github/github.ts';
import { createGitHub } from '../../src/github/octokit.ts';
import { type GitHubApi, type GitHubSeed, startGitHubApi } from '../support/github-api.ts';
import { recordingLogger } from '../support/recording-logger.ts';

export interface Fixture {
  readonly api: GitHubApi;
  readonly github: GitHub;
  /** Seconds that the client asked to wait. Nothing really waits. */
  readonly waits: readonly number[];
}

const open: GitHubApi[] = [];

afterEach(async () => {
  for (const api of open.splice(0)) await api.close();
});

/** A client of a fresh API; the API is stopped, and its findings are thrown, after the test. */
export async function connect(
  seed: GitHubSeed = {},
  options: { readonly token?: string; readonly timeoutSeconds?: number } = {},
): Promise<Fixture> {
  const api = await startGitHubApi(seed);
  open.push(api);
  const waits: number[] = [];
  const token = options.token ?? (await api.token());
  return { api, waits, github: clientOf(api, token, waits, options.timeoutSeconds) };
}

/** A client with another token. */
export function clientOf(api: GitHubApi, token: string, waits: number[] = [], timeoutSeconds = 30): GitHub {
  return createGitHub({
    token,
    apiUrl: api.url,
    owner: api.owner,
    repository: api.repository,
    logger: recordingLogger(),
    sleep: async (seconds) => {
      waits.push(seconds);
    },
    timeoutSeconds,
  });
}
