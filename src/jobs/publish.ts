import { judgeGate } from '../compare/gate.ts';
import type { WorkflowRun } from '../github/workflow-run.ts';
import { acceptRun, claimedPullRequest, type Expected, findPullRequests } from './publish/accept.ts';
import { fetchData } from './publish/fetch-data.ts';
import { judgeData } from './publish/judge-data.ts';
import { NotPublished } from './publish/not-published.ts';
import type { PublishPorts } from './publish/ports.ts';
import { trustedCommits } from './publish/trusted-commits.ts';
import { openWorkplace } from './workplace.ts';

export interface PublishRequest extends Expected {
  /** The run whose end started this one. */
  readonly run: WorkflowRun;
  /** Name of the artifact that holds the data. */
  readonly artifact: string;
  /** Where the project lies, relative to the repository. */
  readonly project: string;
}

/** What became of it. */
export type Published =
  | { readonly published: true }
  /** `reason`: one line that says what was refused and why; `level`: whether somebody should look at it. */
  | { readonly published: false; readonly level: NotPublished['level']; readonly reason: string };

/**
 * Publishes what a pull request's check measured with a token that may only read: finds its data and its pull request, judges
 * the raw samples again with the default branch's baseline, thresholds and configuration, and hands the report on. No program
 * is run, and nothing of the data leaves memory but the report. What is refused changes nothing anywhere.
 * Errors: those of the ports.
 */
export async function publish(request: PublishRequest, ports: PublishPorts): Promise<Published> {
  try {
    await publishOrThrow(request, ports);
    return { published: true };
  } catch (error) {
    if (!(error instanceof NotPublished)) throw error;
    return { published: false, level: error.level, reason: `Nothing was published: ${error.message}.` };
  }
}

async function publishOrThrow(request: PublishRequest, ports: PublishPorts): Promise<void> {
  const { run, artifact, project } = request;
  const { github, logger } = ports;
  acceptRun(run, request);
  const candidates = await findPullRequests(run, github);
  const data = await fetchData(run, artifact, github);
  const pullRequest = claimedPullRequest(candidates, data.pullRequest);
  const { number, headSha } = pullRequest;
  logger.info(`Run ${run.id} measured pull request #${number} at ${headSha.slice(0, 10)}`);
  const own = pullRequest.headRepositoryId === request.repositoryId;
  const config = await ports.loadConfig();
  const commits = await trustedCommits(data.commit, pullRequest, config.baseline.ancestors, github);
  const workplace = await openWorkplace(ports.temporary);
  try {
    const report = await logger.group('Judge the measurements again with main’s baseline', () =>
      judgeData({ data, config, project, commits, pullRequest: { number, headSha, own } }, workplace, ports),
    );
    const gate = judgeGate(report.comparisons, config.failOn, report.accepted);
    await ports.publish({ report, gate, pullRequest, comment: config.comment });
  } finally {
    await workplace.remove();
  }
}
