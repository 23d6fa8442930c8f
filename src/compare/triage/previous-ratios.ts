import type { HistoryRatio } from '../../measure/history-record.ts';
import { type LogRatio, logRatioOf } from './ratio.ts';
import type { Run } from './runs.ts';

/**
 * The runs, oldest first, with their ratios against the run before. A ratio is measured against the newest baseline that was there: of
 * two pushes close together both have the same, and one that was lost makes the next run reach back further. What the runs in between
 * showed is divided out of it, so that a change counts once and the steps over a range multiply to what was measured over it; the
 * intervals add up as independent errors do, and the rest is judged by its interval and `thresholdOf`, a relative change.
 */
export function againstPrevious(
  runs: readonly Run[],
  thresholdOf: (ratio: HistoryRatio) => number,
): readonly Run[] {
  const done: Run[] = [];
  for (const run of runs) {
    const between = runsBehind(done, run.parentAt);
    const ratios = run.record.ratios.map((own) => withoutOthers(own, between, thresholdOf));
    const isSame = ratios.every((ratio, index) => ratio === run.record.ratios[index]);
    done.push(isSame ? run : { ...run, record: { ...run.record, ratios }, divided: true });
  }
  return done;
}

function runsBehind(done: readonly Run[], position: number | null): readonly Run[] {
  if (position === null) return [];
  const last = done.findLastIndex((run) => run.position <= position);
  return done.slice(last + 1);
}

function withoutOthers(
  own: HistoryRatio,
  between: readonly Run[],
  thresholdOf: (ratio: HistoryRatio) => number,
): HistoryRatio {
  const others = between.flatMap(
    ({ record }) =>
      record.ratios.find(({ case: name, metric }) => name === own.case && metric === own.metric) ?? [],
  );
  const whole = logOf(own);
  const parts = others.flatMap((other) => logOf(other) ?? []);
  if (whole === null || parts.every(({ log, margin }) => log === 0 && margin === 0)) return own;
  const log = parts.reduce((rest, part) => rest - part.log, whole.log);
  const margin = Math.hypot(whole.margin, ...parts.map((part) => part.margin));
  const ci: HistoryRatio['ci'] = margin === 0 ? null : [Math.exp(log - margin), Math.exp(log + margin)];
  const ratio = { ...own, ratio: Math.exp(log), ci };
  return { ...ratio, verdict: verdictOf(own, log, margin, thresholdOf(own)) };
}

function verdictOf(
  own: HistoryRatio,
  log: number,
  margin: number,
  threshold: number,
): HistoryRatio['verdict'] {
  if (Math.abs(log) > margin && Math.abs(log) >= Math.log1p(threshold)) {
    return log > 0 ? 'regression' : 'improvement';
  }
  return own.verdict === 'inconclusive' ? 'inconclusive' : 'none';
}

function logOf({ ratio, ci }: HistoryRatio): LogRatio | null {
  return logRatioOf({ change: ratio - 1, ci: ci === null ? null : [ci[0] - 1, ci[1] - 1] });
}
