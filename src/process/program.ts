import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { type Environment, lookUp } from './environment.ts';

/**
 * The absolute path of a program: a path is taken from `cwd`, a bare name is looked up in the PATH of `environment`.
 * Errors: UserError that names the program when it is not found or may not be run, and when it is a Windows batch
 * file, which only a shell could run.
 */
export async function findProgram(
  file: string,
  cwd: string,
  environment: Environment,
  platform: NodeJS.Platform,
): Promise<string> {
  if (file === '' || file.includes('\0')) throw new UserError(`${show(file)} is not the name of a program.`);
  const isPath = file.includes('/') || (platform === 'win32' && file.includes('\\')) || isAbsolute(file);
  const places = isPath ? [resolve(cwd, file)] : inPath(file, cwd, environment, platform);
  let refused: string | null = null;
  for (const place of places.flatMap((path) => withExtensions(path, platform))) {
    const kind = await kindOf(place);
    if (kind === 'program') return whole(place, platform);
    if (kind !== 'missing') refused ??= `${place} ${kind}`;
  }
  if (refused !== null) throw new UserError(`Cannot run ${show(file)}: ${refused}.`);
  const where = isPath ? `there is no file ${resolve(cwd, file)}` : notInPath(file);
  throw new UserError(`Cannot run ${show(file)}: ${where}.`);
}

function notInPath(file: string): string {
  const what = RUST_TOOLS.includes(file) ? 'Rust' : 'it';
  return `it was not found in PATH; install ${what}, or add its folder to PATH`;
}

const RUST_TOOLS: readonly string[] = ['cargo', 'rustc'];

function inPath(
  file: string,
  cwd: string,
  environment: Environment,
  platform: NodeJS.Platform,
): readonly string[] {
  const folders = (lookUp(environment, 'PATH', platform) ?? '').split(delimiter);
  // An empty or relative entry would let the project that is built supply the compiler.
  return folders.filter((folder) => isAbsolute(folder)).map((folder) => join(resolve(cwd, folder), file));
}

function withExtensions(path: string, platform: NodeJS.Platform): readonly string[] {
  if (platform !== 'win32' || /\.[a-z0-9]+$/i.test(path)) return [path];
  return [`${path}.exe`, `${path}.com`, `${path}.cmd`, `${path}.bat`];
}

async function kindOf(path: string): Promise<'program' | 'missing' | 'is a folder' | 'may not be executed'> {
  try {
    if ((await stat(path)).isDirectory()) return 'is a folder';
  } catch {
    return 'missing';
  }
  try {
    await access(path, constants.X_OK);
    return 'program';
  } catch {
    return 'may not be executed';
  }
}

function whole(path: string, platform: NodeJS.Platform): string {
  if (platform === 'win32' && /\.(cmd|bat)$/i.test(path)) {
    throw new UserError(
      `Cannot run ${path}: Tare uses no shell, and a batch file needs one; name the program itself.`,
    );
  }
  return path;
}

function show(file: string): string {
  return JSON.stringify(file);
}
