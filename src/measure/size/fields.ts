import { type ByteSource, readBytes } from './source.ts';
import { unreadable } from './unreadable.ts';

/** Most bytes of one header or table; every real one is far smaller. */
const MAX_TABLE = 64 * 1024 * 1024;

/** Whole-number fields of a header or table that was read from a file, at byte positions inside it. */
export interface Fields {
  readonly bytes: Uint8Array;
  u8(at: number): number;
  u16(at: number): number;
  u32(at: number): number;
  /** Errors: {@link UnreadableProgram} above 2^53 - 1. */
  u64(at: number): number;
  /** The low half of a 64-bit field. */
  low32(at: number): number;
}

/**
 * Reads `length` bytes at `offset`.
 * Errors: {@link UnreadableProgram} naming `what` where they lie outside the file or are more than 64 MiB.
 */
export function readFields(
  source: ByteSource,
  offset: number,
  length: number,
  littleEndian: boolean,
  what: string,
): Fields {
  if (length > MAX_TABLE) unreadable(`${what}: ${length} bytes are more than any real program has`);
  const bytes = readBytes(source, offset, length, what);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    bytes,
    u8: (at) => view.getUint8(at),
    u16: (at) => view.getUint16(at, littleEndian),
    u32: (at) => view.getUint32(at, littleEndian),
    u64: (at) => {
      const value = view.getBigUint64(at, littleEndian);
      if (value > BigInt(Number.MAX_SAFE_INTEGER))
        unreadable(`${what}: the 64-bit value ${value} is too large`);
      return Number(value);
    },
    low32: (at) => view.getUint32(littleEndian ? at : at + 4, littleEndian),
  };
}
