import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCapture, createLineSplitter, MAX_LINE } from '../../src/process/output.ts';

/** A byte sequence and how it is cut into chunks. */
const chunks = fc.array(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 20 },
);

describe('a capture', () => {
  it('keeps what fits as it is', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        const capture = createCapture(1000);
        for (const part of parts) capture.write(part);
        const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
        expect(capture.text()).toBe(decoder.decode(Buffer.concat(parts)));
      }),
    );
  });

  it('keeps the first and the last half of what does not fit, and counts the rest', () => {
    const letters = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n'), maxLength: 40 }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(letters, fc.integer({ min: 2, max: 30 }), (parts, limit) => {
        const capture = createCapture(limit);
        for (const part of parts) capture.write(Buffer.from(part));
        const all = parts.join('');
        const [first, last] = [Math.ceil(limit / 2), Math.floor(limit / 2)];
        const note = `\n[… ${all.length - limit} bytes of output dropped here …]\n`;
        expect(capture.text()).toBe(
          all.length <= limit ? all : all.slice(0, first) + note + all.slice(all.length - last),
        );
      }),
    );
  });

  it('does so with output larger than its pieces', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 150_000 }), { maxLength: 6 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 2, max: 300_000 }), (lengths, limit) => {
        const all = Buffer.alloc(lengths.reduce((a, b) => a + b, 0));
        for (let at = 0; at < all.length; at++) all[at] = 97 + ((at * 7 + (at >> 8)) % 26);
        const capture = createCapture(limit);
        let from = 0;
        for (const length of lengths) {
          capture.write(all.subarray(from, from + length));
          from += length;
        }
        const text = all.toString('latin1');
        const note = `\n[… ${text.length - limit} bytes of output dropped here …]\n`;
        const [first, last] = [Math.ceil(limit / 2), Math.floor(limit / 2)];
        const cut = text.slice(0, first) + note + text.slice(text.length - last);
        expect(capture.text() === (text.length <= limit ? text : cut)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('cuts no character in two', () => {
    for (const character of ['é', '€', '😀']) {
      for (let limit = 2; limit < 40; limit++) {
        const capture = createCapture(limit);
        capture.write(Buffer.from(character.repeat(100)));
        expect(capture.text()).not.toContain('\ufffd');
      }
    }
  });
});

describe('a line splitter', () => {
  it('gives the same lines however the stream is cut', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
        const expected = decoder.decode(Buffer.concat(parts)).split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(split(parts)).toEqual(expected.map((line) => line.replace(/\r$/, '')));
      }),
    );
  });

  it('bounds a line that never ends', () => {
    const parts = Array.from({ length: 6 }, () => Buffer.alloc(1024 * 1024, 'x'));
    const lines = split([...parts, Buffer.from('\nnext')]);
    expect(lines).toHaveLength(2);
    expect(lines[0]?.length).toBeLessThan(MAX_LINE + 100);
    expect(lines[0]).toMatch(/x \[… 2097152 characters dropped\]$/);
    expect(lines[1]).toBe('next');
  });
});

function split(parts: readonly Buffer[]): readonly string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((line) => lines.push(line));
  for (const part of parts) splitter.write(part);
  splitter.end();
  return lines;
}
