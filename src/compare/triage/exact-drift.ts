import { compareMeasurements } from '../compare.ts';
import type { Comparison } from '../comparison.ts';
import type { Drift } from './entry.ts';
import { commitOf } from './runs.ts';
import { asMeasurement, type Judged, LOOKBACK } from './steps.ts';
import type { Series } from './table.ts';

/** Fewest commits that a drift is made of: two are two entries. */
export const MIN_STEPS = 3;
/** A drift must be this many times what counts in one commit: many small changes are ordinary growth. */
const DRIFT_FACTOR = 5;

interface SmallStep {
  readonly index: number;
  readonly amount: number;
}

/**
 * The growth (or shrinkage) of an exact number that is left when the steps which were called out are taken away, from its lowest
 * (highest) point at or behind index `start` to the newest run. null when it is under five times what counts in one commit, is made of fewer
 * than three steps, or none of it lies at or behind index `from`.
 */
export function exactDrift(judged: Judged, series: Series, start: number, from: number): Drift | null {
  const { steps, last } = smallSteps(judged, series, start);
  if (last === -1) return null;
  for (const sign of [1, -1]) {
    const own = trailing(steps, sign);
    const inRange = own.filter(({ index }) => index >= from);
    if (own.length < MIN_STEPS || sum(inRange) * sign <= 0) continue;
    const after = series.values[last] ?? 0;
    const row = rowOf(judged, series, after - sum(own), after, last);
    if (row === null || row.before === null || row.change === null) continue;
    if (Math.abs(row.change) >= DRIFT_FACTOR * row.threshold) return driftOf(judged, row, own, last);
  }
  return null;
}

/**
 * The steps of a series that no row was made of, and its newest run; -1 when the newest run has no value. A series that was missing
 * for so long that it had stopped begins anew: what it moved by meanwhile is no small step of the commit that it came back with.
 */
function smallSteps(judged: Judged, { case: name, metric, values }: Series, start: number) {
  let steps: SmallStep[] = [];
  let previous = Number.NaN;
  let last = -1;
  for (let index = start; index < judged.runs.length; index++) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (last !== -1 && index - last > LOOKBACK) [steps, previous] = [[], Number.NaN];
    const amount = value - previous;
    const isCalledOut = () => judged.rows(index).some((row) => row.case === name && row.metric === metric);
    if (Math.abs(amount) > 0 && !isCalledOut()) steps.push({ index, amount });
    previous = value;
    last = index;
  }
  return { steps, last: last === judged.runs.length - 1 ? last : -1 };
}

/** The steps behind the point from which the sum of all that follow is largest in one direction. */
function trailing(steps: readonly SmallStep[], sign: number): readonly SmallStep[] {
  let [total, best, place] = [0, 0, steps.length];
  for (let index = steps.length - 1; index >= 0; index--) {
    total += (steps[index]?.amount ?? 0) * sign;
    if (total > best) [best, place] = [total, index];
  }
  return steps.slice(place);
}

function rowOf(
  judged: Judged,
  { case: name, metric }: Series,
  before: number,
  after: number,
  last: number,
): Comparison | null {
  const record = judged.runs[last]?.record;
  if (record === undefined || before < 0) return null;
  const side = (value: number) => asMeasurement(record, [{ case: name, metric, value }]);
  const { comparisons } = compareMeasurements({
    configuration: judged.configuration,
    base: side(before),
    head: side(after),
    history: [],
    ...judged.rules,
  });
  return comparisons.find((row) => row.relevant) ?? null;
}

function driftOf(judged: Judged, row: Comparison, steps: readonly SmallStep[], last: number): Drift | null {
  const [first, end] = [judged.runs[(steps[0]?.index ?? 0) - 1], judged.runs[last]];
  if (first === undefined || end === undefined) return null;
  const before = row.before ?? 0;
  const largest = steps
    .filter(({ amount }) => Math.sign(amount) === Math.sign(row.change ?? 0))
    .sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount))
    .slice(0, 3)
    .flatMap(({ index, amount }) => {
      const record = judged.runs[index]?.record;
      return record === undefined ? [] : [{ commit: commitOf(record), change: amount / before }];
    });
  return {
    configuration: judged.configuration,
    row: { ...row, overBudget: false, why: [] },
    from: first.record.commit,
    to: end.record.commit,
    steps: steps.length,
    largest,
  };
}

function sum(steps: readonly SmallStep[]): number {
  return steps.reduce((total, { amount }) => total + amount, 0);
}
