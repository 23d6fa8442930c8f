import type { Logger } from '../ports.ts';

/** The part of a logger that a store needs. */
export type Warner = Pick<Logger, 'warning'>;

/** Tells `also` whatever `logger` is warned of. */
export function telling(logger: Warner, also: ((warning: string) => void) | undefined): Warner {
  if (also === undefined) return logger;
  return {
    warning: (message) => {
      logger.warning(message);
      also(message);
    },
  };
}
