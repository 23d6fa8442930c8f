import type { JobResult } from '../jobs/job.ts';
import { type Ending, endingOf } from '../jobs/status.ts';
import type { Report } from '../report/report.ts';
import type { Arguments } from './arguments.ts';

/**
 * The ending of a job that presented its report to a terminal. Who asked for a baseline, or for one base by its name, is
 * told by the exit status that it is not there; the action goes on without.
 */
export function endingInTerminal(
  result: JobResult,
  args: Pick<Arguments, 'command' | 'base' | 'json' | 'markdown'>,
): Ending {
  const ending = endingOf(result, { outputShown: showsTable(args) });
  if (ending.status !== 0) return ending;
  const message = missing(result.report, args);
  return message === null ? ending : { status: 2, message };
}

/** Whether standard output is the table's, rather than a document's. */
export function showsTable({ json, markdown }: Pick<Arguments, 'json' | 'markdown'>): boolean {
  return json !== '-' && markdown !== '-';
}

/** What was asked for by name and is not there, as one line; null when nothing is missing. */
function missing(report: Report, { command, base }: Pick<Arguments, 'command' | 'base'>): string | null {
  const runs = [report, ...report.others];
  if (command === 'record' && runs.some(({ recorded }) => recorded === 'no')) {
    return 'no baseline was stored; the warnings say why';
  }
  if (base !== null && runs.some((run) => run.base === null)) {
    return `nothing was compared: --base ${base} has no stored baseline and was not built`;
  }
  return null;
}
