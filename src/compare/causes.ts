import type { Measurement } from '../measure/measurement.ts';
import { type Axis, METRICS, type Metric } from '../measure/metric.ts';
import type { Cause } from './comparison.ts';
import { differing, type FieldChange } from './identity.ts';
import { isInPrograms, packageCauses, packageDiff } from './packages.ts';
import { isFileOnly, settingEffect, settingName, settingNote, type What } from './settings.ts';

/** What may explain a change, the most telling of each sort first. */
export interface LikelyCauses {
  /** Settings, toolchain and machine, field by field. */
  readonly fields: readonly LikelyField[];
  /** Packages whose code can be in the programs. */
  readonly linked: readonly Cause[];
  /** All compiled packages, those that only the build uses included. */
  readonly compiled: readonly Cause[];
}

export interface LikelyField {
  readonly change: FieldChange;
  readonly cause: Cause;
  /** Whether another change brought it about. */
  readonly follows: boolean;
}

/** Most causes of each sort beside one row, and for a whole configuration. */
const ROW_LIMITS = { fields: 20, packages: 10 };
const REPORT_LIMITS = { fields: 300, packages: 200 };

/** What moves a program, whatever the tier of the metric. */
const BUILD = METRICS.size['loadable-bytes'].dependsOn;
/** What moves a count of compiled things: not the settings that each is compiled with. */
const GRAPH = ['toolchain.', 'target', 'features'];
/** Size metrics that symbols and debug information are part of. */
const FILE_METRICS = ['file-bytes', 'gzip-bytes', 'debug-bytes', 'symbol-bytes'];

/**
 * Collects the likely causes of any change between base and head; `changes` are the identity fields that differ. The
 * lockfile itself is none: what it changes in the build are the packages that were compiled.
 */
export function likelyCauses(
  base: Pick<Measurement, 'packages'>,
  head: Pick<Measurement, 'packages'>,
  changes: readonly FieldChange[],
  changedByHead: (field: string) => boolean,
): LikelyCauses {
  const fields = changes
    .filter(({ field }) => field !== 'lockfile')
    .map((change) => fieldOf(change, changes, changedByHead(change.field)));
  return {
    fields,
    linked: packageCauses(
      packageDiff(base.packages.filter(isInPrograms), head.packages.filter(isInPrograms)),
    ),
    compiled: packageCauses(packageDiff(base.packages, head.packages)),
  };
}

/** The causes that can explain a change of one metric, the most likely first, few enough to stand beside its row. */
export function causesOf(likely: LikelyCauses, axis: Axis, name: string, metric: Metric): Cause[] {
  const fields = likely.fields.filter(({ change }) => explains(change, axis, name, metric));
  const packages = axis === 'compile' ? likely.compiled : likely.linked;
  return listed(byEffect(fields, whatOf(axis, name)), packages, ROW_LIMITS);
}

/** The causes that hold for a whole configuration: settings, toolchain and packages, without the machine. */
export function reportCauses(likely: LikelyCauses): Cause[] {
  const fields = likely.fields.filter(({ cause }) => cause.kind !== 'machine');
  const inPrograms = new Set(likely.linked.map(({ subject }) => subject));
  const others = likely.compiled.filter(({ subject }) => !inPrograms.has(subject));
  const packages = [...likely.linked, ...others.map((cause) => ({ ...cause, note: buildNote(cause) }))];
  return listed(byEffect(fields, 'code'), packages, REPORT_LIMITS);
}

function buildNote({ note }: Cause): string {
  return `${note}; only the build uses it`;
}

function explains(change: FieldChange, axis: Axis, name: string, metric: Metric): boolean {
  const prefixes = metric.unit === 'count' && axis === 'compile' ? GRAPH : [...BUILD, ...metric.dependsOn];
  if (differing(prefixes, [change]).length === 0) return false;
  if (!isFileOnly(change.field)) return true;
  if (axis === 'size') return FILE_METRICS.includes(name);
  return axis === 'compile';
}

/** Which of the documented effects a metric shows. */
export function whatOf(axis: Axis, name: string): What {
  if (axis === 'compile') return 'cpu';
  return axis === 'size' && FILE_METRICS.includes(name) ? 'file' : 'code';
}

const KINDS: readonly Cause['kind'][] = ['setting', 'toolchain', 'machine'];

/** Settings by their documented effect, the largest first, then the toolchain, then the machine. */
function byEffect(fields: LikelyCauses['fields'], what: What): Cause[] {
  return fields
    .map(({ change, cause, follows }) => ({
      cause,
      kind: KINDS.indexOf(cause.kind),
      effect: cause.kind === 'setting' && !follows ? settingEffect(change, what) : 0,
    }))
    .sort((a, b) => a.kind - b.kind || b.effect - a.effect)
    .map(({ cause }) => cause);
}

function fieldOf(change: FieldChange, changes: readonly FieldChange[], byHead: boolean): LikelyField {
  const cause = fieldCause(change, byHead);
  const debug = isStripUndone(change)
    ? changes.find(({ field, after }) => isDebug(field) && after !== null)
    : undefined;
  if (debug === undefined) return { change, cause, follows: false };
  const note = `cargo strips the standard library's debug information only while no package asks for any, as ${debug.field} now does`;
  return { change, cause: { ...cause, note }, follows: true };
}

/** Cargo strips debug information by itself, until a part of the program is to have some. */
function isStripUndone({ field, before, after }: FieldChange): boolean {
  return field === 'profile.strip' && before === 'debuginfo' && after === 'none';
}

function isDebug(field: string): boolean {
  return field.startsWith('profile.') && settingName(field) === 'debug';
}

function fieldCause(change: FieldChange, byHead: boolean): Cause {
  const kind = kindOf(change.field);
  const known = kind === 'setting' ? settingNote(change) : '';
  const note = byHead || kind === 'machine' ? known : 'differs, and this change did not touch it';
  return { kind, subject: change.field, before: change.before, after: change.after, amount: null, note };
}

function kindOf(field: string): Cause['kind'] {
  if (field.startsWith('machine.') || field === 'jobs') return 'machine';
  return field.startsWith('toolchain.') || field === 'linker' ? 'toolchain' : 'setting';
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
