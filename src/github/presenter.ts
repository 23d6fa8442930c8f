import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Presenter } from '../jobs/ports.ts';
import {
  MAX_REPORT_DATA_BYTES,
  type MeasuredData,
  REPORT_DATA_FILE,
  type ReportData,
  reportDataSchema,
} from '../measure/report-data.ts';
import type { Logger } from '../ports.ts';
import { type Annotation, renderAnnotations } from '../report/annotations.ts';
import { MAX_COMMENT, renderComment } from '../report/comment.ts';
import type { Report } from '../report/report.ts';
import { renderSummary } from '../report/summary.ts';
import { type CommentMarker, commentMarker } from './comment-marker.ts';
import type { PullRequest, RunContext } from './context.ts';
import { type GitHub, GitHubError } from './github.ts';

/** The part of `@actions/core` that presenting needs. */
export interface PresentCommands {
  setOutput(name: string, value: string): void;
  error(message: string, properties: { title: string }): void;
  warning(message: string, properties: { title: string }): void;
  notice(message: string, properties: { title: string }): void;
  readonly summary: { addRaw(text: string): { write(): Promise<unknown> } };
}

export interface PresenterParts {
  readonly core: PresentCommands;
  readonly context: RunContext;
  /** Tells the comments of several uses on one pull request apart. */
  readonly name: string;
  /** null: no comment is wanted, or there is no pull request to write it on. */
  readonly github: GitHub | null;
  readonly logger: Logger;
}

/** Presents to GitHub: job summary first, then outputs and annotations, the comment last, so that a refused comment loses nothing. */
export function createActionPresenter(parts: PresenterParts): Presenter {
  return {
    present: async (report, gate, data) => {
      await writeSummary(report, parts);
      const markdown = commentOf(report, parts);
      await writeOutputs(report, markdown, parts);
      if (data !== null) await leaveData(data, parts);
      for (const annotation of renderAnnotations(report, gate)) annotate(annotation, parts.core);
      await writeComment(markdown, parts);
    },
  };
}

async function writeSummary(report: Report, { core, context, logger }: PresenterParts): Promise<void> {
  try {
    await core.summary.addRaw(renderSummary(report, linksOf(context))).write();
  } catch (error) {
    logger.warning(`The job summary could not be written: ${messageOf(error)}`);
  }
}

async function writeOutputs(
  report: Report,
  markdown: string,
  { core, context, logger }: PresenterParts,
): Promise<void> {
  core.setOutput('verdict', report.verdict);
  core.setOutput('regressions', String(countOf(report, 'regression')));
  core.setOutput('improvements', String(countOf(report, 'improvement')));
  core.setOutput('baseline-sha', report.base?.sha ?? '');
  try {
    const folder = await mkdtemp(join(context.temporary, 'tare-report-'));
    core.setOutput(
      'report',
      await write(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`),
    );
    core.setOutput('markdown', await write(join(folder, 'comment.md'), markdown));
  } catch (error) {
    logger.warning(`The report could not be written to ${context.temporary}: ${messageOf(error)}`);
  }
}

/** Leaves what the report was judged from, for a workflow that may write to judge it again; docs/how-to/forks.md. */
async function leaveData(data: MeasuredData, { core, context, logger }: PresenterParts): Promise<void> {
  const { pullRequest, temporary } = context;
  const whole = {
    ...data,
    pullRequest: pullRequest && { number: pullRequest.number, headSha: pullRequest.headSha },
  };
  let text = dataText(whole);
  if (text.kind === 'large') {
    logger.warning(
      `${REPORT_DATA_FILE} is too large, so it does not name where the bytes of programs come from.`,
    );
    text = dataText({ ...whole, configurations: whole.configurations.map(withoutAttributions) });
  }
  if (text.kind !== 'fits') {
    const reason = text.kind === 'large' ? 'it is too large' : text.reason;
    logger.warning(`${REPORT_DATA_FILE} was not written, so no other workflow can publish it: ${reason}`);
    return;
  }
  try {
    const folder = await mkdtemp(join(temporary, 'tare-report-'));
    core.setOutput('report-data', await write(join(folder, REPORT_DATA_FILE), text.text));
  } catch (error) {
    logger.warning(`${REPORT_DATA_FILE} could not be written to ${temporary}: ${messageOf(error)}`);
  }
}

function dataText(
  data: ReportData,
): { kind: 'fits'; text: string } | { kind: 'large' } | { kind: 'unfit'; reason: string } {
  const { success, data: checked, error } = reportDataSchema.safeParse(data);
  if (!success) {
    const [issue] = error.issues;
    return { kind: 'unfit', reason: `${issue?.path.join('.')}: ${issue?.message}` };
  }
  const text = JSON.stringify(checked);
  return Buffer.byteLength(text) > MAX_REPORT_DATA_BYTES ? { kind: 'large' } : { kind: 'fits', text };
}

function withoutAttributions(
  one: ReportData['configurations'][number],
): ReportData['configurations'][number] {
  return one.head === null ? one : { ...one, head: { ...one.head, attributions: [] } };
}

async function write(path: string, text: string): Promise<string> {
  await writeFile(path, text);
  return path;
}

function countOf(report: Report, verdict: 'regression' | 'improvement'): number {
  return report.comparisons.filter((row) => row.headline && row.relevant && row.verdict === verdict).length;
}

function annotate({ level, title, message }: Annotation, core: PresentCommands): void {
  core[level](message, { title });
}

async function writeComment(
  markdown: string,
  { core, context, name, github, logger }: PresenterParts,
): Promise<void> {
  if (github === null || context.pullRequest === null) return;
  try {
    const outcome = await github.upsertComment(
      context.pullRequest.number,
      markerOf(context, name).prefix,
      markdown,
    );
    if (outcome.url !== null) core.setOutput('comment-url', outcome.url);
    logger.info(outcome.written ? `Comment: ${outcome.url}` : `No comment was written: ${outcome.reason}`);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    const { pullRequest } = context;
    if (error.status === 403 && (pullRequest.fork || pullRequest.dependabot)) {
      await explainMissingComment(pullRequest, { core, logger });
    } else {
      logger.warning(`The comment could not be written; the report is in the job summary. ${error.message}`);
    }
  }
}

/** On a fork's pull request a refused comment is how GitHub means it, and no warning. */
async function explainMissingComment(
  { fork }: PullRequest,
  { core, logger }: Pick<PresenterParts, 'core' | 'logger'>,
): Promise<void> {
  const whose = fork ? 'a fork' : 'Dependabot';
  const said = `No comment was written: on a pull request of ${whose} the token may only read. The report is in the job summary. To have a comment, add the second workflow of docs/how-to/forks.md (in Tare's repository), which publishes the output report-data.`;
  core.notice(said, { title: 'Tare' });
  try {
    await core.summary.addRaw(`\n> ${said}\n`).write();
  } catch (error) {
    logger.warning(`The job summary could not be written: ${messageOf(error)}`);
  }
}

function markerOf({ pullRequest, sha, runId, runAttempt }: RunContext, name: string): CommentMarker {
  return commentMarker(name, { headSha: pullRequest?.headSha ?? sha, runId, runAttempt });
}

function commentOf(report: Report, { context, name }: PresenterParts): string {
  const marker = markerOf(context, name).line;
  return renderComment(report, {
    ...linksOf(context),
    marker,
    runUrl: context.runUrl,
    maxLength: MAX_COMMENT,
  });
}

function linksOf({ pullRequest, sha, repositoryUrl }: RunContext): {
  headSha: string;
  repositoryUrl: string;
} {
  return { headSha: pullRequest?.headSha ?? sha, repositoryUrl };
}
