import type { Comparison } from '../compare/comparison.ts';
import {
  formatAgainst,
  formatDelta,
  formatInterval,
  formatPair,
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
  /** "[+5.8, +7.2] %"; '' without an interval. */
  readonly range: string;
  /** The range with the number of pairs; '' without an interval. */
  readonly interval: string;
}

export const NOTHING = '–';

/** Formats a row so that rounding never hides a change, nor turns its sign or its place beside the threshold. */
export function rowNumbers(row: Comparison): RowNumbers {
  const { before, after, unit, change } = row;
  if (before === null) {
    const none = { before: NOTHING, delta: NOTHING, percent: NOTHING, threshold: NOTHING };
    return { ...none, after: formatValue(after, unit), range: '', interval: '' };
  }
  const [shownBefore, shownAfter] = formatPair(before, after, unit);
  const range = row.ci === null ? '' : formatInterval(row.ci);
  const relative = change === null ? null : formatAgainst(change, row.threshold);
  return {
    before: shownBefore,
    after: shownAfter,
    delta: formatDelta(after - before, unit),
    percent: relative?.change ?? NOTHING,
    threshold: relative?.threshold ?? formatThreshold(row.threshold),
    range,
    interval: range === '' ? '' : `${range}, ${row.samples} pairs`,
  };
}

/** The relative change, or where there is none the difference; `–` for no change at all. */
export function changeText(row: Comparison): string {
  if (row.before === row.after) return NOTHING;
  const { percent, delta } = rowNumbers(row);
  return percent === NOTHING ? delta : percent;
}
