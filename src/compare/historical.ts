import type { HistoryRow, Identity } from '../measure/measurement.ts';
import type { Cause } from './comparison.ts';
import { upperFence } from './fence.ts';
import { changedFields, covers, differing, type FieldChange } from './identity.ts';
import { type Judgement, reason, relativeChange } from './judgement.ts';
import { magnitudeOf } from './magnitude.ts';

/** Fewest earlier values that a fence is built from. */
export const MIN_EARLIER_VALUES = 10;
/** Most steps that a fence is built from, the newest ones. Source: rustc-perf's 30 earlier commits. */
const MAX_STEPS = 30;

/** Fields that say on what hardware a value was measured. */
const HARDWARE = ['machine.', 'jobs'];

/** Whether an identity field says on what hardware a value was measured, rather than how the program was built. */
export function isHardware(field: string): boolean {
  return isOneOf(HARDWARE, field);
}

/**
 * Fields that may differ among the earlier values: a lockfile moves with every dependency update, and the fence ignores the
 * few steps that such an update makes. Asking for the head's own lockfile would leave most projects without a history.
 */
const MAY_DRIFT = ['lockfile'];

export interface HistoricalCase {
  readonly before: number;
  readonly after: number;
  /** Identity fields that differ between base and head and that the metric depends on. */
  readonly differing: readonly FieldChange[];
  /** Main's earlier values from {@link comparableRows}, oldest first, the base's own among them. */
  readonly earlier: readonly number[];
  /** Smallest relative and absolute change that may look suspicious. */
  readonly limits: { readonly floor: number; readonly change: number };
}

/**
 * Judges a number that depends on the machine by main's own history: suspicious beyond max(limits.change, Q3 + 3·IQR) of the
 * relative steps |xᵢ₊₁ − xᵢ| / xᵢ between consecutive earlier values of the same hardware and build settings. It never says
 * regression or improvement: a suspicious value is `inconclusive` and relevant until a paired rebuild decides.
 * Source: detection rule of issue 2 (compile time, historical); fence of rustc-perf, see {@link upperFence}.
 */
export function judgeHistorical(request: HistoricalCase): Judgement {
  const { before, after, limits } = request;
  const change = relativeChange(before, after);
  const undecided = { change, ci: null, magnitude: null, relevant: false, verdict: 'inconclusive' } as const;
  const machine = request.differing.filter(({ field }) => isHardware(field));
  if (machine.length > 0) {
    return { ...undecided, threshold: limits.change, samples: 0, why: otherHardware(machine) };
  }
  const earlier = request.earlier.filter((value) => Number.isFinite(value) && value > 0);
  const samples = earlier.length;
  if (samples < MIN_EARLIER_VALUES) {
    return { ...undecided, threshold: limits.change, samples, why: [reason(notEnough(samples))] };
  }
  const threshold = Math.max(limits.change, fenceOf(earlier));
  const difference = Math.abs(after - before);
  const beyond = difference >= limits.floor && (change === null || Math.abs(change) >= threshold);
  if (!beyond || difference === 0) return { ...undecided, threshold, samples, verdict: 'none', why: [] };
  const magnitude = magnitudeOf(change, threshold, 'noisy');
  return { ...undecided, threshold, samples, magnitude, relevant: true, why: [reason(suspicious(samples))] };
}

/** The rows of main's history that were measured as the base was: same hardware, same build settings. */
export function comparableRows(
  history: readonly HistoryRow[],
  base: Identity,
  dependsOn: readonly string[],
): HistoryRow[] {
  return history.filter((row) => {
    const differs = differing(dependsOn, changedFields(base, row.identity));
    return differs.every(({ field }) => isOneOf(MAY_DRIFT, field));
  });
}

function fenceOf(values: readonly number[]): number {
  const steps = values.slice(1).map((value, index) => {
    const previous = values[index] ?? value;
    return Math.abs(value - previous) / previous;
  });
  return upperFence(steps.slice(-MAX_STEPS));
}

function isOneOf(prefixes: readonly string[], field: string): boolean {
  return prefixes.some((prefix) => covers(prefix, field));
}

function otherHardware(fields: readonly FieldChange[]): Cause[] {
  const moved = fields.map(
    ({ field, before, after }): Cause => ({
      kind: 'machine',
      subject: field,
      before,
      after,
      amount: null,
      note: 'not the same hardware',
    }),
  );
  return [reason('other hardware: the numbers are shown and not compared'), ...moved];
}

function notEnough(samples: number): string {
  return `not enough history: ${samples} of ${MIN_EARLIER_VALUES} earlier values from this hardware`;
}

function suspicious(samples: number): string {
  return `suspicious: beyond the fence of ${samples} earlier values, not confirmed by a paired rebuild`;
}
