import type { WriteStream } from 'node:tty';
import type { Logger } from '../ports.ts';
import { inertLine } from '../process/inert.ts';

export interface TerminalStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * Progress for people: titles and warnings as lines, what a long phase is doing as one line that overwrites itself.
 * On a stream that is no terminal the overwriting line is left out; `quiet` leaves only warnings.
 */
export function createTerminalLogger(stream: TerminalStream | WriteStream, quiet: boolean): Logger {
  let shown = 0;
  const clear = () => {
    if (shown > 0) stream.write(`\r${' '.repeat(shown)}\r`);
    shown = 0;
  };
  const line = (text: string) => {
    clear();
    stream.write(`${inertLine(text)}\n`);
  };
  return {
    group: async (title, work) => {
      if (!quiet) line(`${title} …`);
      try {
        return await work();
      } finally {
        clear();
      }
    },
    info: (message) => {
      if (!quiet) line(message);
    },
    warning: (message) => line(`warning: ${message}`),
    debug: () => {},
    progress: (message) => {
      if (quiet || stream.isTTY !== true) return;
      clear();
      const text = `  ${inertLine(message)}`.slice(0, (stream.columns ?? 80) - 1);
      stream.write(text);
      shown = text.length;
    },
  };
}
