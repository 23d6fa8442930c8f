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
  const head = createBuffer(Math.ceil(limit / 2));
  const end = createRing(Math.floor(limit / 2));
  return {
    write: (chunk) => end.write(chunk.subarray(head.write(chunk))),
    text: () => {
      const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
      if (end.dropped() === 0) return decoder.decode(Buffer.concat([head.bytes(), end.bytes()]));
      const note = `\n[… ${end.dropped()} bytes of output dropped here …]\n`;
      return decoder.decode(wholeStart(head.bytes())) + note + decoder.decode(wholeEnd(end.bytes()));
    },
  };
}

/**
 * Calls `onLine` for each line without its `\n` or `\r\n`; a carriage return within a line stays. Of a line longer
 * than {@link MAX_LINE} only the start is given, with a note that the rest was dropped.
 */
export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
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
    write: (chunk) => split(decoder.decode(chunk, { stream: true })),
    end: () => {
      split(decoder.decode());
      if (length > 0) emit();
    },
  };
}

/** Grows up to `limit` bytes; `write` returns how many it took. */
function createBuffer(limit: number): { write(chunk: Buffer): number; bytes(): Buffer } {
  let store = Buffer.alloc(0);
  let used = 0;
  return {
    write: (chunk) => {
      const taken = Math.min(chunk.length, limit - used);
      if (used + taken > store.length) {
        const larger = Buffer.allocUnsafe(Math.min(limit, Math.max(4096, 2 * (used + taken))));
        store.copy(larger, 0, 0, used);
        store = larger;
      }
      chunk.copy(store, used, 0, taken);
      used += taken;
      return taken;
    },
    bytes: () => store.subarray(0, used),
  };
}

/** Keeps the last `size` bytes. */
function createRing(size: number): { write(chunk: Buffer): void; bytes(): Buffer; dropped(): number } {
  let store: Buffer | null = null;
  let written = 0;
  return {
    write: (chunk) => {
      if (chunk.length === 0) return;
      store ??= Buffer.allocUnsafe(size);
      const last = chunk.subarray(Math.max(0, chunk.length - size));
      let at = (written + chunk.length - last.length) % size;
      for (let from = 0; from < last.length; ) {
        const copied = last.copy(store, at, from);
        from += copied;
        at = (at + copied) % size;
      }
      written += chunk.length;
    },
    bytes: () => {
      if (store === null) return Buffer.alloc(0);
      if (written <= size) return store.subarray(0, written);
      const at = written % size;
      return Buffer.concat([store.subarray(at), store.subarray(0, at)]);
    },
    dropped: () => Math.max(0, written - size),
  };
}

/** Without a character that the cut left incomplete at the end. */
function wholeStart(bytes: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes;
    if (byte >= 0xc0) {
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needs > back ? bytes.subarray(0, bytes.length - back) : bytes;
    }
  }
  return bytes;
}

/** Without the rest of a character whose start was dropped. */
function wholeEnd(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return bytes.subarray(start);
}
