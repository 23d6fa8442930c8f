import type { Acceptance } from '../../measure/history-record.ts';
import { accepts, maySpeakOfEarlier } from '../gate.ts';
import { isRegression } from './entries.ts';
import type { Judged } from './steps.ts';

/**
 * Whether an acceptance in the record of the run at `index`, which is about the case, is about what earlier commits did to it. A
 * trailer speaks of the commit's own regression where it has one of that case.
 */
export function isForEarlier(acceptance: Acceptance, name: string, judged: Judged, index: number): boolean {
  if (!maySpeakOfEarlier(acceptance)) return false;
  return !judged.rows(index).some((own) => own.case === name && isRegression(own));
}

/** Index of the newest run whose record accepts what the case had grown by until then; -1: none does. */
export function acceptedUntil(judged: Judged, name: string): number {
  const newest = judged.accepted.findLast(
    ({ index, acceptance }) => accepts(acceptance, name) && isForEarlier(acceptance, name, judged, index),
  );
  return newest?.index ?? -1;
}
