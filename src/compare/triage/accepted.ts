import type { Acceptance } from '../../measure/history-record.ts';
import { fits } from '../../wildcard.ts';
import { isRegression } from './entries.ts';
import type { Judged } from './steps.ts';

/** Whether an acceptance is about a case. */
export function isFor({ case: pattern }: Acceptance, name: string): boolean {
  return fits(pattern.split('*'), name);
}

/**
 * Whether an acceptance in the record of the run at `index`, which is about the case, is about what earlier commits did to it. A label, a
 * command or `*` speaks of the commit's own regressions, and so does a trailer where the commit has one of that case.
 */
export function isForEarlier(
  { via, case: pattern }: Acceptance,
  name: string,
  judged: Judged,
  index: number,
): boolean {
  if (via !== 'trailer' || pattern === '*') return false;
  return !judged.rows(index).some((own) => own.case === name && isRegression(own));
}

/** Index of the newest run whose record accepts what the case had grown by until then; -1: none does. */
export function acceptedUntil(judged: Judged, name: string): number {
  const newest = judged.accepted.findLast(
    ({ index, acceptance }) => isFor(acceptance, name) && isForEarlier(acceptance, name, judged, index),
  );
  return newest?.index ?? -1;
}
