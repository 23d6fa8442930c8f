import { visible } from '../../inert.ts';
import { knownMetric, subjectOf } from '../../label.ts';
import type { MarkKind, TrendCommit, TrendSeries } from '../trend.ts';

export interface SeriesTitle {
  readonly subject: string;
  readonly metric: string;
}

/** A series in a reader's words, every character of its names visible. */
export function titleOf(series: TrendSeries): SeriesTitle {
  const title = knownMetric(series.case, series.metric)?.title ?? visible(series.metric);
  return { subject: visible(subjectOf(series.case)), metric: title };
}

/** 4 Nov 2026. */
export function dayOf(commit: TrendCommit | undefined): string {
  return commit === undefined ? '' : dayText(commit.committed);
}

/** A day in UTC; '' for a time that no calendar has. */
export function dayText(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return '';
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function shortSha(sha: string): string {
  return sha.slice(0, 8);
}

export const MARK_WORDS: Record<MarkKind, string> = {
  regression: 'regression',
  improvement: 'improvement',
  accepted: 'accepted regression',
};

export const MARK_SIGNS: Record<MarkKind, string> = { regression: '▲', improvement: '▼', accepted: '△' };

/** "1 commit", "12 345 commits". */
export function counted(count: number, noun: string, several = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : several}`;
}
