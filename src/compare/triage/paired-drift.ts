import { fastHalfCount } from '../fast-half.ts';
import { studentQuantile } from '../student.ts';
import type { Drift } from './entry.ts';
import { MIN_STEPS } from './exact-drift.ts';
import { commitOf } from './runs.ts';
import { heaviestSegment, type Segment, type Step } from './segment.ts';
import { type Judged, timeRow } from './steps.ts';
import type { RatioSeries } from './table.ts';

/** Chance of a false alarm, over all segments of one series. */
const LEVEL = 0.01;
/** A drift must be this many times what counts in one commit: the range that counts as no change on a pull request. */
const DRIFT_FACTOR = 2;
/** Level of the stored intervals. */
const INTERVAL = 0.01;

/**
 * A run of at least three commits from index `start` on, ending at or behind index `from`, whose stored ratios together are a change,
 * though none was called out. A step that was called out, or that has no interval, adds nothing.
 */
export function pairedDrift(judged: Judged, series: RatioSeries, start: number, from: number): Drift | null {
  const steps = judged.runs.slice(start).map((_, place) => stepOf(series, start + place));
  const segment = heaviestSegment(steps, from - start, MIN_STEPS);
  if (segment === null || segment.p > LEVEL) return null;
  const { threshold } = timeRow(judged, series, { change: 0, ci: null, samples: 0, verdict: 'none' });
  if (Math.abs(segment.log) < Math.log1p(DRIFT_FACTOR * threshold)) return null;
  return driftOf(judged, series, segment, steps, start);
}

const NOTHING: Step = { log: 0, error: 0 };
const quantiles = new Map<number, number>();

function stepOf({ log, margin, pairs, signed }: RatioSeries, index: number): Step {
  const degrees = fastHalfCount(pairs[index] ?? 0) - 1;
  const own = margin[index] ?? 0;
  if (signed[index] === 1 || !(own > 0) || degrees < 1) return NOTHING;
  const quantile = quantiles.get(degrees) ?? studentQuantile(INTERVAL, degrees);
  quantiles.set(degrees, quantile);
  return { log: log[index] ?? 0, error: own / quantile };
}

function driftOf(
  judged: Judged,
  series: RatioSeries,
  { first, last, log, error }: Segment,
  steps: readonly Step[],
  start: number,
): Drift | null {
  const begin = judged.runs[start + first - 1] ?? judged.runs[start + first];
  const end = judged.runs[start + last];
  if (begin === undefined || end === undefined) return null;
  // 2.576: the normal distribution's 99 %, since many steps are added up.
  const margin = 2.576 * error;
  const within = steps.slice(first, last + 1);
  const largest = within
    .map((step, place) => ({ step, record: judged.runs[start + first + place]?.record }))
    .filter(({ step }) => Math.sign(step.log) === Math.sign(log))
    .sort((a, b) => Math.abs(b.step.log) - Math.abs(a.step.log))
    .slice(0, 3)
    .flatMap(({ step, record }) =>
      record === undefined ? [] : [{ commit: commitOf(record), change: Math.expm1(step.log) }],
    );
  return {
    configuration: judged.configuration,
    row: timeRow(judged, series, {
      change: Math.expm1(log),
      ci: [Math.expm1(log - margin), Math.expm1(log + margin)],
      samples: within.filter(({ error: own }) => own > 0).length,
      verdict: log > 0 ? 'regression' : 'improvement',
    }),
    from: begin.record.commit,
    to: end.record.commit,
    steps: within.length,
    largest,
  };
}
