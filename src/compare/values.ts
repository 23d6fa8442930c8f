import type { Value } from '../measure/measurement.ts';
import { AXES, metricOf } from '../measure/metric.ts';

/** A measurement's numbers by case and metric, in the order in which the cases came. */
export type Tally = ReadonlyMap<string, ReadonlyMap<string, number>>;

/**
 * Indexes values. A metric that this version does not know, a case of no known axis, and a number that is not finite or is
 * negative are left out; of a repeated value the first one holds. `warnings`: one line for each kind of oddity, or none.
 */
export function tally(values: readonly Value[], side: 'base' | 'head'): { cases: Tally; warnings: string[] } {
  const cases = new Map<string, Map<string, number>>();
  const unknown: string[] = [];
  const unusable: string[] = [];
  const repeated: string[] = [];
  for (const { case: name, metric, value } of values) {
    const label = `${metric} of ${name}`;
    if (!isKnown(name, metric)) unknown.push(label);
    else if (!(Number.isFinite(value) && value >= 0)) unusable.push(label);
    else {
      const metrics = cases.get(name) ?? new Map<string, number>();
      if (metrics.has(metric)) repeated.push(label);
      else cases.set(name, metrics.set(metric, value));
    }
  }
  const warnings = [
    warning(unknown, side, 'this version of Tare does not know the metric'),
    warning(unusable, side, 'negative or not finite'),
    warning(repeated, side, 'given before in the same measurement'),
  ].filter((text) => text !== null);
  return { cases, warnings };
}

function isKnown(name: string, metric: string): boolean {
  const word = name.split(' ', 1)[0];
  return AXES.some((axis) => axis === word) && metricOf(name, metric) !== undefined;
}

function warning(labels: readonly string[], side: string, why: string): string | null {
  if (labels.length === 0) return null;
  const values = labels.length === 1 ? 'value' : 'values';
  return `Left out ${labels.length} ${values} of the ${side} (${why}), e.g. ${labels[0]}.`;
}
