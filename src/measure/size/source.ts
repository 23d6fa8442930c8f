import { unreadable } from './unreadable.ts';

/** Random access to a file's bytes, so that only headers and section tables of a large program are read. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`. Call it through {@link readBytes}, which checks the range.
   * Errors: {@link UnreadableProgram} where the file has become shorter.
   */
  read(offset: number, length: number): Uint8Array;
}

/** A file that is already in memory. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** The part of a file from `offset`, as a file of its own. Errors: {@link UnreadableProgram} where it lies outside. */
export function sliceSource(source: ByteSource, offset: number, size: number, what: string): ByteSource {
  requireRange(source, offset, size, what);
  return { size, read: (at, length) => source.read(offset + at, length) };
}

/** `length` bytes at `offset`. Errors: {@link UnreadableProgram} naming `what` where they lie outside the file. */
export function readBytes(source: ByteSource, offset: number, length: number, what: string): Uint8Array {
  requireRange(source, offset, length, what);
  return source.read(offset, length);
}

/** Errors: {@link UnreadableProgram} naming `what` where `length` bytes at `offset` lie outside the file. */
export function requireRange(source: ByteSource, offset: number, length: number, what: string): void {
  // Subtraction, because offset + length of two 64-bit fields may not be exact.
  if (length <= source.size && offset <= source.size - length) return;
  unreadable(`${what}: ${length} bytes at offset ${offset} lie outside the file of ${source.size} bytes`);
}

/** Longest section name that is read; a longer one is cut there. */
const MAX_SECTION_NAME = 256;

/**
 * The NUL-terminated name at `offset` of a string table that ends at `end`, one character per byte.
 * Errors: {@link UnreadableProgram} where the name starts outside the table or runs out of it.
 */
export function readName(source: ByteSource, offset: number, end: number, what: string): string {
  if (offset >= end) unreadable(`${what}: the name at offset ${offset} lies outside its string table`);
  const length = Math.min(MAX_SECTION_NAME, end - offset);
  const bytes = readBytes(source, offset, length, what);
  const terminator = bytes.indexOf(0);
  if (terminator === -1 && length < MAX_SECTION_NAME) unreadable(`${what}: the name has no end`);
  return latin1(terminator === -1 ? bytes : bytes.subarray(0, terminator));
}

/** The name in a fixed-size field: up to the first NUL or the whole field, one character per byte. */
export function fixedName(bytes: Uint8Array): string {
  const terminator = bytes.indexOf(0);
  return latin1(terminator === -1 ? bytes : bytes.subarray(0, terminator));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
