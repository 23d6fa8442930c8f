import type { Identity } from '../measure/measurement.ts';

/** One identity field that is not the same on both sides; null where a side does not have it. */
export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Every field that differs between two identities, in code-unit order of the field's name. */
export function changedFields(base: Identity, head: Identity): FieldChange[] {
  const fields = new Set([...Object.keys(base), ...Object.keys(head)]);
  return [...fields]
    .sort()
    .map((field) => ({ field, before: fieldOf(base, field), after: fieldOf(head, field) }))
    .filter((change) => change.before !== change.after);
}

/** The changes that a metric with these `dependsOn` prefixes is sensitive to, in the given order. */
export function differing(dependsOn: readonly string[], changes: readonly FieldChange[]): FieldChange[] {
  return changes.filter((change) => dependsOn.some((prefix) => covers(prefix, change.field)));
}

/** Whether a prefix such as `profile.` or `target` names `field` itself or a group that it belongs to. */
export function covers(prefix: string, field: string): boolean {
  if (prefix === field) return true;
  return field.startsWith(prefix.endsWith('.') ? prefix : `${prefix}.`);
}

function fieldOf(identity: Identity, field: string): string | null {
  return Object.hasOwn(identity, field) ? (identity[field] ?? null) : null;
}
