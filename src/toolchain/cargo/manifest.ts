import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../errors.ts';

const MANIFEST = 'Cargo.toml';

/** The Cargo.toml that cargo takes in `directory`: its own or the nearest above; null when there is none. */
export function findManifest(directory: string): string | null {
  for (let at = path.resolve(directory); ; at = path.dirname(at)) {
    const file = path.join(at, MANIFEST);
    if (existsSync(file)) return file;
    if (path.dirname(at) === at) return null;
  }
}

/** The error for a directory without a project, with the folders below it that have one. */
export function missingManifest(directory: string): UserError {
  const below = manifestsBelow(directory, '', 3).slice(0, 5);
  const advice =
    below.length === 0
      ? 'set working-directory to the folder of the Cargo project'
      : `set working-directory to one of: ${below.join(', ')}`;
  return new UserError(`no Cargo.toml in ${directory} or above it; ${advice}`);
}

const MAX_ENTRIES = 500;
const SKIPPED = new Set(['node_modules', 'target', 'vendor']);

function manifestsBelow(root: string, below: string, depth: number): string[] {
  const directory = path.join(root, below);
  if (below !== '' && existsSync(path.join(directory, MANIFEST))) return [below];
  if (depth === 0) return [];
  return subfolders(directory).flatMap((name) =>
    manifestsBelow(root, path.posix.join(below, name), depth - 1),
  );
}

function subfolders(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.has(entry.name))
      .map((entry) => entry.name)
      .sort()
      .slice(0, MAX_ENTRIES);
  } catch {
    return [];
  }
}
