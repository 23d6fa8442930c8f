import type { PublishInputs } from '../config/inputs.ts';
import type { Publication } from '../jobs/publish/ports.ts';
import type { Logger } from '../ports.ts';
import { MAX_COMMENT, renderComment } from '../report/comment.ts';
import type { Report } from '../report/report.ts';
import type { Client } from './client.ts';
import { commentMarker } from './comment-marker.ts';
import { type GitHub, GitHubError } from './github.ts';
import { writeStatus } from './statuses.ts';
import type { WorkflowRun } from './workflow-run.ts';

export interface PublisherParts {
  readonly github: Pick<GitHub, 'upsertComment'>;
  readonly client: Client;
  readonly repository: { readonly owner: string; readonly repo: string };
  /** Page of the repository, without a slash at the end. */
  readonly repositoryUrl: string;
  /** The run that measured: its id orders comments and its page holds the summary. */
  readonly run: WorkflowRun;
  /** Tells the comments, and the statuses, of several uses apart. */
  readonly name: string;
  readonly inputs: PublishInputs;
  readonly logger: Logger;
  readonly setOutput: (name: 'comment-url' | 'verdict', value: string) => void;
}

/**
 * Writes the comment, then the commit status of the pull request's head. A comment that a newer run has written stays, and then
 * the status does too. Errors: GitHubError when the comment is refused; a refused status is a warning.
 */
export async function publishReport(publication: Publication, parts: PublisherParts): Promise<void> {
  const { run, logger, setOutput } = parts;
  const runUrl = `${parts.repositoryUrl}/actions/runs/${run.id}`;
  setOutput('verdict', publication.report.verdict);
  let url = runUrl;
  if (publication.comment) {
    const outcome = await comment(publication, runUrl, parts);
    if (!outcome.written) {
      logger.info(`Nothing was published: ${outcome.reason}`);
      return;
    }
    setOutput('comment-url', outcome.url);
    logger.info(`Comment: ${outcome.url}`);
    url = outcome.url;
  }
  if (parts.inputs.status) await status(publication, url, parts);
}

function comment(
  { report, pullRequest }: Publication,
  runUrl: string,
  { github, run, name, repositoryUrl }: PublisherParts,
) {
  const { headSha, id: runId, attempt: runAttempt } = run;
  const marker = commentMarker(name, { headSha, runId, runAttempt });
  const links = { headSha, repositoryUrl, runUrl };
  const body = renderComment(report, { ...links, marker: marker.line, maxLength: MAX_COMMENT });
  return github.upsertComment(pullRequest.number, marker.prefix, body);
}

async function status(
  { report, gate }: Publication,
  url: string,
  { client, repository, run, name, logger }: PublisherParts,
): Promise<void> {
  const unbuilt = report.failed.some((row) => row.case.startsWith('compile '));
  const state = unbuilt ? 'error' : gate.length > 0 ? 'failure' : 'success';
  const context = name === 'default' ? 'tare' : `tare (${name})`;
  try {
    const description = unbuilt ? 'The build failed' : describe(report, gate.length);
    await writeStatus(client, repository, { sha: run.headSha, state, context, description, url });
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    logger.warning(`The commit status could not be written. ${error.message}`);
  }
}

const VERDICTS: Readonly<Record<Report['verdict'], string>> = {
  regression: 'Regression',
  improvement: 'Improvement',
  mixed: 'Regressions and improvements',
  none: 'No change',
  inconclusive: 'Undecided',
};

/** Words of ours and counts alone. */
function describe({ verdict }: Report, gate: number): string {
  if (gate === 0) return VERDICTS[verdict];
  return `${VERDICTS[verdict]}; the gate failed for ${gate} ${gate === 1 ? 'row' : 'rows'}`;
}
