import type { Comparison } from '../compare/comparison.ts';
import {
  formatAgainst,
  formatDelta,
  formatPair,
  formatPercentRange,
  formatThreshold,
  formatValue,
} from './number.ts';

/** A row's numbers as plain text: before, after, difference, relative change and threshold. `–` stands for what it does not have. */
export interface RowNumbers {
  readonly before: string;
  readonly after: string;
  readonly delta: string;
  readonly percent: string;
  readonly threshold: string;
  /** "[+5.8, +7.2] %", with the number of pairs; '' without an interval. */
  readonly interval: string;
}

export const NOTHING = '–';

/** Formats a row so that rounding never hides a change, nor turns its sign or its place beside the threshold. */
export function rowNumbers(row: Comparison): RowNumbers {
  const { before, after, unit, change } = row;
  if (before === null) {
    const none = { before: NOTHING, delta: NOTHING, percent: NOTHING, threshold: NOTHING, interval: '' };
    return { ...none, after: formatValue(after, unit) };
  }
  const [shownBefore, shownAfter] = formatPair(before, after, unit);
  const relative = change === null ? null : formatAgainst(change, row.threshold);
  return {
    before: shownBefore,
    after: shownAfter,
    delta: formatDelta(after - before, unit),
    percent: relative?.change ?? NOTHING,
    threshold: relative?.threshold ?? formatThreshold(row.threshold),
    interval: row.ci === null ? '' : `${formatPercentRange(row.ci)}, ${row.samples} pairs`,
  };
}
