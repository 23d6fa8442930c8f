import type { BuildCounts } from '../toolchain.ts';
import type { Artifact } from './messages.ts';
import { parsePackageId } from './package-id.ts';
import type { UnitGraph } from './unit-graph.ts';

/** A compiled unit, as the unit graph and the build's messages both describe it. */
interface CompiledUnit {
  readonly id: string;
  readonly kind: readonly string[];
}

/**
 * Counts of one build: units that are compiled, packages from outside the workspace (`members` are its package ids),
 * packages with a build script, packages with a procedural macro, and crate names built in more than one version.
 * The unit graph decides; without one, the artifacts of the cold build, which are the same units.
 */
export function countsOf(
  graph: UnitGraph | null,
  artifacts: readonly Artifact[],
  members: ReadonlySet<string>,
): BuildCounts {
  const units: CompiledUnit[] =
    graph === null
      ? artifacts.map((artifact) => ({ id: artifact.package_id, kind: artifact.target.kind }))
      : graph.units
          .filter((unit) => unit.mode === 'build')
          .map((unit) => ({ id: unit.pkg_id, kind: unit.target.kind }));
  const packages = new Set(units.map((unit) => unit.id));
  const versions = new Map<string, number>();
  for (const id of packages) {
    const { name } = parsePackageId(id);
    versions.set(name, (versions.get(name) ?? 0) + 1);
  }
  return {
    units: units.length,
    dependencies: [...packages].filter((id) => !members.has(id)).length,
    buildScripts: packagesWith(units, 'custom-build'),
    procMacros: packagesWith(units, 'proc-macro'),
    duplicateCrates: [...versions.values()].filter((count) => count > 1).length,
  };
}

function packagesWith(units: readonly CompiledUnit[], kind: string): number {
  return new Set(units.filter((unit) => unit.kind.includes(kind)).map((unit) => unit.id)).size;
}
