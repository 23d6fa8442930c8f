import { parsePackageId } from './package-id.ts';
import { type ProfileKey, requestedProfile } from './profile.ts';
import type { ProfileTables } from './profile-tables.ts';
import { isHostUnit, type Unit, type UnitGraph } from './unit-graph.ts';

/** Keys that a package override may set and that are a matter of the single unit; the rest is the linked program's. */
const OWN_KEYS: readonly ProfileKey[] = ['opt-level', 'debug', 'debug-assertions', 'overflow-checks'];
const MAX_PACKAGES = 300;

/** The root whose profile stands for the build: one without an override of its own, a program before a library. */
export function referenceUnit(graph: UnitGraph, tables: ProfileTables): Unit | null {
  const roots = graph.roots.filter((unit) => !isHostUnit(unit));
  const plain = roots.filter((unit) => !tables.packages.has(nameOf(unit)));
  const linked = (unit: Unit) =>
    !unit.target.crate_types.every((type) => type.endsWith('lib') && type !== 'cdylib');
  return plain.find(linked) ?? plain[0] ?? roots.find(linked) ?? roots[0] ?? null;
}

/**
 * Fields for what differs from the reference: `package.<name>.<key>` for packages with an override, `package.*.<key>` for
 * those that only `package."*"` speaks of, and `build-override.<key>` where build scripts and procedural macros are not
 * built as by default. A package that is there in several versions with several values has them joined by ` / `.
 */
export function deviations(
  graph: UnitGraph,
  reference: Unit,
  tables: ProfileTables,
  target: string,
): Record<string, string> {
  const base = unitValues(reference, target);
  const found = new Map<string, Set<string>>();
  for (const unit of graph.target) {
    const name = nameOf(unit);
    const owner = tables.allOthers && !tables.packages.has(name) ? '*' : name;
    for (const [key, value] of Object.entries(unitValues(unit, target))) {
      if (value === base[key]) continue;
      const field = `package.${owner}.${key}`;
      found.set(field, (found.get(field) ?? new Set()).add(value));
    }
  }
  const fields = [...found].map(([field, values]) => [field, [...values].sort().join(' / ')] as const);
  return {
    ...Object.fromEntries(fields.sort().slice(0, MAX_PACKAGES)),
    ...buildOverride(graph, tables, target),
  };
}

/** Names of packages in the programs that have debug information although the reference has none. */
export function packagesWithDebug(graph: UnitGraph, reference: Unit): string[] {
  if (hasDebug(reference)) return [];
  return [...new Set(graph.target.filter(hasDebug).map(nameOf))].sort();
}

function hasDebug(unit: Unit): boolean {
  return !['0', 'none', 'null', 'undefined'].includes(String(unit.profile.debuginfo));
}

function unitValues(unit: Unit, target: string): Record<string, string> {
  const profile = requestedProfile(unit.profile, target);
  const own = OWN_KEYS.map((key) => [key, profile[key]]);
  // Registry packages are never incremental, which moves their default: only a number that was asked for counts.
  return { ...Object.fromEntries(own), 'codegen-units': String(unit.profile.codegen_units ?? 'default') };
}

function buildOverride(graph: UnitGraph, tables: ProfileTables, target: string): Record<string, string> {
  // `package."*"` goes before build-override: then only the workspace's own build scripts show it.
  const roots = new Set(graph.roots.map((root) => root.pkg_id));
  const unit = graph.host.find(
    (candidate) =>
      candidate.mode === 'build' &&
      !tables.packages.has(nameOf(candidate)) &&
      (!tables.allOthers || roots.has(candidate.pkg_id)),
  );
  if (unit === undefined) return {};
  const usual: Readonly<Record<string, string>> = { 'opt-level': '0', 'codegen-units': 'default' };
  const differing = Object.entries(unitValues(unit, target)).filter(
    ([key, value]) => tables.buildOverride.has(key) || (usual[key] ?? value) !== value,
  );
  return Object.fromEntries(differing.map(([key, value]) => [`build-override.${key}`, value]));
}

function nameOf(unit: Unit): string {
  return parsePackageId(unit.pkg_id).name;
}
