import { BuildError, Cancelled, UserError } from '../errors.ts';
import { axisOf } from '../measure/metric.ts';
import type { JobResult } from './job.ts';

/** 0 done; 1 a gate failed; 2 the user's mistake, or a build that fails; 3 a bug of ours (design §5). */
export type ExitStatus = 0 | 1 | 2 | 3;

/** How a run ended. */
export interface Ending {
  readonly status: ExitStatus;
  /** What to tell, null when there is nothing: one line for a mistake, with the compiler's lines behind it or a stack for a bug. */
  readonly message: string | null;
}

/** The ending of a job that presented its report. `outputShown`: the reader of the message has the failure's output already. */
export function endingOf({ report, gate }: JobResult, { outputShown } = { outputShown: false }): Ending {
  // A benchmark that fails is a row; a build that fails leaves nothing to weigh.
  const failure = report.failed.find((row) => axisOf(row.case) === 'compile');
  if (failure !== undefined) {
    return {
      status: 2,
      message: [failure.message, outputShown ? '' : failure.output].filter((text) => text !== '').join('\n'),
    };
  }
  if (gate.length === 0) return { status: 0, message: null };
  const names = gate.slice(0, 3).map(({ comparison, reason }) => `${comparison.case} (${reason})`);
  const more = gate.length > names.length ? ` and ${gate.length - names.length} more` : '';
  return { status: 1, message: `The gate failed: ${names.join(', ')}${more}` };
}

/** The ending of a job that threw. */
export function endingOfError(thrown: unknown): Ending {
  if (thrown instanceof UserError) return { status: 2, message: thrown.message };
  if (thrown instanceof Cancelled)
    return {
      status: 2,
      message: 'Cancelled; what was finished before stays stored, and nothing more is stored or reported.',
    };
  if (thrown instanceof BuildError) return { status: 2, message: `${thrown.message}\n${thrown.output}` };
  if (isOfTheSystem(thrown)) {
    return { status: 2, message: `${thrown.message}; make room or give access there, and run Tare again` };
  }
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return { status: 3, message: `This is a bug in Tare; please report it with the lines below.\n${stack}` };
}

/** A full disk, a folder that may not be written, too many open files: nothing that Tare or the project did wrong. */
const SYSTEM_CODES = ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'EMFILE', 'ENFILE', 'EIO', 'ENOMEM'];

/** Whether the system refused, as for {@link SYSTEM_CODES}. */
export function isOfTheSystem(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'code' in thrown && SYSTEM_CODES.includes(String(thrown.code));
}
