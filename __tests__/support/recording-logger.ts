import type { Logger } from '../../src/ports.ts';

/** Keeps what was logged. */
export interface RecordingLogger extends Logger {
  readonly lines: readonly string[];
}

export function recordingLogger(): RecordingLogger {
  const lines: string[] = [];
  const keep = (kind: string) => (message: string) => {
    lines.push(`${kind}: ${message}`);
  };
  return {
    lines,
    group: (title, work) => {
      lines.push(`group: ${title}`);
      return work();
    },
    info: keep('info'),
    warning: keep('warning'),
    debug: keep('debug'),
    progress: keep('progress'),
  };
}
