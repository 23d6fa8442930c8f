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
    warning(unknown, side, 'of metrics that this version of Tare does not know were left out'),
    warning(unusable, side, 'that are negative or not finite were left out'),
    warning(repeated, side, 'came twice; the first of each was used'),
  ].filter((text) => text !== null);
  return { cases, warnings };
}

function isKnown(name: string, metric: string): boolean {
  const word = name.split(' ', 1)[0];
  return AXES.some((axis) => axis === word) && metricOf(name, metric) !== undefined;
}

function warning(labels: readonly string[], side: string, what: string): string | null {
  if (labels.length === 0) return null;
  return `${labels.length} value${labels.length === 1 ? '' : 's'} of the ${side} ${what}, e.g. ${labels[0]}.`;
}
