import type { Logger } from '../ports.ts';
import { inertLine } from '../process/inert.ts';

/** The part of `@actions/core` that logging needs. */
export interface LogCommands {
  group<T>(name: string, work: () => Promise<T>): Promise<T>;
  info(message: string): void;
  warning(message: string): void;
  debug(message: string): void;
}

/** The action's log: titles fold, warnings are annotations, progress is left out because the log keeps every line. */
export function createActionLogger(core: LogCommands): Logger {
  return {
    group: (title, work) => core.group(inertLine(title), work),
    info: (message) => core.info(inertLine(message)),
    warning: (message) => core.warning(inertLine(message)),
    debug: (message) => core.debug(inertLine(message)),
    progress: () => {},
  };
}
