import { fastHalfCount } from '../fast-half.ts';
import { magnitudeOf } from '../magnitude.ts';
import { studentQuantile } from '../student.ts';
import type { Drift, TriageRow } from './entry.ts';
import { MIN_STEPS } from './exact-drift.ts';
import { logRatioOf } from './ratio.ts';
import { commitOf } from './runs.ts';
import { heaviestSegment, type Segment, type Step } from './segment.ts';
import type { Judged } from './steps.ts';

/** Chance of a false alarm, over all segments of one series. */
const LEVEL = 0.01;
/** A drift must be this many times what counts in one commit: the range that counts as no change on a pull request. */
const DRIFT_FACTOR = 2;
/** Level of the stored intervals. */
const INTERVAL = 0.01;

/**
 * A run of at least three commits, ending at or behind index `from`, whose stored ratios together are a change, though none was called
 * out. `rows`: the series' rows by the run's index, from `start` on. A step that was called out, or that has no interval, adds nothing.
 */
export function pairedDrift(
  judged: Judged,
  rows: ReadonlyMap<number, TriageRow>,
  start: number,
  from: number,
): Drift | null {
  const steps = judged.runs.slice(start).map((_, place) => stepOf(rows.get(start + place)));
  const segment = heaviestSegment(steps, from - start, MIN_STEPS);
  if (segment === null || segment.p > LEVEL) return null;
  const known = [...rows.values()][0];
  const threshold = known?.threshold ?? 0;
  if (known === undefined || Math.abs(segment.log) < Math.log1p(DRIFT_FACTOR * threshold)) return null;
  return driftOf(judged, known, segment, steps, start);
}

const NOTHING: Step = { log: 0, error: 0 };

function stepOf(row: TriageRow | undefined): Step {
  if (row === undefined || row.relevant || row.ci === null) return NOTHING;
  const ratio = logRatioOf(row);
  const degrees = fastHalfCount(row.samples) - 1;
  if (ratio === null || !(ratio.margin > 0) || degrees < 1) return NOTHING;
  return { log: ratio.log, error: ratio.margin / studentQuantile(INTERVAL, degrees) };
}

function driftOf(
  judged: Judged,
  row: TriageRow,
  { first, last, log, error }: Segment,
  steps: readonly Step[],
  start: number,
): Drift | null {
  const begin = judged.runs[start + first - 1] ?? judged.runs[start + first];
  const end = judged.runs[start + last];
  if (begin === undefined || end === undefined) return null;
  const change = Math.expm1(log);
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
    row: {
      ...row,
      before: null,
      after: null,
      change,
      ci: [Math.expm1(log - margin), Math.expm1(log + margin)],
      samples: within.filter(({ error: own }) => own > 0).length,
      verdict: log > 0 ? 'regression' : 'improvement',
      magnitude: magnitudeOf(change, row.threshold, 'noisy'),
      relevant: true,
      why: [],
    },
    from: begin.record.commit,
    to: end.record.commit,
    steps: within.length,
    largest,
  };
}
