import { bodyParts } from './body.ts';
import { fitParts, utf8Length } from './limit.ts';
import type { Links } from './measured.ts';
import type { Report } from './report.ts';

/** Most UTF-8 bytes of a step's summary that Tare writes; the runner drops the whole summary beyond 1,048,576. */
export const MAX_SUMMARY = 1_000_000;

/** The report as a job summary: the comment's content with room for more rows, at most {@link MAX_SUMMARY} bytes of UTF-8. */
export function renderSummary(report: Report, links: Links): string {
  const limit = { max: MAX_SUMMARY - 1, measure: utf8Length, elsewhere: 'in `report.json`' };
  return `${fitParts(bodyParts(report, links), limit)}\n`;
}
