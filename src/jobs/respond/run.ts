import type { AskedPullRequest, CheckRun } from './ports.ts';
import { Unanswerable } from './unanswerable.ts';

export interface WantedRun {
  readonly pullRequest: number;
  readonly repositoryId: number;
  readonly workflows: readonly string[];
  /** When the command was written, ISO 8601; null: now. */
  readonly writtenAt: string | null;
}

/**
 * The finished run that checked a pull request's head and was there when the command was written: whoever wrote it cannot have meant a
 * head that came later. Errors: Unanswerable.
 */
export function findRun(runs: readonly CheckRun[], pull: AskedPullRequest, wanted: WantedRun): CheckRun {
  const { workflows, writtenAt } = wanted;
  const head = pull.headSha.slice(0, 10);
  const own = runs
    .filter((run) => isOf(run, pull, wanted))
    .toSorted((one, other) => Number(BigInt(other.id) - BigInt(one.id)));
  if (own.length === 0) {
    const files = workflows.map((path) => path.replace('.github/workflows/', '')).join(', ');
    throw new Unanswerable(
      `there is no run of ${files} for ${head}; push a commit, or close and open the pull request again`,
    );
  }
  const [run] = own.filter(
    ({ createdAt }) => writtenAt === null || Date.parse(createdAt) <= Date.parse(writtenAt),
  );
  if (run === undefined) {
    throw new Unanswerable(`the pull request has moved on to ${head} since the command was written`);
  }
  if (own.some(({ conclusion }) => conclusion === 'action_required')) {
    throw new Unanswerable(`the run of ${head} waits for an approval on GitHub`);
  }
  if (own.some(({ status }) => status !== 'completed')) {
    throw new Unanswerable(`the run of ${head} is not finished; write it again when it is`);
  }
  return run;
}

/** The attempt that a run's next start makes. */
export function rerunOf({ id, attempt }: CheckRun): { readonly run: string; readonly attempt: number } {
  return { run: id, attempt: attempt + 1 };
}

function isOf(run: CheckRun, pull: AskedPullRequest, wanted: WantedRun): boolean {
  return (
    run.event === 'pull_request' &&
    run.repositoryId === wanted.repositoryId &&
    wanted.workflows.includes(run.path) &&
    run.headSha === pull.headSha &&
    pull.headRepositoryId !== null &&
    run.headRepositoryId === pull.headRepositoryId &&
    // Empty for a fork's.
    (run.pullRequests.length === 0 || run.pullRequests.includes(wanted.pullRequest))
  );
}
