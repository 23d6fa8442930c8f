import { closeSync, openSync, readSync } from 'node:fs';
import { UnreadableMap } from './sink.ts';

const CHUNK = 1 << 20;
/** A symbol has at most some hundred thousand characters. */
const MAX_LINE = 8 << 20;
const NEWLINE = 10;

/**
 * Calls `line` with each line of a text file, without its end; holds one chunk and one line.
 * Errors: {@link UnreadableMap} where a line has more than 8 MiB, or the file does not end with a line end, as one that was cut off;
 * the system's when it cannot be read; what `line` throws.
 */
export function forEachLine(path: string, line: (text: string) => void): void {
  const descriptor = openSync(path, 'r');
  try {
    readLines((into) => readSync(descriptor, into, 0, into.length, null), line);
  } finally {
    closeSync(descriptor);
  }
}

function readLines(read: (into: Buffer) => number, line: (text: string) => void): void {
  const chunk = Buffer.allocUnsafe(CHUNK);
  let rest: Buffer[] = [];
  let held = 0;
  for (let count = read(chunk); count > 0; count = read(chunk)) {
    const bytes = chunk.subarray(0, count);
    const last = bytes.lastIndexOf(NEWLINE);
    if (last === -1) {
      rest.push(Buffer.from(bytes));
      held += count;
      if (held > MAX_LINE) throw new UnreadableMap('a line of it has more than 8 MiB');
      continue;
    }
    const whole = bytes.subarray(0, last);
    splitLines(rest.length === 0 ? whole : Buffer.concat([...rest, whole]), line);
    rest = last + 1 === count ? [] : [Buffer.from(bytes.subarray(last + 1))];
    held = count - last - 1;
  }
  if (held > 0) throw new UnreadableMap('it ends in the middle of a line');
}

function splitLines(bytes: Buffer, line: (text: string) => void): void {
  const text = bytes.toString('utf8');
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    line(text.charCodeAt(end - 1) === 13 ? text.slice(start, end - 1) : text.slice(start, end));
    start = end + 1;
  }
  line(text.endsWith('\r') ? text.slice(start, -1) : text.slice(start));
}
