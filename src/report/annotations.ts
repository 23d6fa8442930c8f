import type { GateFailure } from '../compare/gate.ts';
import { causeLine } from './cause.ts';
import { isSeveral } from './headline.ts';
import { inConfiguration } from './label.ts';
import type { Report } from './report.ts';
import { PLAIN } from './voice.ts';
import { movement, overBudget } from './wording.ts';

/** A message that the runner shows beside a step. Plain text on one line; whoever prints it still escapes it for the runner. */
export interface Annotation {
  readonly level: 'error';
  readonly title: string;
  readonly message: string;
}

/** Most error annotations that the runner keeps of a step, and their longest message in UTF-16 units. */
const MAX_ANNOTATIONS = 10;
const MAX_MESSAGE = 4096;

/** One annotation for each row that fails the gate; the last one counts the rest where there are too many. */
export function renderAnnotations(report: Report, failures: readonly GateFailure[]): readonly Annotation[] {
  if (failures.length <= MAX_ANNOTATIONS) return failures.map((failure) => annotationOf(report, failure));
  const shown = failures.slice(0, MAX_ANNOTATIONS - 1).map((failure) => annotationOf(report, failure));
  const rest = failures.length - shown.length;
  const message = `${rest} more rows fail the gate; the job's summary lists them.`;
  return [...shown, { level: 'error', title: 'Tare: more failures', message }];
}

function annotationOf(report: Report, { reason, comparison }: GateFailure): Annotation {
  const sentence = reason === 'budget' ? overBudget(comparison, PLAIN) : movement(comparison, PLAIN);
  const where = inConfiguration(comparison.configuration, isSeveral(report), PLAIN);
  const [cause] = comparison.why;
  const why = cause === undefined ? '' : ` Why: ${causeLine(cause, comparison.unit, PLAIN)}.`;
  return {
    level: 'error',
    title: reason === 'budget' ? 'Tare: over budget' : 'Tare: regression',
    message: `${sentence}${where}.${why}`.slice(0, MAX_MESSAGE),
  };
}
