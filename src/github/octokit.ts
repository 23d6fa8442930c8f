import { z } from 'zod';
import { UserError } from '../errors.ts';
import type { Logger } from '../ports.ts';
import { readAsked } from './asked.ts';
import { findLabeller, findPullRequest, listMessages } from './changes.ts';
import { createClient } from './client.ts';
import { type CommentDraft, writeComment } from './comments.ts';
import { findMergeBase, walkFirstParents } from './commits.ts';
import { createBranch } from './data-branch.ts';
import type { GitHub } from './github.ts';
import { writeIssue } from './issues.ts';

export interface GitHubOptions {
  readonly token: string;
  /** Root of the REST API, e.g. `https://api.github.com`. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repository: string;
  readonly logger: Logger;
  /** Waits between two tries. */
  readonly sleep: (seconds: number) => Promise<void>;
  /** Limit for one try of a request. Default 30. */
  readonly timeoutSeconds?: number;
}

/** GitHub over its REST API. A call makes at most three tries in at most a minute. Errors: UserError without a token. */
export function createGitHub(options: GitHubOptions): GitHub {
  const { token, logger, sleep, timeoutSeconds = 30 } = options;
  if (token.trim() === '') {
    throw new UserError('The input "token" is empty: leave it out for the job\'s own token, or pass one.');
  }
  const client = createClient({
    token,
    apiUrl: options.apiUrl.replace(/\/+$/, ''),
    logger,
    sleep,
    timeoutSeconds,
  });
  const repository = { owner: options.owner, repo: options.repository };
  const headOf = async (number: number): Promise<string> => {
    const { data } = await client.send({
      purpose: { what: `read pull request #${number}`, permission: 'pull-requests: read' },
      route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
      parameters: { ...repository, pull_number: number },
      schema: z.object({ head: z.object({ sha: z.string() }) }),
    });
    return data.head.sha;
  };
  const write = (draft: CommentDraft) => writeComment({ client, repository, sleep, headOf }, draft);
  return {
    firstParents: (sha, limit) => walkFirstParents({ client, repository }, sha, limit),
    mergeBase: (base, head) => findMergeBase({ client, repository }, base, head),
    messages: (base, head) => listMessages({ client, repository }, base, head),
    pullRequestOf: (commit) => findPullRequest({ client, repository }, commit),
    labelledBy: (pullRequest, label) => findLabeller({ client, repository }, pullRequest, label),
    asked: (pullRequest, headSha) => readAsked({ client, repository }, pullRequest, headSha),
    branch: (name) => createBranch({ client, repository }, name),
    pullRequestHead: headOf,
    writeIssue: (draft) => writeIssue({ client, repository, sleep }, draft),
    updateComment: (pullRequest, marker, body) => write({ pullRequest, marker, body, create: false }),
    async upsertComment(pullRequest, marker, body) {
      const outcome = await write({ pullRequest, marker, body, create: true });
      if (outcome === null) throw new Error('A comment that may be created is never missing.');
      return outcome;
    },
  };
}
