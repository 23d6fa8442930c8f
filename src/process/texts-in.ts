import { createReadStream } from 'node:fs';

/**
 * Which of the texts stand in a file, in UTF-8; the file is read in pieces, so it may be of any size.
 * Errors: those of the file system.
 */
export async function textsIn(path: string, texts: readonly string[]): Promise<string[]> {
  const missing = new Map(texts.map((text) => [text, Buffer.from(text)]));
  const longest = Math.max(0, ...[...missing.values()].map((bytes) => bytes.length));
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const piece: Buffer = Buffer.concat([rest, chunk]);
    for (const [text, bytes] of missing) if (piece.includes(bytes)) missing.delete(text);
    if (missing.size === 0) break;
    rest = piece.subarray(Math.max(0, piece.length - longest));
  }
  return texts.filter((text) => !missing.has(text));
}
