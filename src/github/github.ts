import type { CommitMessage } from '../process/commit.ts';
import type { Branch } from '../store/history/branch.ts';
import type { AskedOnHead } from './asked.ts';
import type { IssueDraft, IssueOutcome } from './issues.ts';

/** What became of a comment. `reason`: one line for the summary, saying why nothing was written. */
export type CommentOutcome =
  | { readonly written: true; readonly url: string; readonly created: boolean }
  | { readonly written: false; readonly url: string | null; readonly reason: string };

/** What Tare asks of GitHub. Errors: every method throws GitHubError when GitHub refuses or cannot be reached. */
export interface GitHub {
  /** `sha` and up to `limit` of its first-parent ancestors, nearest first. */
  firstParents(sha: string, limit: number): Promise<readonly string[]>;
  /** The merge base of two revisions (branch names or SHAs): full SHA. */
  mergeBase(base: string, head: string): Promise<string>;
  /** Commits that are reachable from `head` and not from `base`, at most 500, the newest first. */
  messages(base: string, head: string): Promise<readonly CommitMessage[]>;
  /** The merged pull request that brought a commit; null: none. */
  pullRequestOf(commit: string): Promise<number | null>;
  /** Who put a label on a pull request, where it still has it; null: it does not. */
  labelledBy(pullRequest: number, label: string): Promise<string | null>;
  /** What commands in comments asked on a head of a pull request; each is checked against the comment that holds it. */
  asked(pullRequest: number, headSha: string): Promise<AskedOnHead>;
  /** A branch that is written without a clone; its methods throw BranchError. */
  branch(name: string): Branch;
  /** The current head of a pull request: full SHA. */
  pullRequestHead(number: number): Promise<string>;
  /**
   * Edits the one comment that begins with `marker` and was written by this token's user, or creates it.
   * `body` begins with `marker`; both come from `commentMarker`. Nothing is written when the pull request's head is no
   * longer the commit in the body's marker, or when a newer run has reported on that commit already.
   */
  upsertComment(pullRequest: number, marker: string, body: string): Promise<CommentOutcome>;
  /** Edits the one issue that begins with the draft's marker and was written by this token's user, or creates it. */
  writeIssue(draft: IssueDraft): Promise<IssueOutcome>;
  /** Like {@link upsertComment}, but never creates one; null when there is none. */
  updateComment(pullRequest: number, marker: string, body: string): Promise<CommentOutcome | null>;
}

/** GitHub refused or could not be reached. `message`: one line with what was tried, the answer, and what to do. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError';
  /** HTTP status; null when no answer came, or only a part of one. */
  readonly status: number | null;

  constructor(message: string, status: number | null) {
    super(message);
    this.status = status;
  }
}
