import { accepts } from '../compare/gate.ts';
import type { Acceptance } from '../measure/history-record.ts';
import { caseLabel } from './label.ts';
import type { Report } from './report.ts';
import type { Voice } from './voice.ts';

const CASES_SHOWN = 5;
const LINES_SHOWN = 10;

/** Who accepted which of the report's regressions, and why, one line each; none for an acceptance that fits no regression. */
export function acceptedLines(report: Report, voice: Voice): readonly string[] {
  const open = [...new Set(report.comparisons.filter(isOpen).map((row) => row.case))];
  const lines = report.accepted.flatMap((accepted) => {
    const cases = open.filter((name) => accepts(accepted, name));
    return cases.length === 0 ? [] : [lineOf(accepted, cases, voice)];
  });
  const rest = lines.length - LINES_SHOWN;
  return rest > 0 ? [...lines.slice(0, LINES_SHOWN), `and ${rest} more acceptances`] : lines;
}

function isOpen({ verdict, overBudget }: Report['comparisons'][number]): boolean {
  return verdict === 'regression' || overBudget;
}

function lineOf({ by, reason, via }: Acceptance, cases: readonly string[], voice: Voice): string {
  const shown = cases.slice(0, CASES_SHOWN).map((name) => caseLabel(name, voice));
  const rest = cases.length - shown.length;
  const names = `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return `${names} accepted by ${voice.name(by)} (${WAYS[via]}): ${voice.sentence(reason)}`;
}

const WAYS: Readonly<Record<Acceptance['via'], string>> = {
  trailer: 'in a commit message',
  label: 'by a label',
  command: 'in a comment',
};
