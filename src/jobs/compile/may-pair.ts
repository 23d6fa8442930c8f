import { changedFields, differing } from '../../compare/identity.ts';
import { packageDiff } from '../../compare/packages.ts';
import type { Measurement } from '../../measure/measurement.ts';
import { METRICS } from '../../measure/metric.ts';
import type { Git } from '../../process/git.ts';
import type { ChangedByHead } from '../part.ts';

/** `unchanged`: nothing that is compiled differs. `no`: more than the own crates differs; `reason` is a clause. */
export type MayPair =
  | { readonly kind: 'yes' | 'unchanged' }
  | { readonly kind: 'no'; readonly reason: string };

/** Files that no compiler reads, or whose content costs it nothing. */
const NOT_COMPILED = /\.md$|^\.github\/|(^|\/)(LICEN[CS]E[^/]*|\.gitignore|tare\.toml)$/i;

/**
 * Whether the own crates of base and head can be compared alone: settings, dependencies and toolchain are the same, as far as
 * the head decides them. A Cargo.lock that differs only in what was not compiled does not matter.
 */
export async function mayPair(
  base: Measurement,
  head: Measurement,
  byHead: ChangedByHead,
  git: Pick<Git, 'changedFiles' | 'isDirty' | 'fetchCommit'>,
): Promise<MayPair> {
  const changes = changedFields(base.identity, head.identity);
  const build = differing(METRICS.size['loadable-bytes'].dependsOn, changes).filter(({ field }) =>
    byHead(field),
  );
  const setting = build.find(({ field }) => field !== 'lockfile');
  if (setting !== undefined) {
    const { field, before, after } = setting;
    return no(`${field} differs (${shortened(before)} → ${shortened(after)})`);
  }
  if (build.length > 0) {
    const moved = movedPackages(base, head);
    if (moved.length > 0) return no(`the dependencies differ (${moved.slice(0, 3).join(', ')})`);
  }
  await git.fetchCommit(base.commit);
  const files = (await git.isDirty()) ? null : await git.changedFiles(base.commit, head.commit);
  const unchanged = files?.every((file) => NOT_COMPILED.test(file)) ?? false;
  return { kind: unchanged ? 'unchanged' : 'yes' };
}

function movedPackages(base: Measurement, head: Measurement): string[] {
  const { added, removed, updated } = packageDiff(base.packages, head.packages);
  return [
    ...updated.map(({ name, before, after }) => `${name} ${before} → ${after}`),
    ...added.map(({ name, version }) => `${name} ${version} is new`),
    ...removed.map(({ name, version }) => `${name} ${version} is gone`),
  ];
}

const MAX_SHOWN = 60;

function shortened(value: string | null): string {
  if (value === null) return 'none';
  return value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value;
}

function no(reason: string): MayPair {
  return { kind: 'no', reason };
}
