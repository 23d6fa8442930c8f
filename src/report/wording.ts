import type { Comparison } from '../compare/comparison.ts';
import { MIN_EARLIER_VALUES } from '../compare/historical.ts';
import { caseLabel, knownAxis, rowLabel } from './label.ts';
import { formatAgainst, formatDelta, formatValue } from './number.ts';
import type { Voice } from './voice.ts';

/** What a row did, as a sentence without its end: "`rg` grew by 112.4 KiB (+2.38 %)", "`sort/10k` got 6.50 % slower". */
export function movement(row: Comparison, voice: Voice): string {
  const relative = knownAxis(row.case) === 'bench' ? (row.change ?? 0) : 0;
  if (relative !== 0 && row.metric === 'wall-time')
    return `${subject(row, voice)} ${pace(row, relative, voice)}`;
  if (relative !== 0 && row.metric === 'instructions') {
    return `${subject(row, voice)} ${work(row, relative, voice)}`;
  }
  const delta = row.after - (row.before ?? 0);
  const amount = voice.number(formatDelta(Math.abs(delta), row.unit).replace('+', ''));
  const change =
    row.change === null ? '' : ` (${voice.number(formatAgainst(row.change, row.threshold).change)})`;
  const [past, perfect] = delta < 0 ? ['shrank', 'shrunk'] : ['grew', 'grown'];
  const grown = row.verdict === 'inconclusive' ? `may have ${perfect}` : past;
  return `${subject(row, voice)} ${grown} by ${amount}${change}`;
}

/** A row that is over its budget: "`rg` loadable size is 4.72 MiB, over its budget of 4.50 MiB". */
export function overBudget(row: Comparison, voice: Voice): string {
  const value = voice.number(formatValue(row.after, row.unit));
  return `${rowLabel(row, voice)} is ${value}, over its budget of ${voice.number(formatValue(row.budget ?? 0, row.unit))}`;
}

/** What is said of a number that could not be judged, and that nobody need look at. */
export const NOT_JUDGED = 'not judged';

/** What is said of a number that was judged and left open. */
export const UNDECIDED = 'undecided';

/** A row's verdict in a reader's words; '' for no change. */
export function verdictWord(row: Comparison): string {
  if (row.verdict === 'none') return isPlacement(row) ? 'not your change' : '';
  if (row.verdict !== 'inconclusive') return row.verdict;
  return isUndecided(row) ? UNDECIDED : NOT_JUDGED;
}

/** "not judged: needs 10 main commits, 1 so far"; '' when every deciding row was judged. */
export function notJudged(rows: readonly Comparison[]): string {
  const open = rows.filter((other) => other.headline && verdictWord(other) === NOT_JUDGED);
  const [row] = open;
  if (row === undefined) return '';
  if (row.tier !== 'historical') return rows.length === 1 ? NOT_JUDGED : `${open.length} ${NOT_JUDGED}`;
  if (row.why.some(({ kind }) => kind === 'machine')) return `${NOT_JUDGED}: other hardware`;
  if (row.samples === 0 || row.samples >= MIN_EARLIER_VALUES) return NOT_JUDGED;
  return `${NOT_JUDGED}: needs ${MIN_EARLIER_VALUES} main commits, ${row.samples} so far`;
}

/** Pairs that were run and decide nothing are an answer too, though not one to act on. */
function isUndecided(row: Comparison): boolean {
  return row.relevant || (row.tier === 'paired' && row.samples > 0);
}

/** Whether a change was seen, looked into and found to be code placement: the only rows that must be seen without having changed. */
export function isPlacement(row: Comparison): boolean {
  return row.verdict === 'none' && row.relevant && knownAxis(row.case) === 'bench';
}

/** A row's verdict as one sign; '' for no change. */
export function rowIcon(row: Comparison): string {
  if (row.overBudget) return '❌';
  return isPlacement(row) ? '➖' : ICONS[row.verdict];
}

const ICONS = { regression: '❌', improvement: '✅', inconclusive: '❓', none: '' } as const;

const HASH_SHOWN = 12;

/** A field of an identity as a reader has use for it: of a lockfile's hash the beginning. */
export function identityValue(field: string, value: string): string {
  return field === 'lockfile' ? value.slice(0, HASH_SHOWN) : value;
}

/** "1 regression", "3 regressions". */
export function plural(count: number, noun: string, shown: string = String(count)): string {
  return `${shown} ${noun}${count === 1 ? '' : 's'}`;
}

function subject(row: Comparison, voice: Voice): string {
  const shipped =
    row.metric === 'loadable-bytes' || row.metric === 'wall-time' || row.metric === 'instructions';
  const plain = knownAxis(row.case) !== 'compile' && shipped;
  return plain ? caseLabel(row.case, voice) : rowLabel(row, voice);
}

function pace(row: Comparison, change: number, voice: Voice): string {
  const amount = shareOf(row, change, voice);
  const maybe = row.verdict === 'inconclusive';
  if (change > 0) return `${maybe ? 'may have become' : 'got'} ${amount} slower`;
  return `${maybe ? 'may take' : 'takes'} ${amount} less time`;
}

function work(row: Comparison, change: number, voice: Voice): string {
  const maybe = row.verdict === 'inconclusive';
  return `${maybe ? 'may run' : 'runs'} ${shareOf(row, change, voice)} ${change < 0 ? 'fewer' : 'more'} instructions`;
}

/** A change without its sign. */
function shareOf(row: Comparison, change: number, voice: Voice): string {
  return voice.number(formatAgainst(Math.abs(change), row.threshold).change.replace('+', ''));
}
