import type { CaseRule, SizeGate } from '../config/config.ts';
import type { HistoryRow, Measurement, Value } from '../measure/measurement.ts';
import { type AttributionDiff, movedBytes } from './attribution.ts';
import { reportCauses } from './causes.ts';
import type { Cause, Comparison } from './comparison.ts';
import type { FieldChange } from './identity.ts';
import { withBytes } from './join-causes.ts';
import { compareCase } from './row.ts';
import { ruleMatcher } from './rules.ts';
import { Sides } from './sides.ts';
import { type Tally, tally } from './values.ts';

export interface CompareRequest {
  /** Name of the configuration that both sides were built in. */
  readonly configuration: string;
  /** null: nothing to compare with; budgets are still judged. */
  readonly base: Measurement | null;
  readonly head: Measurement;
  /** Main's earlier numbers, oldest first, the base's own last. */
  readonly history: readonly HistoryRow[];
  readonly config: {
    readonly size: { readonly gate: SizeGate; readonly floor: number; readonly change: number };
    readonly cases: readonly CaseRule[];
  };
  /** Whether an identity field that differs was changed by the head itself rather than by the machine or the runner's image. */
  readonly changedByHead: (field: string) => boolean;
}

export interface CaseValues {
  readonly case: string;
  readonly values: Value[];
}

export interface Compared {
  readonly comparisons: Comparison[];
  /** Cases that only the head has; all of the head's without a base. */
  readonly added: CaseValues[];
  readonly removed: CaseValues[];
  /** Names of all cases of base and head, the benchmarks that are yet to be run included. */
  readonly cases: string[];
  readonly changed: FieldChange[];
  /** Causes that hold for the whole configuration; a package's amount is in bytes, of all programs that moved together. */
  readonly causes: Cause[];
  /** Where the bytes of programs went whose size moved, as far as both sides have them named. */
  readonly attributions: AttributionDiff[];
  /** Oddities in the numbers, one line each; the names in them are outside text. */
  readonly warnings: string[];
}

/**
 * Compares two measurements of one configuration. Numbers that only one side has are not compared; a paired metric is
 * `inconclusive` here, since numbers from different runs say nothing about it. Linear in the number of values.
 */
export function compareMeasurements(request: CompareRequest): Compared {
  const base = request.base === null ? null : tally(request.base.values, 'base');
  const head = tally(request.head.values, 'head');
  const sides = new Sides(request);
  const rulesOf = ruleMatcher(request.config.cases);
  const comparisons: Comparison[] = [];
  for (const [name, after] of head.cases) {
    comparisons.push(...compareCase(sides, name, base?.cases.get(name) ?? null, after, rulesOf(name)));
  }
  const attributions = movedAttributions(sides, comparisons);
  return {
    comparisons,
    added: casesBeyond(head.cases, base?.cases ?? new Map()),
    removed: base === null ? [] : casesBeyond(base.cases, head.cases),
    cases: caseNames(request),
    changed: sides.changed,
    causes: sides.causes === null ? [] : withBytes(reportCauses(sides.causes), attributions),
    attributions,
    warnings: [...(base?.warnings ?? []), ...head.warnings],
  };
}

function movedAttributions(sides: Sides, comparisons: readonly Comparison[]): AttributionDiff[] {
  const moved = comparisons.filter((row) => row.relevant && row.case.startsWith('size '));
  return [...new Set(moved.map((row) => row.case))].flatMap((name) => {
    const diff = sides.attribution(name);
    return diff === null || diff.movements.every((movement) => movedBytes(movement) === 0) ? [] : [diff];
  });
}

function caseNames({ base, head }: CompareRequest): string[] {
  const sides = base === null ? [head] : [base, head];
  return [...new Set(sides.flatMap((side) => [...side.values, ...side.benches].map((each) => each.case)))];
}

function casesBeyond(cases: Tally, others: Tally): CaseValues[] {
  return [...cases]
    .filter(([name]) => !others.has(name))
    .map(([name, metrics]) => ({
      case: name,
      values: [...metrics].map(([metric, value]) => ({ case: name, metric, value })),
    }));
}
