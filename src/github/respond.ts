import { z } from 'zod';
import type { Inputs } from '../config/inputs.ts';
import { insideRepository } from '../config/load.ts';
import { UserError } from '../errors.ts';
import type { OwnComment, RespondGitHub } from '../jobs/respond/ports.ts';
import { Unanswerable } from '../jobs/respond/unanswerable.ts';
import { type CommandComment, type Responded, respond } from '../jobs/respond.ts';
import type { Logger } from '../ports.ts';
import { listRuns, rerunJobs } from './check-runs.ts';
import { type Client, createClient } from './client.ts';
import { commentMarker, commentName, stampIn } from './comment-marker.ts';
import type { RunContext } from './context.ts';
import { GitHubError } from './github.ts';
import { listComments, ownAmong } from './own-comments.ts';
import { mayWrite } from './permission.ts';

export interface RespondParts {
  readonly inputs: Inputs;
  readonly context: RunContext;
  readonly logger: Logger;
  readonly sleep: (seconds: number) => Promise<void>;
}

/** Limit for one try of a request. */
const TIMEOUT_SECONDS = 30;

/**
 * Answers the comment that is the event, or runs the check of the pull request again that the input names. Nothing of the workspace
 * is read. Errors: UserError, also for what GitHub refuses.
 */
export async function respondTo(parts: RespondParts): Promise<Responded> {
  const asked = askedOf(parts);
  if ('responded' in asked) return asked;
  const { inputs, context, logger, sleep } = parts;
  const { repositoryId, apiUrl, owner, repository: repo } = context;
  if (inputs.token === null)
    throw new UserError('The input "token" is empty: commands need one; leave it out for the job\'s own.');
  if (repositoryId === null) throw new UserError('The event does not say which repository it is of.');
  const client = createClient({
    token: inputs.token,
    apiUrl,
    logger,
    sleep,
    timeoutSeconds: TIMEOUT_SECONDS,
  });
  const project = insideRepository(context.workspace, inputs.workingDirectory, 'input "working-directory"');
  const name = commentName(project, inputs.overrides.configurations);
  const { workflows } = inputs.publish;
  const mayComment = inputs.overrides.comment !== false;
  try {
    return await respond(
      { ...asked, actor: context.actor, repositoryId, workflows, mayComment },
      { github: githubFor(client, { owner, repo }, name), logger },
    );
  } catch (error) {
    // To answer is all that this job is for: a missing permission must not pass as success.
    if (error instanceof GitHubError) throw new UserError(error.message);
    throw error;
  }
}

interface AskedOf {
  readonly pullRequest: number;
  readonly comment: CommandComment | null;
}

/** Errors: UserError when neither the event nor the input names a pull request. */
function askedOf({ inputs, context }: RespondParts): AskedOf | Responded {
  const { comment, defaultBranch, ref } = context;
  if (comment === null) {
    if (inputs.pullRequest === null)
      throw new UserError('The input "pull-request" is empty: name the pull request to check again.');
    return { pullRequest: inputs.pullRequest, comment: null };
  }
  if (defaultBranch === null || ref !== `refs/heads/${defaultBranch}`)
    throw new UserError(
      `Commands belong to ${defaultBranch ?? 'the default branch'}, and this run is of ${ref}.`,
    );
  // An edit would arm an old comment again, after others have read it.
  if (comment.action !== 'created')
    return ignored(`a comment was ${comment.action}, and only new ones count`);
  if (!comment.onPullRequest) return ignored('the comment is on an issue');
  return { pullRequest: comment.issue, comment };
}

function ignored(why: string): Responded {
  return { responded: 'ignored', reason: `Nothing to do: ${why}.` };
}

const pullSchema = z.object({
  state: z.string(),
  head: z.object({ sha: z.string(), repo: z.object({ id: z.number().int() }).nullable() }),
});

function githubFor(
  client: Client,
  repository: { readonly owner: string; readonly repo: string },
  name: string,
): RespondGitHub {
  const write = 'pull-requests: write';
  return {
    mayWrite: (login) => mayWrite(client, repository, login),
    pullRequest: async (number) => {
      const { data } = await client.send({
        purpose: { what: `read pull request #${number}`, permission: 'pull-requests: read' },
        route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
        parameters: { ...repository, pull_number: number },
        schema: pullSchema,
      });
      const { state, head } = data;
      return { open: state === 'open', headSha: head.sha, headRepositoryId: head.repo?.id ?? null };
    },
    runs: (workflow, headSha) => listRuns(client, repository, { workflow, headSha }),
    rerun: (runId, jobs) => answerable(rerunJobs(client, repository, { runId, jobs })),
    react: async (comment, content) => {
      await client.send({
        purpose: { what: `react to comment ${comment}`, permission: write },
        route: 'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
        parameters: { ...repository, comment_id: comment, content },
        schema: z.unknown(),
        // The same reaction twice is one.
        repeatable: true,
      });
    },
    ownComments: async (pullRequest) => {
      const all = await listComments({ client, repository }, pullRequest);
      const own = (await ownAmong(all, '<!-- tare:', client)).map(({ id, body }) =>
        ownComment(id, body ?? ''),
      );
      const prefix = commentMarker(name, NO_RUN).prefix;
      return own.toSorted((one, other) => rank(one, prefix) - rank(other, prefix));
    },
    editComment: async (id, body) => {
      await client.send({
        purpose: { what: `edit comment ${id}`, permission: write },
        route: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
        parameters: { ...repository, comment_id: id, body },
        schema: z.unknown(),
      });
    },
    createComment: async (pullRequest, headSha, text) => {
      const { line } = commentMarker(name, { ...NO_RUN, headSha });
      await client.send({
        purpose: { what: `comment on pull request #${pullRequest}`, permission: write },
        route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
        parameters: { ...repository, issue_number: pullRequest, body: `${line}\n${text}` },
        schema: z.unknown(),
      });
    },
  };
}

/** Older than every run, so that the first report may take the comment's place. */
const NO_RUN = { headSha: '0'.repeat(40), runId: '0', runAttempt: '0' };

function ownComment(id: number, body: string): OwnComment {
  const stamp = stampIn(body);
  return { id, body, headSha: stamp?.headSha ?? null, reported: stamp !== null && stamp.runId !== '0' };
}

function rank({ body }: OwnComment, prefix: string): number {
  return body.startsWith(prefix) ? 0 : 1;
}

/** A run that GitHub does not start again, because it is too old or may not be, is told to who asked. */
async function answerable(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (error instanceof GitHubError && error.status !== null && error.status < 500)
      throw new Unanswerable(error.message.replace(/\.$/, ''));
    throw error;
  }
}
