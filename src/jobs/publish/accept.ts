import type { OpenPullRequest, WorkflowRun } from '../../github/workflow-run.ts';
import { NotPublished, quoted } from './not-published.ts';
import type { PublishGitHub } from './ports.ts';

export interface Expected {
  /** The repository that this job runs for. */
  readonly repositoryId: number;
  /** Paths of the workflow files whose runs are published. */
  readonly workflows: readonly string[];
}

/** Ends of a run after which its data is whole: a gate that fails ends it with `failure`. */
const FINISHED = ['success', 'failure'];

/** Whether a run's data may be looked at. Errors: NotPublished. */
export function acceptRun(run: WorkflowRun, { repositoryId, workflows }: Expected): void {
  if (run.repositoryId !== repositoryId) {
    throw new NotPublished(
      'warning',
      `run ${run.id} belongs to repository ${run.repositoryId}, and this is repository ${repositoryId}`,
    );
  }
  if (run.path === null || !workflows.includes(run.path)) {
    throw new NotPublished(
      'warning',
      `run ${run.id} is of the workflow ${quoted(run.path ?? 'without a path')}, and only ${workflows.join(', ')} is published; the input "workflow" says which`,
    );
  }
  if (run.event !== 'pull_request') {
    throw new NotPublished(
      'notice',
      `run ${run.id} was started by ${quoted(run.event)}, not by a pull_request`,
    );
  }
  if (run.conclusion === null || !FINISHED.includes(run.conclusion)) {
    throw new NotPublished('notice', `run ${run.id} ended as ${quoted(run.conclusion ?? 'unknown')}`);
  }
}

/**
 * The open pull requests that a run was for: `workflow_run.pull_requests` is empty for forks, so they are those whose branch, head
 * and repository are the run's. A branch may have several, into different branches.
 * Errors: NotPublished.
 */
export async function findPullRequests(
  run: WorkflowRun,
  github: PublishGitHub,
): Promise<readonly OpenPullRequest[]> {
  const { headRepository, headBranch, headSha, repositoryId } = run;
  if (headRepository === null || headBranch === null) {
    throw new NotPublished('notice', `the branch of run ${run.id} is gone`);
  }
  const open = await github.openPullRequests(headRepository.owner, headBranch);
  const own = open.filter(
    (pull) => pull.headRepositoryId === headRepository.id && pull.baseRepositoryId === repositoryId,
  );
  if (own.length === 0) {
    throw new NotPublished(
      'notice',
      `there is no open pull request of the branch ${quoted(headBranch)} in repository ${headRepository.id}`,
    );
  }
  const current = own.filter((pull) => pull.headSha === headSha);
  if (current.length === 0) {
    const [pull] = own;
    throw new NotPublished(
      'notice',
      `pull request #${pull?.number} has moved on from ${headSha.slice(0, 10)} to ${pull?.headSha.slice(0, 10)}`,
    );
  }
  return current;
}

/** The one of a run's pull requests that its data says it is for. Errors: NotPublished. */
export function claimedPullRequest(
  candidates: readonly OpenPullRequest[],
  claimed: { readonly number: number; readonly headSha: string } | null,
): OpenPullRequest {
  const numbers = candidates.map(({ number }) => `#${number}`).join(', ');
  if (claimed === null) {
    throw new NotPublished('warning', `the data is of no pull request, and the run is of ${numbers}`);
  }
  const found = candidates.find(({ number }) => number === claimed.number);
  if (found === undefined) {
    throw new NotPublished(
      'warning',
      `the data says pull request #${claimed.number}, and the run is of ${numbers}`,
    );
  }
  if (claimed.headSha !== found.headSha) {
    throw new NotPublished(
      'warning',
      `the data says head ${claimed.headSha.slice(0, 10)}, and the run is of ${found.headSha.slice(0, 10)}`,
    );
  }
  return found;
}
