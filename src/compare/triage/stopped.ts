import type { Stopped } from './entry.ts';
import { commitOf, type Run } from './runs.ts';
import type { Judged } from './steps.ts';

/** Measured commits without a case after which it counts as stopped. */
export const MISSING_RUNS = 3;
/** Measured commits before the range whose cases are asked after. */
const LOOKBACK = 100;

/**
 * Cases that were recorded and are missing from the newest runs, three or more; each is told once, in the range in which the third
 * run without it lies (index `from` or behind).
 */
export function stoppedCases(judged: Judged, from: number): Stopped[] {
  const { configuration, runs } = judged;
  const newest = runs.length - 1;
  return [...lastSeen(judged, Math.max(0, from - LOOKBACK - MISSING_RUNS))].flatMap(([name, index]) => {
    const run = runs[index];
    const missing = newest - index;
    if (run === undefined || missing < MISSING_RUNS || index + MISSING_RUNS < from) return [];
    const reason = failureOf(runs.slice(index + 1), name);
    return [{ configuration, case: name, last: commitOf(run.record), missing, reason }];
  });
}

/** Configurations that main was measured in and is no more, told once as {@link stoppedCases}. `starts`: where their ranges begin, as positions. */
export function stoppedConfigurations(all: readonly Judged[], starts: readonly number[]): Stopped[] {
  const positions = [...new Set(all.flatMap(({ runs }) => runs.map(({ position }) => position)))].sort(
    (a, b) => a - b,
  );
  const wasTold = (crossing: number) =>
    all.some(
      ({ runs }, index) =>
        crossing <= (starts[index] ?? -1) && runs.some(({ position }) => position === crossing),
    );
  return all.flatMap(({ configuration, runs }): Stopped[] => {
    const last = runs.at(-1);
    if (last === undefined) return [];
    const later = positions.filter((position) => position > last.position);
    const crossing = later[MISSING_RUNS - 1];
    if (crossing === undefined || wasTold(crossing)) return [];
    return [{ configuration, case: null, last: commitOf(last.record), missing: later.length, reason: null }];
  });
}

/** The newest run of each case that has one at or behind index `start`. */
function lastSeen({ table, runs }: Judged, start: number): Map<string, number> {
  const seen = new Map<string, number>();
  const note = (name: string, index: number) => {
    if ((seen.get(name) ?? -1) < index) seen.set(name, index);
  };
  for (const { case: name, values } of table) {
    for (let index = runs.length - 1; index >= start; index--) {
      if (Number.isNaN(values[index])) continue;
      note(name, index);
      break;
    }
  }
  for (let index = start; index < runs.length; index++) {
    for (const ratio of runs[index]?.record.ratios ?? []) note(ratio.case, index);
  }
  return seen;
}

function failureOf(later: readonly Run[], name: string): string | null {
  const failed = later.flatMap(({ record }) => record.failed);
  const own =
    failed.find((each) => each.case === name) ?? failed.find((each) => each.case === 'compile workspace');
  return own?.message ?? null;
}
