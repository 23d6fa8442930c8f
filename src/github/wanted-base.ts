import type { RunContext } from './context.ts';

/** A commit and its parents' full SHAs, in order. */
export interface CommitParents {
  readonly sha: string;
  readonly parents: readonly string[];
}

/** Which commit the measured one is to be compared with. `why`: a clause for the report's "how it was measured". */
export type WantedBase =
  | { readonly kind: 'commit'; readonly sha: string; readonly why: string }
  /** Ask GitHub or git for the merge base of two revisions. */
  | { readonly kind: 'merge-base'; readonly base: string; readonly head: string; readonly why: string }
  /** The commit has no parent: there is nothing to compare with. */
  | { readonly kind: 'none'; readonly why: string };

/**
 * Decides which commit is the right base for what is checked out. `checkout` is git's HEAD: users may check out the pull
 * request's head in place of the test merge, and the tree that was measured decides.
 */
export function wantedBase(context: RunContext, checkout: CommitParents): WantedBase {
  const { pullRequest, mergeGroupBase } = context;
  if (mergeGroupBase !== null) return commit(mergeGroupBase, 'the base of the merge group');
  if (pullRequest !== null) return baseOfPullRequest(context, pullRequest, checkout);
  const { defaultBranch, ref } = context;
  if (defaultBranch !== null && ref.startsWith('refs/heads/') && ref !== `refs/heads/${defaultBranch}`) {
    return mergeBase(defaultBranch, checkout.sha);
  }
  return firstParent(checkout, 'the first parent');
}

function baseOfPullRequest(
  context: RunContext,
  pullRequest: { readonly headSha: string; readonly baseRef: string },
  checkout: CommitParents,
): WantedBase {
  const { headSha, baseRef } = pullRequest;
  const testMerge = checkout.parents.length === 2 && checkout.parents[1] === headSha;
  // The base that GitHub merged with; `pull_request.base.sha` may be older than it.
  if (checkout.sha !== headSha && (testMerge || checkout.sha === context.sha)) {
    return firstParent(checkout, `the tip of ${baseRef} that the test merge has`);
  }
  return mergeBase(baseRef, headSha);
}

function mergeBase(base: string, head: string): WantedBase {
  return { kind: 'merge-base', base, head, why: `the commit where the branch left ${base}` };
}

function firstParent(checkout: CommitParents, why: string): WantedBase {
  const parent = checkout.parents[0];
  return parent === undefined ? { kind: 'none', why: 'the commit has no parent' } : commit(parent, why);
}

function commit(sha: string, why: string): WantedBase {
  return { kind: 'commit', sha, why };
}
