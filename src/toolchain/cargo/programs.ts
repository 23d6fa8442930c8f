import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { BuiltProgram } from '../toolchain.ts';
import type { Artifact } from './messages.ts';
import { parsePackageId } from './package-id.ts';
import type { Selection } from './selection.ts';

/** File name endings of a finished dynamic library or wasm module; the rest of a library's files are for linkers. */
const SHIPPED = /\.(so|dylib|dll|wasm)$/;

export interface Programs {
  /** Sorted by name; no two have the same. */
  readonly programs: readonly BuiltProgram[];
  readonly warnings: readonly string[];
}

/**
 * The programs among the artifacts of a build, by cargo's own account of where they are. A message that points outside
 * `buildDirectory` is not cargo's (a procedural macro can print one too) and is left out; of programs with the same name
 * (a build for several targets) the first counts, with a warning.
 */
export function programsOf(
  artifacts: readonly Artifact[],
  selection: Selection,
  buildDirectory: string,
): Programs {
  const selected = new Set(selection.packages.map((member) => member.id));
  const ours = artifacts.filter((artifact) => selected.has(artifact.package_id));
  const found = ours.flatMap((artifact) => programOf(artifact, selection.lib));
  const inside = distinctNames(found.filter((program) => isFileInside(program.path, buildDirectory)));
  const byName = new Map<string, BuiltProgram>();
  for (const program of inside) if (!byName.has(program.name)) byName.set(program.name, program);
  const programs = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const packages = (file: string) =>
    new Set(found.filter((program) => program.path === file).map((program) => program.package));
  const shared = programs.filter((program) => packages(program.path).size > 1);
  const left = inside.filter((program) => byName.get(program.name)?.path !== program.path);
  return {
    programs,
    warnings: [
      ...left.map(
        ({ name, path: file }) =>
          `${name} was built more than once, and ${path.relative(buildDirectory, file)} is left out: set target and packages so that there is one`,
      ),
      ...shared.map(
        ({ name, path: file }) =>
          `packages ${[...packages(file)].sort().join(' and ')} both have a program ${name}, and cargo keeps one of them: choose with packages`,
      ),
    ],
  };
}

function programOf(artifact: Artifact, lib: boolean): BuiltProgram[] {
  const { target, executable } = artifact;
  const from = parsePackageId(artifact.package_id).name;
  if (target.kind.includes('bin')) {
    return executable == null ? [] : [{ name: target.name, kind: 'bin', package: from, path: executable }];
  }
  if (!lib || !target.kind.includes('cdylib')) return [];
  return artifact.filenames
    .filter((file) => SHIPPED.test(file))
    .map((file) => ({ name: target.name, kind: 'cdylib', package: from, path: file }));
}

/** A library that has a program's name goes by its file name. */
function distinctNames(programs: readonly BuiltProgram[]): BuiltProgram[] {
  const bins = new Set(programs.filter((program) => program.kind === 'bin').map((program) => program.name));
  return programs.map((program) =>
    program.kind === 'cdylib' && bins.has(program.name)
      ? { ...program, name: path.basename(program.path) }
      : program,
  );
}

/** Whether a file is there, inside a directory, links resolved. */
export function isFileInside(file: string, directory: string): boolean {
  try {
    const inside = path.relative(realpathSync(directory), realpathSync(file));
    return !inside.startsWith('..') && !path.isAbsolute(inside) && statSync(file).isFile();
  } catch {
    return false;
  }
}
