import type { Logger } from '../../ports.ts';

/** A pull request as GitHub has it now. */
export interface AskedPullRequest {
  readonly open: boolean;
  readonly headSha: string;
  /** null when the repository of its branch is gone. */
  readonly headRepositoryId: number | null;
}

/** A run of a workflow, all of it GitHub's own word. */
export interface CheckRun {
  readonly id: string;
  readonly attempt: number;
  readonly event: string;
  /** File of its workflow, `.github/workflows/NAME`. */
  readonly path: string;
  /** `completed`, or what it is doing. */
  readonly status: string | null;
  readonly conclusion: string | null;
  /** ISO 8601, UTC: when its first attempt was made. */
  readonly createdAt: string;
  readonly headSha: string;
  readonly headRepositoryId: number | null;
  readonly repositoryId: number;
  /** Numbers of its pull requests; empty for a fork's. */
  readonly pullRequests: readonly number[];
}

/** A comment that Tare's own account wrote and that has Tare's marker. */
export interface OwnComment {
  readonly id: number;
  readonly body: string;
  /** Head that it reports on; null when it cannot be told. */
  readonly headSha: string | null;
  /** Whether a run has written a report into it. */
  readonly reported: boolean;
}

export type Reaction = '+1' | 'confused';

/** What answering a command asks of GitHub. Errors: every method throws what its implementation says. */
export interface RespondGitHub {
  /** Whether a person may write to the repository. */
  mayWrite(login: string): Promise<boolean>;
  pullRequest(number: number): Promise<AskedPullRequest>;
  /** The runs of a workflow for a head, the newest first. `workflow`: path of its file. */
  runs(workflow: string, headSha: string): Promise<readonly CheckRun[]>;
  /** Runs all jobs of a run again, or those that failed: on the commit and with the rights that it had. */
  rerun(runId: string, jobs: 'all' | 'failed'): Promise<void>;
  react(commentId: number, reaction: Reaction): Promise<void>;
  /** Tare's comments on a pull request, this use's first. */
  ownComments(pullRequest: number): Promise<readonly OwnComment[]>;
  editComment(id: number, body: string): Promise<void>;
  /** Writes Tare's comment where there is none. `headSha`: what it belongs to. */
  createComment(pullRequest: number, headSha: string, text: string): Promise<void>;
}

export interface RespondPorts {
  readonly github: RespondGitHub;
  readonly logger: Logger;
}
