import type { ChildProcess } from 'node:child_process';
import type { Command } from './command.ts';
import { createCapture, createLineSplitter } from './output.ts';

const DEFAULT_OUTPUT_BYTES = 64 * 1024 * 1024;

export interface Collected {
  readonly stdout: string;
  readonly stderr: string;
}

/** What a child writes, while it writes. */
export interface Collector {
  /** Resolves when nobody holds the other end of either stream any more. */
  readonly closed: Promise<void>;
  /** Stops listening and gives what was kept. Throws what `onLine` threw first. */
  take(): Collected;
}

/** `onFailure` is called once, at the first error that `command.onLine` throws. */
export function collect(child: ChildProcess, command: Command, onFailure: () => void): Collector {
  const { onLine } = command;
  let failure: { readonly thrown: unknown } | null = null;
  const streams = (['stdout', 'stderr'] as const).map((name) => {
    const capture = createCapture(command.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES);
    const give = (line: string): void => {
      if (failure !== null) return;
      try {
        onLine?.(line, name);
      } catch (thrown) {
        failure = { thrown };
        onFailure();
      }
    };
    const lines = onLine === undefined ? null : createLineSplitter(give);
    const listener = (chunk: Buffer): void => {
      capture.write(chunk);
      lines?.write(chunk);
    };
    const stream = child[name];
    stream?.on('data', listener);
    stream?.on('error', () => undefined);
    return (): string => {
      // Who still holds the other end gets a broken pipe instead of our attention.
      stream?.off('data', listener);
      stream?.destroy();
      lines?.end();
      return capture.text();
    };
  });
  return {
    closed: new Promise((resolve) => child.once('close', () => resolve())),
    take: () => {
      const [stdout = '', stderr = ''] = streams.map((take) => take());
      if (failure !== null) throw failure.thrown;
      return { stdout, stderr };
    },
  };
}
