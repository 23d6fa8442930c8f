import { type BuiltPackage, MAX_NAME, MAX_PACKAGES } from '../../measure/measurement.ts';
import type { LockedPackage } from './lockfile.ts';
import type { Artifact } from './messages.ts';
import { parsePackageId } from './package-id.ts';
import type { UnitGraph } from './unit-graph.ts';

/** Everything that says which packages were compiled, and what for. */
export interface PackageEvidence {
  /** null: roles are read off the artifacts, which do not tell a build script's dependency from a program's. */
  readonly graph: UnitGraph | null;
  readonly artifacts: readonly Artifact[];
  readonly locked: readonly LockedPackage[];
  /** Package ids of the workspace's members, which are left out. */
  readonly members: ReadonlySet<string>;
}

/**
 * The packages that the build compiled, sorted by name and version. The lockfile says where each one comes from, to the
 * commit; one that it does not name is described by its package id alone.
 */
export function packagesOf({ graph, artifacts, locked, members }: PackageEvidence): BuiltPackage[] {
  const roleOf = graph === null ? artifactRoles(artifacts) : graphRoles(graph);
  const isDirect = graph === null ? () => false : directIn(graph, members);
  const lockedBy = byVersion(locked);
  const ids = [...new Set(artifacts.map((artifact) => artifact.package_id))];
  return ids
    .filter((id) => !members.has(id))
    .map((id) => ({
      ...described(id, lockedBy, roleOf(id)),
      ...(isDirect(id) ? { direct: true as const } : {}),
    }))
    .sort((a, b) => compareText(a.name, b.name) || compareText(a.version, b.version))
    .slice(0, MAX_PACKAGES);
}

type RoleOf = (id: string) => BuiltPackage['role'];

function graphRoles(graph: UnitGraph): RoleOf {
  const linked = new Set(graph.target.map((unit) => unit.pkg_id));
  const macros = new Set(graph.macros.map((unit) => unit.pkg_id));
  return (id) => (linked.has(id) ? 'linked' : macros.has(id) ? 'proc-macro' : 'build');
}

function artifactRoles(artifacts: readonly Artifact[]): RoleOf {
  const macros = artifacts.filter(({ target }) => target.kind.includes('proc-macro'));
  const ids = new Set(macros.map((artifact) => artifact.package_id));
  return (id) => (ids.has(id) ? 'proc-macro' : 'linked');
}

/** Whether a package of the workspace depends on the package with an id. */
function directIn({ units }: UnitGraph, members: ReadonlySet<string>): (id: string) => boolean {
  const used = units
    .filter((unit) => members.has(unit.pkg_id))
    .flatMap((unit) => unit.dependencies.flatMap(({ index }) => units[index]?.pkg_id ?? []));
  const direct = new Set(used);
  return (id) => direct.has(id);
}

function described(
  id: string,
  lockedBy: ReadonlyMap<string, readonly LockedPackage[]>,
  role: BuiltPackage['role'],
): BuiltPackage {
  const { name, version } = parsePackageId(id);
  const candidates = lockedBy.get(`${name} ${version}`) ?? [];
  const from = id.replace(/#[^#]*$/, '');
  const entry = candidates.find((one) => one.source?.replace(/#[^#]*$/, '') === from) ?? candidates[0];
  const source = sourceOf(entry === undefined ? from : (entry.source ?? 'path'));
  return {
    name: name.slice(0, MAX_NAME),
    version: version.slice(0, MAX_NAME),
    ...(source === null ? {} : { source: source.slice(0, MAX_NAME) }),
    role,
  };
}

const CRATES_IO = /^(registry|sparse)\+\S*\bcrates\.io(-index)?\/?$/;

/** null for crates.io; `path` for a local one, whose folder is no matter of the package's; never a password. */
function sourceOf(source: string): string | null {
  if (CRATES_IO.test(source)) return null;
  return source.startsWith('path+') ? 'path' : source.replace(/\/\/[^/@]*@/, '//');
}

function byVersion(locked: readonly LockedPackage[]): Map<string, LockedPackage[]> {
  const found = new Map<string, LockedPackage[]>();
  for (const one of locked) {
    const key = `${one.name} ${one.version}`;
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return found;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
