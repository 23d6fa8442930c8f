import type { Cause, Comparison } from '../compare/comparison.ts';
import type { Unit } from '../measure/metric.ts';
import { caseLabel, knownAxis, rowLabel } from './label.ts';
import { formatAgainst, formatDelta, formatValue } from './number.ts';
import type { Voice } from './voice.ts';

/** What a row did, as a sentence without its end: "`rg` grew by 112.4 KiB (+2.38 %)". */
export function movement(row: Comparison, voice: Voice): string {
  const delta = row.after - (row.before ?? 0);
  const amount = voice.number(formatDelta(Math.abs(delta), row.unit).replace('+', ''));
  const change =
    row.change === null ? '' : ` (${voice.number(formatAgainst(row.change, row.threshold).change)})`;
  return `${subject(row, voice)} ${verb(row, delta, amount)}${change}`;
}

/** A row that is over its budget: "`rg` loadable size is 4.72 MiB, over its budget of 4.50 MiB". */
export function overBudget(row: Comparison, voice: Voice): string {
  const value = voice.number(formatValue(row.after, row.unit));
  return `${rowLabel(row, voice)} is ${value}, over its budget of ${voice.number(formatValue(row.budget ?? 0, row.unit))}`;
}

/** A cause as a sentence without its end: "`profile.lto` changed from `fat` to `off`: …". `unit`: of its amount. */
export function causeSentence(cause: Cause, unit: Unit | null, voice: Voice): string {
  const moved = causeMovement(cause, voice);
  const amount = cause.amount === null || unit === null ? '' : voice.number(formatDelta(cause.amount, unit));
  const facts = [moved, amount].filter((part) => part !== '').join(', ');
  const note = voice.sentence(cause.note);
  if (cause.note.trim() === '' || (moved !== '' && SAID.includes(cause.note))) return facts;
  return facts === '' ? note : `${facts}: ${note}`;
}

/** Notes that say no more than the movement itself. */
const SAID: readonly string[] = ['added', 'removed', 'updated'];

/** A cause without its amount and note: "`profile.lto` changed from `fat` to `off`"; empty for a judgement. */
export function causeMovement(cause: Cause, voice: Voice): string {
  const { subject: name, before, after } = cause;
  if (name === '') return '';
  const shown = voice.name(name);
  if (before !== null && after !== null) {
    return `${shown} changed from ${voice.name(before)} to ${voice.name(after)}`;
  }
  if (after !== null) return `${shown} is new (${voice.name(after)})`;
  if (before !== null) return `${shown} is gone (was ${voice.name(before)})`;
  return shown;
}

/** What is said of a number that could not be judged, and that nobody need look at. */
export const NOT_JUDGED = 'not judged';

/** A row's verdict in a reader's words; '' for no change. */
export function verdictWord(row: Comparison): string {
  if (row.verdict === 'none') return '';
  if (row.verdict !== 'inconclusive') return row.verdict;
  return row.relevant ? 'undecided' : NOT_JUDGED;
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

function verb(row: Comparison, delta: number, amount: string): string {
  const maybe = row.verdict === 'inconclusive';
  if (knownAxis(row.case) === 'bench' && row.unit === 's') {
    return `${maybe ? 'may take' : 'takes'} ${amount} ${delta < 0 ? 'less' : 'longer'}`;
  }
  if (knownAxis(row.case) === 'bench' && row.metric === 'instructions') {
    return `${maybe ? 'may run' : 'runs'} ${amount} ${delta < 0 ? 'fewer' : 'more'} instructions`;
  }
  const [past, perfect] = delta < 0 ? ['shrank', 'shrunk'] : ['grew', 'grown'];
  return `${maybe ? `may have ${perfect}` : past} by ${amount}`;
}
