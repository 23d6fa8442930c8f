import type { Axis, Metric } from '../measure/metric.ts';
import { type ExactLimits, instructionsThreshold, judgeExact } from './exact.ts';
import { isHardware, judgeHistorical } from './historical.ts';
import { type Judgement, reason, relativeChange } from './judgement.ts';
import type { Limits, MainMetric } from './rules.ts';
import type { Sides } from './sides.ts';

/** One metric of one case on both sides, and the limits that hold for it. */
export interface Pair {
  readonly name: string;
  readonly axis: Axis;
  readonly metricName: string;
  readonly metric: Metric;
  readonly main: MainMetric;
  readonly limits: Limits;
  /** null: the base has no such value. */
  readonly before: number | null;
  readonly after: number;
}

/** A case's numbers by metric. */
export type Numbers = ReadonlyMap<string, number>;

/** All numbers of the case that a pair belongs to. */
export interface CaseNumbers {
  readonly before: Numbers | null;
  readonly after: Numbers;
}

/** Smallest relative change that may look suspicious. Source: historical rule of compile time (issue 2). */
const HISTORICAL_CHANGES: Readonly<Record<string, number>> = {
  'cpu-seconds': 0.05,
  'wall-time': 0.1,
  'peak-rss': 0.02,
};
const HISTORICAL_CHANGE = 0.1;

/** Judges a pair as its metric's tier says. */
export function judgePair(sides: Sides, pair: Pair, numbers: CaseNumbers): Judgement {
  const { before } = pair;
  if (before === null) return notJudged(pair, 'none', 'no base value: judged by its budget alone');
  switch (pair.metric.tier) {
    case 'exact':
      return judgeExactPair(sides, pair, before, numbers);
    case 'historical':
      return judgeHistoricalPair(sides, pair, before);
    case 'paired':
      return notJudged(pair, 'inconclusive', 'the programs were not run side by side in this job');
  }
}

function judgeExactPair(sides: Sides, pair: Pair, before: number, numbers: CaseNumbers): Judgement {
  const judgement = judgeExact(before, pair.after, exactLimits(sides, pair));
  const foreign = foreignBuild(sides, pair.metric);
  if (foreign !== null) {
    return { ...judgement, verdict: 'inconclusive', magnitude: null, why: [reason(foreign)] };
  }
  if (!judgement.relevant || !isStripTrap(sides, pair.metricName, numbers)) return judgement;
  return { ...judgement, why: [reason(STRIP_TRAP)] };
}

function judgeHistoricalPair(sides: Sides, pair: Pair, before: number): Judgement {
  const { metric, metricName, name, limits } = pair;
  const foreign = foreignBuild(sides, metric);
  if (foreign !== null) return notJudged(pair, 'inconclusive', foreign);
  return judgeHistorical({
    before,
    after: pair.after,
    differing: sides.differing(metric),
    earlier: sides.earlier(metric, name, metricName),
    limits: { floor: limits.floor ?? 0, change: limits.change ?? historicalChange(metricName) },
  });
}

/** Why two builds may not be compared; null when whatever differs in how they were built is the head's own change. */
function foreignBuild(sides: Sides, metric: Metric): string | null {
  const exact = metric.tier === 'exact';
  const fields = sides
    .differing(metric)
    .map(({ field }) => field)
    .filter((field) => (exact || !isHardware(field)) && !sides.request.changedByHead(field));
  if (fields.length === 0) return null;
  const named = fields.slice(0, 5).join(', ');
  const more = fields.length > 5 ? ` and ${fields.length - 5} more fields` : '';
  return `not the same build: this change did not touch ${named}${more}, which ${fields.length === 1 ? 'differs' : 'differ'}`;
}

const STRIP_TRAP =
  'what is loaded did not change: only symbols, debug information or padding in the file did';

/** Whether the file moved while what is loaded from it did not, as after a change of `strip` or `debug`. */
function isStripTrap(sides: Sides, metricName: string, numbers: CaseNumbers): boolean {
  if (metricName !== 'file-bytes' && metricName !== 'gzip-bytes') return false;
  const before = numbers.before?.get('loadable-bytes');
  const after = numbers.after.get('loadable-bytes');
  if (before === undefined || after === undefined) return false;
  return !judgeExact(before, after, sides.request.config.size).relevant;
}

function exactLimits(sides: Sides, { axis, limits }: Pair): ExactLimits {
  const defaults = exactDefaults(sides, axis);
  return { floor: limits.floor ?? defaults.floor, change: limits.change ?? defaults.change };
}

function exactDefaults(sides: Sides, axis: Axis): ExactLimits {
  if (axis === 'size') return sides.request.config.size;
  if (axis === 'bench') return { floor: 0, change: instructionsThreshold(0) };
  return { floor: 0, change: 0 };
}

/** Smallest relative change of a historical metric that may look suspicious. */
export function historicalChange(metricName: string): number {
  return Object.hasOwn(HISTORICAL_CHANGES, metricName)
    ? (HISTORICAL_CHANGES[metricName] ?? HISTORICAL_CHANGE)
    : HISTORICAL_CHANGE;
}

function notJudged(pair: Pair, verdict: 'none' | 'inconclusive', note: string): Judgement {
  return {
    change: pair.before === null ? null : relativeChange(pair.before, pair.after),
    ci: null,
    threshold: pair.limits.change ?? 0,
    samples: pair.before === null ? 1 : 0,
    verdict,
    magnitude: null,
    relevant: false,
    why: [reason(note)],
  };
}
