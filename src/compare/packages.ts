import type { BuiltPackage } from '../measure/measurement.ts';
import type { Cause } from './comparison.ts';

/** A package that one side has; `version` carries its source where that is not the registry. */
export interface PackageVersion {
  readonly name: string;
  readonly version: string;
}

export interface UpdatedPackage {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Difference of two builds' packages; every list is sorted by name. */
export interface PackageDiff {
  readonly added: readonly PackageVersion[];
  readonly removed: readonly PackageVersion[];
  readonly updated: readonly UpdatedPackage[];
  /** Packages of which the head has several versions and the base had one at most; they are in `added` too. */
  readonly duplicated: readonly { readonly name: string; readonly versions: readonly string[] }[];
}

/** Whether a package's code, or code that it writes, can be in the programs. */
export function isInPrograms({ role }: BuiltPackage): boolean {
  return role !== 'build';
}

/** Compares the packages of two builds, whatever their roles. */
export function packageDiff(base: readonly BuiltPackage[], head: readonly BuiltPackage[]): PackageDiff {
  const before = byName(base);
  const after = byName(head);
  const added: PackageVersion[] = [];
  const removed: PackageVersion[] = [];
  const updated: UpdatedPackage[] = [];
  const duplicated: { name: string; versions: string[] }[] = [];
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const old = before.get(name) ?? new Set();
    const now = after.get(name) ?? new Set();
    const gone = [...old].filter((version) => !now.has(version)).sort(compareVersions);
    const come = [...now].filter((version) => !old.has(version)).sort(compareVersions);
    const pairs = Math.min(gone.length, come.length);
    for (let i = 0; i < pairs; i++) updated.push({ name, before: gone[i] ?? '', after: come[i] ?? '' });
    removed.push(...gone.slice(pairs).map((version) => ({ name, version })));
    added.push(...come.slice(pairs).map((version) => ({ name, version })));
    if (now.size > 1 && old.size <= 1) duplicated.push({ name, versions: [...now].sort(compareVersions) });
  }
  return { added, removed, updated, duplicated };
}

/** The note of a package of which the base had no version. */
export const ADDED = 'added';

/** One cause per package that moved: new versions beside others first, since they cost most, then new packages, updated, removed. */
export function packageCauses(diff: PackageDiff): Cause[] {
  const twice = new Set(diff.duplicated.map(({ name }) => name));
  return [
    ...diff.duplicated.map(({ name, versions }) => duplicateCause(name, versions, diff.added)),
    ...diff.added
      .filter(({ name }) => !twice.has(name))
      .map(({ name, version }) => packageCause(name, null, version, ADDED)),
    ...diff.updated.map(({ name, before, after }) => packageCause(name, before, after, 'updated')),
    ...diff.removed.map(({ name, version }) => packageCause(name, version, null, 'removed')),
  ];
}

/** Most versions on each side of "added beside". */
const FEW = 3;

function duplicateCause(name: string, versions: readonly string[], added: PackageDiff['added']): Cause {
  const come = new Set(added.filter((one) => one.name === name).map(({ version }) => version));
  const beside = versions.filter((version) => !come.has(version));
  if (beside.length === 0 || beside.length > FEW || come.size > FEW) {
    return packageCause(name, null, versions.join(', '), `now built in ${versions.length} versions`);
  }
  return packageCause(name, null, [...come].join(', '), `added beside ${beside.join(', ')}`);
}

function packageCause(subject: string, before: string | null, after: string | null, note: string): Cause {
  return {
    kind: 'lockfile',
    subject,
    before: shortened(before),
    after: shortened(after),
    amount: null,
    note,
  };
}

/** Longest text that a cause may hold. */
const MAX_TEXT = 4000;

function shortened(text: string | null): string | null {
  return text !== null && text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
}

function byName(packages: readonly BuiltPackage[]): Map<string, Set<string>> {
  const versionsOf = new Map<string, Set<string>>();
  for (const { name, version, source } of packages) {
    const versions = versionsOf.get(name) ?? new Set();
    versionsOf.set(name, versions.add(source === undefined ? version : `${version} (${source})`));
  }
  return versionsOf;
}

/** Orders by the numbers in a version, then as text: 1.9.0 before 1.10.0. */
function compareVersions(a: string, b: string): number {
  const left = a.split(/[^0-9]+/, 8);
  const right = b.split(/[^0-9]+/, 8);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = Number(left[i] ?? 0) - Number(right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
