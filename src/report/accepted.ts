import type { Comparison } from '../compare/comparison.ts';
import { accepts } from '../compare/gate.ts';
import { worstFirst } from '../compare/summary.ts';
import { decidingRows } from '../compare/verdict.ts';
import type { Acceptance } from '../measure/history-record.ts';
import { caseLabel } from './label.ts';
import type { Report } from './report.ts';
import type { Voice } from './voice.ts';

const CASES_SHOWN = 5;
const LINES_SHOWN = 10;
const LONGEST_NAME = 80;

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

/** The rows over their budget and the regressions of the verdict that nobody accepted, worst first. */
export function waitingRows(report: Report): readonly Comparison[] {
  return worstFirst(
    settling(report).filter((row) => !report.accepted.some((each) => accepts(each, row.case))),
  );
}

/** Who accepted the rows that the verdict stands on, each once; outside text. */
export function acceptersOf(report: Report): readonly string[] {
  const rows = settling(report);
  const fitting = report.accepted.filter((each) => rows.some((row) => accepts(each, row.case)));
  return [...new Set(fitting.map(({ by }) => by))];
}

/** The line of a commit message that accepts a case, with a word in the reason's place; outside text. */
export function acceptLine(name: string): string {
  const characters = Array.from(name);
  // A star stands for any text: for the end that a code span would cut off, and for a quote, which would end the name.
  const short = characters.length > LONGEST_NAME ? `${characters.slice(0, LONGEST_NAME).join('')}*` : name;
  const plain = /^(size|compile|bench) [^\s"`]+$/.test(short);
  return `Tare-Accept: ${plain ? short : `"${short.replaceAll('"', '*')}"`} REASON`;
}

function settling({ comparisons }: Report): Comparison[] {
  const deciding = new Set(decidingRows(comparisons).filter((row) => row.verdict === 'regression'));
  return comparisons.filter((row) => row.overBudget || deciding.has(row));
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
