import { bodyParts } from './body.ts';
import { fitParts, utf16Length } from './limit.ts';
import type { Links } from './measured.ts';
import type { Report } from './report.ts';

/** Most UTF-16 units of a comment; GitHub refuses more than 65,536. */
export const MAX_COMMENT = 60_000;

export interface CommentContext extends Links {
  /** The hidden comment that the body is found again by: one line, `<!-- … -->`. */
  readonly marker: string;
  /** Page of the run, whose summary holds what does not fit here. */
  readonly runUrl?: string | undefined;
  /** In UTF-16 units. */
  readonly maxLength: number;
}

/** The report as the pull request's comment. Everything from outside is inert. Errors: throws for a marker that is not one hidden line. */
export function renderComment(report: Report, context: CommentContext): string {
  if (!/^<!--(?:(?!-->)[^\n\r])*-->$/.test(context.marker))
    throw new Error('the marker is not one hidden line');
  const limit = {
    max: context.maxLength - utf16Length(context.marker) - 1,
    measure: utf16Length,
    elsewhere: elsewhere(context.runUrl),
  };
  return `${context.marker}\n${fitParts(bodyParts(report, context), limit)}`;
}

const PLAIN_URL = /^https?:\/\/[\w.:/~%-]+$/;

function elsewhere(runUrl: string | undefined): string {
  const summary =
    runUrl !== undefined && PLAIN_URL.test(runUrl) ? `[the job's summary](${runUrl})` : "the job's summary";
  return `in ${summary} and in \`report.json\``;
}
