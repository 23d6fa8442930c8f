import type { Measurement } from '../measure/measurement.ts';
import { type Axis, METRICS, type Metric } from '../measure/metric.ts';
import type { Cause } from './comparison.ts';
import { differing, type FieldChange } from './identity.ts';
import { lockfileCauses, lockfileDiff } from './lockfile.ts';
import { isFileOnly, settingNote } from './settings.ts';

/** What may explain a change: settings and toolchain field by field, and packages. */
export interface LikelyCauses {
  readonly fields: readonly { readonly change: FieldChange; readonly cause: Cause }[];
  /** From the lockfile, the most telling first. */
  readonly packages: readonly Cause[];
}

/** Most causes of each sort beside one row, and for a whole configuration. */
const ROW_LIMITS = { fields: 20, packages: 10 };
const REPORT_LIMITS = { fields: 300, packages: 200 };

/** What moves a program, whatever the tier of the metric. */
const BUILD = METRICS.size['loadable-bytes'].dependsOn;
/** What moves a count of compiled things: not the settings that each is compiled with. */
const GRAPH = ['toolchain.', 'target', 'features', 'lockfile'];
/** Size metrics that symbols and debug information are part of. */
const FILE_METRICS = ['file-bytes', 'gzip-bytes', 'debug-bytes', 'symbol-bytes'];

/** Collects the likely causes of any change between base and head; `changes` are the identity fields that differ. */
export function likelyCauses(
  base: Measurement,
  head: Measurement,
  changes: readonly FieldChange[],
  changedByHead: (field: string) => boolean,
): LikelyCauses {
  const packages = lockfileCauses(lockfileDiff(base.lockfile, head.lockfile));
  const fields = changes
    .filter(({ field }) => field !== 'lockfile' || packages.length === 0)
    .map((change) => ({ change, cause: fieldCause(change, changedByHead(change.field)) }));
  return { fields, packages };
}

/** The causes that can explain a change of one metric, few enough to stand beside its row. */
export function causesOf(likely: LikelyCauses, axis: Axis, name: string, metric: Metric): Cause[] {
  const fields = likely.fields.filter(({ change }) => explains(change, axis, name, metric));
  return listed(
    fields.map(({ cause }) => cause),
    likely.packages,
    ROW_LIMITS,
  );
}

/** The causes that hold for a whole configuration: settings, toolchain and packages, without the machine. */
export function reportCauses(likely: LikelyCauses): Cause[] {
  const fields = likely.fields.map(({ cause }) => cause).filter((cause) => cause.kind !== 'machine');
  return listed(fields, likely.packages, REPORT_LIMITS);
}

function explains(change: FieldChange, axis: Axis, name: string, metric: Metric): boolean {
  const prefixes = metric.unit === 'count' && axis === 'compile' ? GRAPH : [...BUILD, ...metric.dependsOn];
  if (differing(prefixes, [change]).length === 0) return false;
  if (!isFileOnly(change.field)) return true;
  if (axis === 'size') return FILE_METRICS.includes(name);
  return axis === 'compile';
}

function fieldCause(change: FieldChange, byHead: boolean): Cause {
  const kind = kindOf(change.field);
  const known = kind === 'setting' ? settingNote(change) : '';
  const note = byHead || kind === 'machine' ? known : 'differs, and this change did not touch it';
  return { kind, subject: change.field, before: change.before, after: change.after, amount: null, note };
}

function kindOf(field: string): Cause['kind'] {
  if (field.startsWith('machine.') || field === 'jobs') return 'machine';
  if (field.startsWith('toolchain.') || field === 'linker') return 'toolchain';
  return field === 'lockfile' ? 'lockfile' : 'setting';
}

function listed(fields: readonly Cause[], packages: readonly Cause[], limits: typeof ROW_LIMITS): Cause[] {
  return [
    ...cut(fields, limits.fields, 'setting', 'settings'),
    ...cut(packages, limits.packages, 'lockfile', 'packages'),
  ];
}

function cut(causes: readonly Cause[], limit: number, kind: Cause['kind'], what: string): Cause[] {
  if (causes.length <= limit) return [...causes];
  const rest = causes.length - limit;
  const more: Cause = { kind, subject: what, before: null, after: null, amount: null, note: `${rest} more` };
  return [...causes.slice(0, limit), more];
}
