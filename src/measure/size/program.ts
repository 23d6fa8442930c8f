import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { messageOf, UserError } from '../../errors.ts';
import type { Value } from '../measurement.ts';
import type { METRICS } from '../metric.ts';
import { type Program, readProgram } from './format.ts';
import type { ByteSource } from './source.ts';
import { UnreadableProgram, unreadable } from './unreadable.ts';

/** Largest file, in bytes, that is compressed to learn its gzip size; gzip -9 takes about 0.1 s per MB. */
export const GZIP_LIMIT = 200_000_000;

export interface MeasureOptions {
  /** Whether to compress the file for `gzip-bytes`. */
  readonly gzip: boolean;
  /** Bytes; {@link GZIP_LIMIT} where absent. */
  readonly gzipLimit?: number;
  /** Cancels the compression; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface MeasuredProgram {
  /** In bytes, case `size NAME`; only `file-bytes` and `gzip-bytes` of a file whose sections cannot be read. */
  readonly values: Value[];
  /** One line each, naming the file. */
  readonly warnings: string[];
  /** Absent where the sections cannot be read. */
  readonly program?: Program;
}

/**
 * Measures the program file `path` that ships as `name`. A file whose sections cannot be read gives a warning.
 * Errors: {@link UserError} where `path` is not a readable regular file.
 */
export async function measureProgram(
  name: string,
  path: string,
  options: MeasureOptions,
): Promise<MeasuredProgram> {
  const { fileBytes, program, problem } = readFile(path);
  const warnings = problem === undefined ? [] : [problem];
  const limit = options.gzipLimit ?? GZIP_LIMIT;
  const compress = options.gzip && fileBytes <= limit;
  if (options.gzip && !compress) {
    warnings.push(`${path}: no gzip size, because the file has ${fileBytes} bytes, more than ${limit}`);
  }
  const gzipBytes = compress ? await gzipSize(path, options.signal) : undefined;
  const values = sizeValues(name, { fileBytes, gzipBytes, program });
  return { values, warnings, ...(program && { program }) };
}

/** The metrics of one program, as case `size NAME`; what is `undefined` is left out. */
export function sizeValues(
  name: string,
  measured: {
    readonly fileBytes: number;
    readonly gzipBytes?: number | undefined;
    readonly program?: Program | undefined;
  },
): Value[] {
  const size = measured.program?.size;
  const metrics: Readonly<Record<keyof typeof METRICS.size, number | undefined>> = {
    'loadable-bytes': size?.loadable,
    'file-bytes': measured.fileBytes,
    'gzip-bytes': measured.gzipBytes,
    'text-bytes': size?.text,
    'rodata-bytes': size?.rodata,
    'data-bytes': size?.data,
    'unwind-bytes': size?.unwind,
    'relocation-bytes': size?.relocation,
    'other-bytes': size?.other,
    'debug-bytes': size?.debug,
    'symbol-bytes': size?.symbol,
    'bss-bytes': size?.bss,
  };
  return Object.entries(metrics).flatMap(([metric, value]) =>
    value === undefined ? [] : [{ case: `size ${name}`, metric, value }],
  );
}

/**
 * The sections of the program file `path`.
 * Errors: {@link UnreadableProgram} whose message names the file; {@link UserError} where it is not a readable regular file.
 */
export function readProgramFile(path: string): Program {
  const { program, problem } = readFile(path);
  return program ?? unreadable(problem ?? `${path}: unreadable`);
}

interface FileRead {
  readonly fileBytes: number;
  readonly program?: Program;
  /** Why there is no program. */
  readonly problem?: string;
}

function readFile(path: string): FileRead {
  return withProgramFile(path, (source) => ({ fileBytes: source.size, ...readFrom(source, path) }));
}

/**
 * What `work` makes of the program file `path`, which is open only meanwhile.
 * Errors: {@link UserError} where `path` is not a readable regular file; whatever `work` throws.
 */
export function withProgramFile<T>(path: string, work: (source: ByteSource) => T): T {
  const descriptor = openProgram(path);
  try {
    const { size } = fstatSync(descriptor);
    return work({ size, read: (at, length) => readAt(descriptor, at, length) });
  } finally {
    closeSync(descriptor);
  }
}

function readFrom(source: ByteSource, path: string): Pick<FileRead, 'program' | 'problem'> {
  try {
    return { program: readProgram(source) };
  } catch (error) {
    if (error instanceof UnreadableProgram)
      return { problem: `${path}: cannot read its sections: ${error.message}` };
    throw error;
  }
}

function openProgram(path: string): number {
  try {
    // Before opening, because opening a named pipe waits for a writer.
    if (statSync(path).isFile()) return openSync(path, 'r');
  } catch (error) {
    throw new UserError(
      `cannot read the program ${path}: ${messageOf(error)}; check the path and that the build makes it`,
    );
  }
  throw new UserError(`cannot read the program ${path}: it is not a regular file; name the program itself`);
}

function readAt(descriptor: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length; ) {
    const count = readSync(descriptor, bytes, filled, length - filled, offset + filled);
    if (count === 0) unreadable('the file became shorter while it was read');
    filled += count;
  }
  return bytes;
}

async function gzipSize(path: string, signal?: AbortSignal): Promise<number> {
  let size = 0;
  const counter = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      size += chunk.length;
      done();
    },
  });
  await pipeline(createReadStream(path), createGzip({ level: 9 }), counter, { ...(signal && { signal }) });
  return size;
}
