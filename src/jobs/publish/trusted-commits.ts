import type { OpenPullRequest } from '../../github/workflow-run.ts';
import { NotPublished } from './not-published.ts';
import type { PublishGitHub } from './ports.ts';

/** The measured commit, and what it is compared with, as GitHub's own history has them. */
export interface TrustedCommits {
  readonly head: string;
  /** The wanted base, then its first-parent ancestors, nearest first. */
  readonly commits: readonly string[];
}

/**
 * Whether the commit that the data says was built can be the pull request's: its head, or a test merge of that head into a
 * commit of the base branch which is not older than where the two part. Which base it is compared with follows from GitHub's
 * history alone. Errors: NotPublished.
 */
export async function trustedCommits(
  measured: string,
  pullRequest: OpenPullRequest,
  limit: number,
  github: PublishGitHub,
): Promise<TrustedCommits> {
  const { baseRef, headSha } = pullRequest;
  const parting = await github.mergeBase(baseRef, headSha);
  const base = measured === headSha ? parting : await mergedInto(measured, pullRequest, github);
  const isOld = base !== parting && (await github.mergeBase(parting, base)) !== parting;
  const isForeign = (await github.mergeBase(base, baseRef)) !== base;
  if (isOld || isForeign) {
    const why = isOld ? `older than ${parting.slice(0, 10)}, where the branches part` : `not of ${baseRef}`;
    throw refusal(measured, `merges the head into ${base.slice(0, 10)}, which is ${why}`);
  }
  return { head: measured, commits: await github.firstParents(base, limit) };
}

/** The first parent of a test merge. */
async function mergedInto(
  measured: string,
  { number, headSha }: OpenPullRequest,
  github: PublishGitHub,
): Promise<string> {
  const commit = await github.commit(measured);
  if (commit === null) throw refusal(measured, 'is not known to GitHub');
  const [base, merged, ...others] = commit.parents;
  if (base === undefined || merged !== headSha || others.length > 0) {
    throw refusal(measured, `is neither the head of pull request #${number} nor a test merge of it`);
  }
  return base;
}

function refusal(measured: string, reason: string): NotPublished {
  return new NotPublished('warning', `the measured commit ${measured.slice(0, 10)} ${reason}`);
}
