import { messageOf } from '../errors.ts';
import type { Logger } from '../ports.ts';
import type { Git } from '../process/git.ts';
import type { Job, RunContext } from './context.ts';
import { type GitHub, GitHubError } from './github.ts';
import { type WantedBase, wantedBase } from './wanted-base.ts';

export interface CommitsRequest {
  readonly job: Job;
  readonly context: RunContext;
  readonly git: Git;
  /** null without a token. */
  readonly github: GitHub | null;
  /** How many ancestors of the wanted base may be searched. */
  readonly limit: number;
  readonly logger: Logger;
}

/**
 * The checked-out commit, and the commit to compare it with followed by that one's first-parent ancestors.
 * A shallow checkout knows few commits: GitHub is asked for the rest, and without an answer the search is shorter.
 */
export async function comparedCommits(
  request: CommitsRequest,
): Promise<{ readonly head: string; readonly commits: readonly string[] }> {
  const { job, context, git, logger } = request;
  const head = await git.resolve('HEAD');
  const { parents } = await git.commitInfo(head);
  const checkout = { sha: head, parents };
  const wanted: WantedBase = job === 'record' ? firstParentOf(parents) : wantedBase(context, checkout);
  const sha = await shaOf(wanted, request);
  if (sha === null) return { head, commits: [] };
  logger.info(`Compared with ${sha.slice(0, 10)}: ${wanted.why}`);
  return { head, commits: await ancestry(sha, request) };
}

function firstParentOf(parents: readonly string[]): WantedBase {
  const sha = parents[0];
  return sha === undefined
    ? { kind: 'none', why: 'the commit has no parent' }
    : { kind: 'commit', sha, why: 'the commit before it on this branch' };
}

async function shaOf(
  wanted: WantedBase,
  { github, git, context, logger }: CommitsRequest,
): Promise<string | null> {
  if (wanted.kind === 'none') return null;
  if (wanted.kind === 'commit') return wanted.sha;
  // A shallow clone lacks the commits in which two lines really meet.
  const local = (await git.isShallow())
    ? null
    : await git.mergeBase(`refs/remotes/origin/${wanted.base}`, wanted.head);
  if (local !== null) return local;
  const fallback = context.pullRequest?.baseSha ?? null;
  if (github === null) return fallback;
  try {
    return await github.mergeBase(wanted.base, wanted.head);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    logger.warning(`The merge base is not known: ${messageOf(error)}`);
    return fallback;
  }
}

async function ancestry(
  sha: string,
  { github, git, limit, logger }: CommitsRequest,
): Promise<readonly string[]> {
  const local = await git.firstParents(sha, limit);
  if (github === null || local.complete || local.commits.length > limit) return local.commits;
  try {
    return await github.firstParents(sha, limit);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    logger.warning(`Only ${local.commits.length} commits were searched for a baseline: ${messageOf(error)}`);
    return local.commits.length > 0 ? local.commits : [sha];
  }
}
