import type { IssueComment } from './issue-comment.ts';
import type { WorkflowRun } from './workflow-run.ts';

/** What job the run does. */
export const MODES = ['auto', 'record', 'check', 'triage', 'publish', 'respond'] as const;
export type Mode = (typeof MODES)[number];
export type Job = Exclude<Mode, 'auto'>;

export interface PullRequest {
  readonly number: number;
  /** Tip of the pull request's branch; reports belong to it. */
  readonly headSha: string;
  /** Tip of the base branch when the event was made; the branch may have moved on since. */
  readonly baseSha: string;
  /** Name of the base branch, without `refs/heads/`. */
  readonly baseRef: string;
  /** Whether the branch lives in another repository. */
  readonly fork: boolean;
  /** Whether Dependabot caused this run, whose token may then only read. */
  readonly dependabot: boolean;
}

/** What started this run, read from the runner's environment and event file. */
export interface RunContext {
  readonly event: string;
  readonly owner: string;
  readonly repository: string;
  /** null where the event does not tell. */
  readonly repositoryId: number | null;
  /** The commit that the run is for (GITHUB_SHA): on a pull request, the test merge. */
  readonly sha: string;
  readonly ref: string;
  readonly defaultBranch: string | null;
  readonly pullRequest: PullRequest | null;
  /** Base of a merge group. */
  readonly mergeGroupBase: string | null;
  /** The run whose end is the event. */
  readonly workflowRun: WorkflowRun | null;
  /** The comment whose change is the event. */
  readonly comment: IssueComment | null;
  /** Login of who caused the run. */
  readonly actor: string;
  /** Root of the REST API, without a slash at the end. */
  readonly apiUrl: string;
  /** Page of the repository, without a slash at the end. */
  readonly repositoryUrl: string;
  readonly runUrl: string;
  readonly runId: string;
  readonly runAttempt: string;
  /** Root of the checkout, absolute. */
  readonly workspace: string;
  readonly temporary: string;
}
