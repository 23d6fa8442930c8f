// Not TextDecoder: its strings take two bytes for each character even of plain ASCII.
import { StringDecoder } from 'node:string_decoder';

/** Keeps a stream's bytes within a bound: the first half and the last half of what may be kept. */
export interface Capture {
  write(chunk: Buffer): void;
  /** What was kept, as UTF-8 with U+FFFD for what is not; where bytes were dropped a line says how many. */
  text(): string;
}

/** Splits a stream into lines. */
export interface LineSplitter {
  write(chunk: Buffer): void;
  /** Gives the last line when the stream did not end in a line feed. */
  end(): void;
}

/** Longest line, in UTF-16 units, that {@link createLineSplitter} gives whole. */
export const MAX_LINE = 4 * 1024 * 1024;

/** `maxBytes`: how much is kept at most. */
export function createCapture(maxBytes: number): Capture {
  const limit = Math.max(2, Math.floor(maxBytes));
  const head = createQueue();
  const end = createQueue();
  return {
    write: (chunk) => {
      const room = Math.ceil(limit / 2) - head.length();
      head.append(chunk.subarray(0, room));
      end.append(chunk.subarray(room));
      end.keepLast(Math.floor(limit / 2));
    },
    text: () => {
      const decoder = new StringDecoder('utf8');
      const start = decodeAll(decoder, head.pieces());
      const dropped = end.dropped();
      if (dropped === 0) return start + decodeAll(decoder, end.pieces()) + decoder.end();
      // What is left in the first decoder is a character that the cut left incomplete.
      end.skipContinuation();
      const note = `\n[… ${dropped} bytes of output dropped here …]\n`;
      const other = new StringDecoder('utf8');
      return start + note + decodeAll(other, end.pieces()) + other.end();
    },
  };
}

/**
 * Calls `onLine` for each line without its `\n` or `\r\n`; a carriage return within a line stays. Of a line longer
 * than {@link MAX_LINE} only the start is given, with a note that the rest was dropped.
 */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let length = 0;
  const add = (text: string): void => {
    if (text !== '' && length < MAX_LINE) parts.push(text.slice(0, MAX_LINE - length));
    length += text.length;
  };
  const emit = (): void => {
    const line = parts.join('');
    const dropped = length - line.length;
    parts = [];
    length = 0;
    onLine(dropped > 0 ? `${line} [… ${dropped} characters dropped]` : line.replace(/\r$/, ''));
  };
  const split = (text: string): void => {
    let start = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', start)) {
      add(text.slice(start, at));
      emit();
      start = at + 1;
    }
    add(text.slice(start));
  };
  return {
    write: (chunk) => split(decoder.write(chunk)),
    end: () => {
      split(decoder.end());
      if (length > 0) emit();
    },
  };
}

/** Size of the pieces that a queue is made of: no growing, no copying of what is there. */
const PIECE = 64 * 1024;

/** Bytes, appended at the end and dropped from the start. */
function createQueue() {
  const all: Buffer[] = [];
  let [start, used, length, dropped] = [0, PIECE, 0, 0];
  const drop = (count: number): void => {
    for (let left = count; left > 0; ) {
      const first = Math.min(left, (all.length === 1 ? used : PIECE) - start);
      start += first;
      left -= first;
      if (start === PIECE) {
        all.shift();
        start = 0;
      }
    }
    length -= count;
    dropped += count;
  };
  return {
    length: () => length,
    dropped: () => dropped,
    append: (chunk: Buffer): void => {
      for (let from = 0; from < chunk.length; ) {
        if (used === PIECE || all.length === 0) {
          all.push(Buffer.allocUnsafeSlow(PIECE));
          used = 0;
        }
        const part = chunk.subarray(from, from + PIECE - used);
        all.at(-1)?.set(part, used);
        used += part.length;
        from += part.length;
      }
      length += chunk.length;
    },
    keepLast: (count: number): void => drop(Math.max(0, length - count)),
    /** Drops the rest of a UTF-8 character whose start was dropped. */
    skipContinuation: (): void => {
      for (let skipped = 0; skipped < 3 && length > 0; skipped++) {
        if (((all[0]?.[start] ?? 0) & 0xc0) !== 0x80) return;
        drop(1);
      }
    },
    pieces: (): readonly Buffer[] =>
      all.map((piece, index) =>
        piece.subarray(index === 0 ? start : 0, index === all.length - 1 ? used : PIECE),
      ),
  };
}

function decodeAll(decoder: StringDecoder, pieces: readonly Buffer[]): string {
  let text = '';
  // Not join, which holds the parts and the whole at once.
  for (const piece of pieces) text += decoder.write(piece);
  return text;
}
