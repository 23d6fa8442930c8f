import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import type { StoredProgram } from '../measure/measurement.ts';
import type { ProcessRunner } from '../process/command.ts';
import { sha256File } from '../store/entry.ts';

export interface ProgramFile {
  readonly name: string;
  readonly kind: StoredProgram['kind'];
  /** Path inside the entry: `bin/NAME` or `bench/NAME`. */
  readonly file: string;
  /** Absolute path of the built file. */
  readonly path: string;
  /** Names of functions are kept, for a harness that finds them by name. Default false. */
  readonly symbols?: boolean;
}

const STRIP_SECONDS = 120;

/**
 * Copies a program into an entry's folder, without debug information and symbols where `strip` is at hand: what it does and
 * how fast is the same, and a baseline has to fit the cache.
 */
export async function storeProgram(
  program: ProgramFile,
  directory: string,
  runner: ProcessRunner,
): Promise<StoredProgram> {
  const { name, kind, file, symbols = false } = program;
  const path = join(directory, file);
  await mkdir(dirname(path), { recursive: true });
  await copyFile(program.path, path);
  await chmod(path, 0o755);
  if (kind === 'bin' || kind === 'bench') await strip(path, symbols ? ['--strip-debug'] : [], runner);
  const { bytes, sha256 } = await sha256File(path);
  return { name, kind, file, bytes, sha256 };
}

/** Leaves the file as it is where the system has no `strip`, or one that does not know the format. */
async function strip(path: string, flags: readonly string[], runner: ProcessRunner): Promise<void> {
  const stripped = `${path}.stripped`;
  try {
    const args = [...flags, '-o', stripped, path];
    const { exitCode } = await runner.run({
      file: 'strip',
      args,
      cwd: dirname(path),
      timeoutSeconds: STRIP_SECONDS,
    });
    if (exitCode === 0) await rename(stripped, path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  } finally {
    await rm(stripped, { force: true });
  }
}
