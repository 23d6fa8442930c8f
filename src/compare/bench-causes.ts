import type { Measurement } from '../measure/measurement.ts';
import { METRICS, metricOf } from '../measure/metric.ts';
import { causesOf, type LikelyCauses, likelyCauses } from './causes.ts';
import { type Cause, type Comparison, isSigned } from './comparison.ts';
import { changedFields, type FieldChange } from './identity.ts';

/** Adds to a row what may have caused it. */
export type Explain = (row: Comparison) => Comparison;

type Side = Pick<Measurement, 'identity' | 'benchProfile' | 'benches' | 'packages'>;

/**
 * Adds the likely causes to rows of benchmarks that are called: settings and toolchain by their documented effect, of the profile that
 * the benchmark was built with; where none changed, the packages that did. Both sides are run on one machine, so the machine is
 * none. Other rows stay as they are.
 */
export function benchCauses(base: Side, head: Side, changedByHead: (field: string) => boolean): Explain {
  const changes = changedFields(base.identity, head.identity);
  const likely = (fields: readonly FieldChange[]) => likelyCauses(base, head, fields, changedByHead);
  const shipped = likely(changes);
  const harness = likely(ofBenchProfile(base, head, changes));
  const ofHarness = new Set(head.benches.map((bench) => bench.case));
  return (row) => {
    if (!row.case.startsWith('bench ') || !isSigned(row.verdict)) return row;
    const causes = named(ofHarness.has(row.case) ? harness : shipped, row);
    return { ...row, why: [...row.why, ...causes].slice(0, MAX_CAUSES) };
  };
}

const MAX_CAUSES = 50;

function named(likely: LikelyCauses, { case: name, metric }: Comparison): Cause[] {
  const known = metricOf(name, metric) ?? METRICS.bench['wall-time'];
  const causes = causesOf(likely, 'bench', metric, known).filter(({ kind }) => kind !== 'machine');
  const settings = causes.filter(({ kind }) => kind !== 'lockfile');
  return settings.length > 0 ? settings : causes;
}

const PROFILE = 'profile.';

/**
 * The changes with the settings of cargo's profile `bench` in the place of the shipped programs' own. One that changed alike in both,
 * as `bench` follows `release`, keeps its name; another is called `profile.bench.lto`. A baseline of an earlier version does not
 * know them: then the shipped programs' stand for them.
 */
function ofBenchProfile(base: Side, head: Side, changes: readonly FieldChange[]): readonly FieldChange[] {
  if (base.benchProfile === undefined || head.benchProfile === undefined) return changes;
  const own = changedFields(base.benchProfile, head.benchProfile).map((change) =>
    changes.some((other) => isSame(change, other))
      ? change
      : { ...change, field: `${PROFILE}bench.${change.field.slice(PROFILE.length)}` },
  );
  // Of a library, which a benchmark program is not.
  const others = changes.filter(({ field }) => !field.startsWith(PROFILE) && field !== 'flags.lto-dropped');
  return [...own, ...others];
}

function isSame(one: FieldChange, other: FieldChange): boolean {
  return one.field === other.field && one.before === other.before && one.after === other.after;
}
