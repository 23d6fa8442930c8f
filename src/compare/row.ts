import { axisOf, METRICS, type Metric } from '../measure/metric.ts';
import type { Cause, Comparison } from './comparison.ts';
import type { Judgement } from './judgement.ts';
import { judgePair, type Numbers, type Pair } from './pair.ts';
import { type FittingRules, limitsFor, mainMetric } from './rules.ts';
import type { Sides } from './sides.ts';

const MAX_CAUSES = 50;

/**
 * The rows of one case: each metric that both sides have, and each that only the head has and that has a budget.
 * `before`: null for a case that the base does not have. The numbers' metrics are all known ones.
 */
export function compareCase(
  sides: Sides,
  name: string,
  before: Numbers | null,
  after: Numbers,
  rules: FittingRules,
): Comparison[] {
  const has = (metric: string) => after.has(metric) && (before === null || before.has(metric));
  const main = mainMetric(name, sides.request.config.size.gate, has);
  const axis = axisOf(name);
  const metrics: Readonly<Record<string, Metric>> = METRICS[axis];
  const rows: Comparison[] = [];
  for (const [metricName, value] of after) {
    const metric = metrics[metricName];
    if (metric === undefined) continue;
    const limits = limitsFor(rules, metricName, metric, main);
    const old = before?.get(metricName);
    if (old === undefined && limits.budget === null) continue;
    const pair: Pair = { name, axis, metricName, metric, main, limits, before: old ?? null, after: value };
    rows.push(rowOf(sides, pair, judgePair(sides, pair, { before, after })));
  }
  return rows;
}

function rowOf(sides: Sides, pair: Pair, judgement: Judgement): Comparison {
  const { metricName, metric, limits } = pair;
  const causes = judgement.relevant ? causesOf(sides, pair) : [];
  return {
    configuration: sides.request.configuration,
    case: pair.name,
    metric: metricName,
    unit: metric.unit,
    tier: metric.tier,
    category: limits.category,
    headline: isHeadline(pair),
    before: pair.before,
    after: pair.after,
    ...judgement,
    budget: limits.budget,
    overBudget: limits.budget !== null && pair.after > limits.budget,
    why: joined(judgement.why, causes),
  };
}

function causesOf(sides: Sides, { name, axis, metricName, metric, before, after }: Pair): readonly Cause[] {
  const causes = sides.causesOf(axis, metricName, metric);
  if (axis !== 'size' || before === null) return causes;
  return sides.sizeCauses(name, metricName, after - before, causes);
}

function isHeadline({ axis, metricName, metric, main }: Pair): boolean {
  return axis === 'size' ? metricName === main.name : metric.headline;
}

function joined(reasons: readonly Cause[], causes: readonly Cause[]): Cause[] {
  if (reasons.length === 0) return causes.slice(0, MAX_CAUSES);
  const told = new Set(reasons.map((cause) => cause.subject).filter((subject) => subject !== ''));
  return [...reasons, ...causes.filter((cause) => !told.has(cause.subject))].slice(0, MAX_CAUSES);
}
