import { z } from 'zod';
import type { ChangeSource } from '../jobs/history/changes.ts';
import type { Logger } from '../ports.ts';
import type { CommitMessage } from '../process/commit.ts';
import type { CommitPorts } from './commits.ts';
import { type GitHub, GitHubError } from './github.ts';
import { listAll } from './pages.ts';

const comparedSchema = z
  .object({
    commits: z.array(
      z.object({
        commit: z.object({ message: z.string(), author: z.object({ name: z.string() }).nullable() }),
      }),
    ),
  })
  .transform(({ commits }) => commits);
const pullsSchema = z.array(
  z.object({ number: z.number().int(), merged_at: z.string().nullable().optional() }),
);
const labelsSchema = z.array(z.object({ name: z.string() }));
const eventsSchema = z.array(
  z.object({
    event: z.string(),
    actor: z.object({ login: z.string() }).nullish(),
    label: z.object({ name: z.string() }).nullish(),
  }),
);

/** Commits that are reachable from `head` and not from `base`, the newest first. Errors: GitHubError. */
export async function listMessages(
  { client, repository }: CommitPorts,
  base: string,
  head: string,
): Promise<readonly CommitMessage[]> {
  const commits = await listAll(client, {
    purpose: { what: `list the commits between ${base} and ${head}`, permission: 'contents: read' },
    route: 'GET /repos/{owner}/{repo}/compare/{basehead}',
    parameters: { ...repository, basehead: `${base}...${head}`, per_page: 100 },
    schema: comparedSchema,
  });
  return commits
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

/** Who put a label on a pull request last, where it has it now; null: it does not. Errors: GitHubError. */
export async function findLabeller(
  { client, repository }: CommitPorts,
  pullRequest: number,
  label: string,
): Promise<string | null> {
  const parameters = { ...repository, issue_number: pullRequest, per_page: 100 };
  const labels = await listAll(client, {
    purpose: { what: `list the labels of pull request #${pullRequest}`, permission: 'issues: read' },
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/labels',
    parameters,
    schema: labelsSchema,
  });
  if (!labels.some(({ name }) => sameLabel(name, label))) return null;
  const events = await listAll(client, {
    purpose: { what: `list what happened to pull request #${pullRequest}`, permission: 'issues: read' },
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/events',
    parameters,
    schema: eventsSchema,
  });
  // GitHub lists them oldest first.
  const last = events.findLast(
    ({ event, label: given }) => /^(un)?labeled$/.test(event) && sameLabel(given?.name, label),
  );
  // It went after the labels were read.
  if (last?.event === 'unlabeled') return null;
  return last?.actor?.login ?? 'somebody';
}

/** Refusals after which the weekly report asks no more: a service that is down must not hold it up. */
const PATIENCE = 3;

/** {@link changesOf} for the weekly report, whose open regressions wait for an answer: the first refusal is a warning, and the third is the last. */
export function patientChanges(
  github: GitHub | null,
  local: ChangeSource,
  logger: Pick<Logger, 'info' | 'warning'>,
): ChangeSource {
  let refused = 0;
  const tell = (message: string) => {
    refused += 1;
    if (refused > 1) logger.info(message);
    else
      logger.warning(`Where commits came from, and what people accepted, is not known in full: ${message}`);
  };
  return asking(() => (refused < PATIENCE ? github : null), local, tell);
}

/** git first; GitHub for what a shallow clone lacks. */
export function changesOf(
  github: GitHub | null,
  local: ChangeSource,
  logger: Pick<Logger, 'info'>,
): ChangeSource {
  return asking(
    () => github,
    local,
    (message) => logger.info(message),
  );
}

function asking(
  current: () => GitHub | null,
  local: ChangeSource,
  refused: (message: string) => void,
): ChangeSource {
  const ask = async <T>(asked: (github: GitHub) => Promise<T>): Promise<T | null> => {
    const github = current();
    if (github === null) return null;
    try {
      return await asked(github);
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      refused(error.message);
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
