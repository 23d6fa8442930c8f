import type { Axis, Unit } from '../measure/metric.ts';
import { AXES, METRICS, mayFit } from '../measure/metric.ts';
import { allowedValues } from './choice.ts';
import type { CaseRule } from './config.ts';
import { keyProblem, type Problem } from './problem.ts';
import { hintFor, knownChange, quantityOf } from './quantity.ts';
import { quote } from './quote.ts';
import type { FileContent } from './schema.ts';

type WrittenRule = NonNullable<FileContent['case']>[number];

export interface ResolvedRules {
  readonly rules: readonly CaseRule[];
  readonly problems: readonly Problem[];
}

/**
 * Checks every rule against the catalogue of metrics and gives its limits in the metric's unit. Without `metric`, limits
 * are in the unit of the axis' main metric (bytes or seconds) and compare/ applies them.
 */
export function caseRules(written: readonly WrittenRule[]): ResolvedRules {
  const rules: CaseRule[] = [];
  const problems: Problem[] = [];
  for (const [index, rule] of written.entries()) {
    const resolved = resolve(rule);
    if ('key' in resolved) problems.push(keyProblem(['case', index, resolved.key], () => resolved.fault));
    else rules.push(resolved);
  }
  return { rules, problems };
}

/** What is wrong with one key of a rule. */
interface Fault {
  readonly key: keyof WrittenRule;
  /** The rest of the sentence that begins with the key. */
  readonly fault: string;
}

function resolve(rule: WrittenRule): CaseRule | Fault {
  const axes = AXES.filter((axis) => mayFit(rule.match, axis));
  if (axes.length === 0) {
    return {
      key: 'match',
      fault: `is ${quote(rule.match)}, which no case can fit; a case name begins with ${AXES.join(', ')} and a space`,
    };
  }
  const known = axes.flatMap((axis) => Object.keys(METRICS[axis]));
  if (rule.metric !== undefined && !known.includes(rule.metric)) {
    return {
      key: 'metric',
      fault: `is ${quote(rule.metric)}, which no case of ${quote(rule.match)} has; ${allowedValues(rule.metric, known)}`,
    };
  }
  return withLimits(rule, axes);
}

function withLimits(rule: WrittenRule, axes: readonly Axis[]): CaseRule | Fault {
  const limits: { floor: number | null; budget: number | null } = { floor: null, budget: null };
  for (const key of ['floor', 'budget'] as const) {
    const value = rule[key];
    if (value === undefined) continue;
    const unit = rule.metric === undefined ? mainUnit(axes) : unitOf(rule.metric);
    if (unit === null) {
      return {
        key,
        fault: `needs "metric" beside it, because ${quote(rule.match)} fits cases of several kinds`,
      };
    }
    const limit = quantityOf(value, unit);
    if (limit === null) {
      const owner = rule.metric ?? quote(rule.match);
      return { key, fault: `is ${quote(value)}; expected for ${owner} ${hintFor(unit)}` };
    }
    limits[key] = limit;
  }
  return {
    match: rule.match,
    metric: rule.metric ?? null,
    category: rule.category ?? null,
    change: rule.change === undefined ? null : knownChange(rule.change),
    ...limits,
  };
}

/** Unit of the metric that decides the only axis; null for several axes. */
function mainUnit(axes: readonly Axis[]): Unit | null {
  const [axis] = axes;
  if (axes.length !== 1 || axis === undefined) return null;
  return axis === 'size' ? 'B' : 's';
}

/** A metric's unit: metrics of one name have one unit on every axis (tested). */
function unitOf(metric: string): Unit {
  for (const axis of AXES) {
    const metrics: Readonly<Record<string, { readonly unit: Unit }>> = METRICS[axis];
    if (Object.hasOwn(metrics, metric)) return metrics[metric]?.unit ?? 'count';
  }
  throw new Error(`metric ${metric} has no unit`);
}
