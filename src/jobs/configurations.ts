import type { Configuration } from '../config/config.ts';
import { UserError } from '../errors.ts';
import { inertLine } from '../process/inert.ts';
import type { ConfigurationPart } from '../report/assemble.ts';
import type { JobRequest } from './job.ts';
import { failedPart } from './part.ts';
import type { JobPorts } from './ports.ts';
import { isOfTheSystem } from './status.ts';

/** What a reader of the report must know about one configuration's run. */
export interface Notes {
  /** One line each, the request's own first. */
  readonly warnings: readonly string[];
  /** Tells the log and the report. */
  readonly warn: (warning: string) => void;
  /** Tells the report what the log has been told already. */
  readonly keep: (warning: string) => void;
}

/** Longest warning that is kept, in characters. */
const MAX_WARNING = 1000;

/**
 * Runs `work` for one configuration after the other. Where there are several, a mistake in one becomes its `failed` part,
 * so that what the others measured is not lost; `wrap` gives that part the shape of the results.
 * Errors: UserError, or the system's, when no configuration is left; whatever else `work` throws.
 */
export async function eachConfiguration<T>(
  request: JobRequest,
  ports: JobPorts,
  work: (configuration: Configuration, notes: Notes) => Promise<T>,
  wrap: (part: ConfigurationPart) => T,
): Promise<T[]> {
  const { configurations } = request.config;
  const results: T[] = [];
  const mistakes: Error[] = [];
  for (const configuration of configurations) {
    const notes = createNotes(request.notes, ports);
    try {
      results.push(await work(configuration, notes));
    } catch (error) {
      if (!(error instanceof UserError || isOfTheSystem(error))) throw error;
      mistakes.push(error);
      results.push(wrap(failedPart(configuration, error, notes.warnings)));
    }
  }
  const [first] = mistakes;
  if (first !== undefined && mistakes.length === configurations.length) throw first;
  return results;
}

function createNotes(given: readonly string[], { logger }: JobPorts): Notes {
  const warnings = [...given];
  const keep = (warning: string) => {
    warnings.push(inertLine(warning).slice(0, MAX_WARNING));
  };
  return {
    warnings,
    keep,
    warn: (warning) => {
      keep(warning);
      logger.warning(warning);
    },
  };
}
