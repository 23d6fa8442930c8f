import type { CaseRule, SizeGate } from '../config/config.ts';
import { type Axis, axisOf, METRICS, type Metric, type Unit } from '../measure/metric.ts';
import { fits } from '../wildcard.ts';
import type { Category } from './comparison.ts';

/** The metric that decides the size verdict, by the user's gate. */
export const GATE_METRICS = {
  loadable: 'loadable-bytes',
  file: 'file-bytes',
  gzip: 'gzip-bytes',
} as const satisfies Record<SizeGate, keyof (typeof METRICS)['size']>;

/** What the rules say about one metric of one case; null: nothing, the default holds. */
export interface Limits {
  readonly category: Category;
  readonly floor: number | null;
  readonly change: number | null;
  readonly budget: number | null;
}

/** The rules that fit one case, in order. */
export type FittingRules = readonly CaseRule[];

/** Prepares rules for many cases: the returned function gives those that fit a case name. */
export function ruleMatcher(rules: readonly CaseRule[]): (caseName: string) => FittingRules {
  const prepared = rules.map((rule) => ({ rule, pieces: rule.match.split('*') }));
  return (caseName) => prepared.filter(({ pieces }) => fits(pieces, caseName)).map(({ rule }) => rule);
}

/**
 * Joins the rules that fit a case for one of its metrics; a later rule wins over an earlier, key by key.
 * A rule without a metric holds for all metrics of the case as far as it can: its category and relative change for each, its
 * absolute floor for those in the unit of the axis' main metric, its budget for that main metric alone.
 * `main`: the metric that decides the axis' verdict for this case.
 */
export function limitsFor(rules: FittingRules, metricName: string, metric: Metric, main: MainMetric): Limits {
  const limits: { -readonly [K in keyof Limits]: Limits[K] } = {
    category: 'primary',
    floor: null,
    change: null,
    budget: null,
  };
  for (const rule of rules) {
    if (rule.metric !== null && rule.metric !== metricName) continue;
    const named = rule.metric !== null;
    limits.category = rule.category ?? limits.category;
    limits.change = rule.change ?? limits.change;
    if (named || metric.unit === main.unit) limits.floor = rule.floor ?? limits.floor;
    if (named || metricName === main.name) limits.budget = rule.budget ?? limits.budget;
  }
  return limits;
}

export interface MainMetric {
  readonly name: string;
  readonly unit: Unit;
}

/**
 * The metric that decides the verdict of a case: for sizes the gate's, or the next best that `has` (loadable, then file) for
 * a file whose gate metric could not be read; for benchmarks the run time, or the imported one of a case that has only that;
 * for compile time the first headline metric of the catalogue.
 */
export function mainMetric(caseName: string, gate: SizeGate, has: (metric: string) => boolean): MainMetric {
  const axis = axisOf(caseName);
  if (axis === 'bench' && !has('wall-time') && has('imported-time')) return IMPORTED_TIME;
  if (axis !== 'size') return MAIN[axis];
  const wanted = [GATE_METRICS[gate], GATE_METRICS.loadable, GATE_METRICS.file];
  return { name: wanted.find(has) ?? GATE_METRICS[gate], unit: 'B' };
}

const MAIN: Record<Exclude<Axis, 'size'>, MainMetric> = {
  compile: { name: 'cpu-seconds', unit: METRICS.compile['cpu-seconds'].unit },
  bench: { name: 'wall-time', unit: METRICS.bench['wall-time'].unit },
};
const IMPORTED_TIME: MainMetric = { name: 'imported-time', unit: METRICS.bench['imported-time'].unit };
