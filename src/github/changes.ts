import { z } from 'zod';
import type { ChangeSource } from '../jobs/history/changes.ts';
import type { Logger } from '../ports.ts';
import type { CommitMessage } from '../process/commit.ts';
import type { ApiAnswer, ApiRequest } from './client.ts';
import type { CommitPorts } from './commits.ts';
import { type GitHub, GitHubError } from './github.ts';

/** Pages of 100 that are looked through. */
const MAX_PAGES = 5;

const comparedSchema = z.object({
  commits: z.array(
    z.object({
      commit: z.object({ message: z.string(), author: z.object({ name: z.string() }).nullable() }),
    }),
  ),
});
const pullsSchema = z.array(
  z.object({ number: z.number().int(), merged_at: z.string().nullable().optional() }),
);
const eventsSchema = z.array(
  z.object({
    event: z.string(),
    actor: z.object({ login: z.string() }).nullish(),
    label: z.object({ name: z.string() }).nullish(),
  }),
);

/** Commits that are reachable from `head` and not from `base`, at most 500, the newest first. Errors: GitHubError. */
export async function listMessages(
  ports: CommitPorts,
  base: string,
  head: string,
): Promise<readonly CommitMessage[]> {
  const pages = await all(ports, {
    purpose: { what: `list the commits between ${base} and ${head}`, permission: 'contents: read' },
    route: 'GET /repos/{owner}/{repo}/compare/{basehead}',
    parameters: { basehead: `${base}...${head}` },
    schema: comparedSchema,
  });
  return pages
    .flatMap(({ commits }) => commits)
    .map(({ commit }) => ({ message: commit.message, author: commit.author?.name ?? '' }))
    .toReversed();
}

/** The merged pull request that brought a commit, the first that GitHub names; null: none. Errors: GitHubError. */
export async function findPullRequest(
  { client, repository }: CommitPorts,
  commit: string,
): Promise<number | null> {
  const { data } = await client.send({
    purpose: { what: `find the pull request of ${commit}`, permission: 'pull-requests: read' },
    route: 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
    parameters: { ...repository, commit_sha: commit },
    schema: pullsSchema,
  });
  return data.find(({ merged_at: merged }) => typeof merged === 'string')?.number ?? null;
}

/** Who put a label on a pull request, where it still has it; null: it does not. Errors: GitHubError. */
export async function findLabeller(
  ports: CommitPorts,
  pullRequest: number,
  label: string,
): Promise<string | null> {
  const pages = await all(ports, {
    purpose: { what: `list what happened to pull request #${pullRequest}`, permission: 'issues: read' },
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/events',
    parameters: { issue_number: pullRequest },
    schema: eventsSchema,
  });
  const last = pages
    .flat()
    .findLast(({ event, label: given }) => /^(un)?labeled$/.test(event) && sameLabel(given?.name, label));
  return last?.event === 'labeled' ? (last.actor?.login ?? 'somebody') : null;
}

/** git first; GitHub for what a shallow clone lacks. */
export function changesOf(github: GitHub | null, local: ChangeSource, logger: Logger): ChangeSource {
  const ask = async <T>(asked: (github: GitHub) => Promise<T>): Promise<T | null> => {
    if (github === null) return null;
    try {
      return await asked(github);
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      logger.info(error.message);
      return null;
    }
  };
  return {
    commits: async (base, head) =>
      (await local.commits(base, head)) ?? (await ask(({ messages }) => messages(base, head))),
    pullRequestOf: (commit) => ask((each) => each.pullRequestOf(commit)),
    labelledBy: (pullRequest, label) => ask((each) => each.labelledBy(pullRequest, label)),
    commandsOf: (pullRequest) =>
      ask(async (each) => {
        const head = await each.pullRequestHead(pullRequest);
        return (await each.asked(pullRequest, head)).accepted;
      }),
  };
}

/** As GitHub compares them. */
function sameLabel(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

async function all<T>({ client, repository }: CommitPorts, request: ApiRequest<T>): Promise<readonly T[]> {
  const pages: T[] = [];
  const first = { ...request, parameters: { ...repository, ...request.parameters, per_page: 100 } };
  for (let next: ApiRequest<T> | null = first; next !== null && pages.length < MAX_PAGES; ) {
    const answer: ApiAnswer<T> = await client.send<T>(next);
    pages.push(answer.data);
    const { purpose, schema } = request;
    next = answer.next === null ? null : { purpose, schema, route: `GET ${answer.next}` };
  }
  return pages;
}
