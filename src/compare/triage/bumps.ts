import { changedFields, type FieldChange } from '../identity.ts';
import type { Bump } from './entry.ts';
import { commitOf, type Run } from './runs.ts';
import { type Judged, ownCauses } from './steps.ts';

/** Most packages that are named of one commit. */
const PACKAGES = 10;

/**
 * What the measurements from index `from` on depend on and the ones before did not: toolchain, runner image, build settings, dependencies.
 * What the runner brings is told when it is first seen, since old and new images alternate while one is rolled out.
 */
export function bumpsOf(judged: Judged, from: number): Bump[] {
  const seen = new Set<string>();
  return judged.runs.slice(from).flatMap((run) => {
    const before = judged.runs[run.previous];
    // A build that failed has no identity.
    if (before === undefined || Object.keys(run.record.identity).length === 0) return [];
    const changes = changedFields(before.record.identity, run.record.identity);
    return bumpsOfRun(judged, run, changes).filter(({ subject, before, after, byCommit }) => {
      const [old, fresh] = [`${subject}\n${before}`, `${subject}\n${after}`];
      const known = seen.has(fresh);
      seen.add(old).add(fresh);
      return byCommit || !known;
    });
  });
}

function bumpsOfRun(
  { configuration, rules }: Judged,
  { record }: Run,
  changes: readonly FieldChange[],
): Bump[] {
  const commit = commitOf(record);
  const named = new Set(record.causes.map(({ subject }) => subject));
  return changes.flatMap((change): Bump[] => {
    const kind = kindOf(change.field);
    if (kind === null) return [];
    if (kind === 'dependency') return dependencies(configuration, record, commit, change);
    const byCommit = kind !== 'image' && (rules.changedByHead(change.field) || named.has(change.field));
    const { field: subject, before, after } = change;
    return [{ configuration, commit, kind, subject, before, after, note: '', byCommit }];
  });
}

/** null: a field that differs from runner to runner. */
function kindOf(field: string): Bump['kind'] | null {
  if (field.startsWith('toolchain.') || field === 'linker') return 'toolchain';
  if (field === 'machine.image') return 'image';
  if (field.startsWith('machine.') || field === 'jobs') return null;
  return field === 'lockfile' ? 'dependency' : 'setting';
}

function dependencies(
  configuration: string,
  record: Run['record'],
  commit: Bump['commit'],
  { before, after }: FieldChange,
): Bump[] {
  const packages = ownCauses(record, null).filter(
    ({ kind, subject }) => kind === 'lockfile' && subject !== '',
  );
  const shared = { configuration, commit, kind: 'dependency', byCommit: true } as const;
  if (packages.length === 0) return [{ ...shared, subject: 'lockfile', before, after, note: '' }];
  const rest = packages.length - PACKAGES;
  const more =
    rest > 0
      ? [{ ...shared, subject: 'lockfile', before: null, after: null, note: `and ${rest} more packages` }]
      : [];
  return [
    ...packages.slice(0, PACKAGES).map((cause) => ({
      ...shared,
      subject: cause.subject,
      before: cause.before,
      after: cause.after,
      note: cause.note,
    })),
    ...more,
  ];
}
