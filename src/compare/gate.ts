import type { FailOn } from '../config/config.ts';
import type { Acceptance } from '../measure/history-record.ts';
import { fits } from '../wildcard.ts';
import type { Comparison } from './comparison.ts';
import { decidingRows } from './verdict.ts';

/** A regression that somebody accepted: a case's name, in which `*` stands for any text. */
export interface AcceptedCase {
  readonly case: string;
}

/** A row that fails the gate which the user asked for, and why; a row may fail for both reasons. */
export interface GateFailure {
  readonly reason: 'budget' | 'regression';
  readonly comparison: Comparison;
}

/**
 * The rows that fail the gate: over their budget (`budget` and `regression`), and for `regression` also every regression
 * that takes part in the verdict, so that secondary rows fail only where they decide. A suspicion never fails a gate, nor does a row
 * whose case is accepted.
 */
export function judgeGate(
  comparisons: readonly Comparison[],
  failOn: FailOn,
  accepted: readonly AcceptedCase[] = [],
): GateFailure[] {
  return failuresOf(comparisons, failOn).filter(
    ({ comparison }) => !accepted.some((each) => accepts(each, comparison.case)),
  );
}

/** Whether an acceptance is for a case. */
export function accepts(accepted: AcceptedCase, name: string): boolean {
  return fits(accepted.case.split('*'), name);
}

/** Whether an acceptance may be about what earlier commits did: a label, a command or `*` speaks of its own commit's regressions alone. */
export function maySpeakOfEarlier({ via, case: pattern }: Pick<Acceptance, 'via' | 'case'>): boolean {
  return via === 'trailer' && pattern !== '*';
}

function failuresOf(comparisons: readonly Comparison[], failOn: FailOn): GateFailure[] {
  if (failOn === 'never') return [];
  const budgets = comparisons
    .filter((row) => row.overBudget)
    .map((comparison) => ({ reason: 'budget', comparison }) as const);
  if (failOn === 'budget') return budgets;
  const regressions = decidingRows(comparisons)
    .filter((row) => row.verdict === 'regression')
    .map((comparison) => ({ reason: 'regression', comparison }) as const);
  return [...budgets, ...regressions];
}
