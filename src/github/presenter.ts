import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Presenter } from '../jobs/ports.ts';
import type { Logger } from '../ports.ts';
import { type Annotation, renderAnnotations } from '../report/annotations.ts';
import { MAX_COMMENT, renderComment } from '../report/comment.ts';
import type { Report } from '../report/report.ts';
import { renderSummary } from '../report/summary.ts';
import { type CommentMarker, commentMarker } from './comment-marker.ts';
import type { RunContext } from './context.ts';
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
    present: async (report, gate) => {
      await writeSummary(report, parts);
      const markdown = commentOf(report, parts);
      await writeOutputs(report, markdown, parts);
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
    logger.warning(`The comment could not be written; the report is in the job summary. ${error.message}`);
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
