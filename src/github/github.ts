/** What Tare asks of GitHub. Errors: every method throws GitHubError when GitHub refuses or cannot be reached. */
export interface GitHub {
  /** `sha` and up to `limit` of its first-parent ancestors, nearest first. */
  firstParents(sha: string, limit: number): Promise<readonly string[]>;
  /** The current head of a pull request: full SHA. */
  pullRequestHead(number: number): Promise<string>;
  /** Edits the one comment that carries `marker` and was written by this token's user, or creates it. `body` holds the marker. */
  upsertComment(
    pullRequest: number,
    marker: string,
    body: string,
  ): Promise<{ readonly url: string; readonly created: boolean }>;
  /** Like {@link upsertComment}, but never creates one; null when there is none. */
  updateComment(pullRequest: number, marker: string, body: string): Promise<{ readonly url: string } | null>;
}

/** GitHub refused or could not be reached. `message`: one line with what was tried, the answer, and what to do. */
export class GitHubError extends Error {
  override readonly name = 'GitHubError';
  /** HTTP status; null when no answer came. */
  readonly status: number | null;

  constructor(message: string, status: number | null) {
    super(message);
    this.status = status;
  }
}
