import type { Cause, Magnitude, Verdict } from './comparison.ts';

/** What a tier says about one pair of numbers; the fields are those of a comparison. */
export interface Judgement {
  readonly change: number | null;
  readonly ci: [number, number] | null;
  readonly threshold: number;
  readonly samples: number;
  readonly verdict: Verdict;
  readonly magnitude: Magnitude | null;
  readonly relevant: boolean;
  readonly why: readonly Cause[];
}

/** (after − before) / before; 0 when both are 0, null when only `before` is. */
export function relativeChange(before: number, after: number): number | null {
  if (before === after) return 0;
  const change = (after - before) / before;
  return before === 0 || !Number.isFinite(change) ? null : change;
}

/** The verdict of a significant change: every metric is lower-is-better. */
export function direction(before: number, after: number): Verdict {
  if (after === before) return 'none';
  return after > before ? 'regression' : 'improvement';
}

/** A sentence that explains a verdict. */
export function reason(note: string): Cause {
  return { kind: 'judgement', subject: '', before: null, after: null, amount: null, note };
}
