import { discoveries } from '../bh.ts';
import { historicalChange } from '../pair.ts';
import { changePoints } from './change-points.ts';
import type { Hint } from './entry.ts';
import { commitOf } from './runs.ts';
import type { Judged } from './steps.ts';
import { knownTier, type Series } from './table.ts';

/** Newest measured commits of a series in which a shift is looked for. */
export const HINT_WINDOW = 400;
/** Level of a single split; the correction over all series follows. */
const LEVEL = 0.01;

/**
 * Level shifts of the numbers that depend on the machine, which begin at or behind index `from`: change points over the values of one
 * hardware, so that a new machine is no shift, at least as large as what looks suspicious on a pull request, and kept by the correction
 * of Benjamini and Hochberg over all series of the configuration.
 */
export function hintsOf(judged: Judged, from: number): Hint[] {
  const found = judged.table
    .filter(({ case: name, metric }) => isShown(name, metric))
    .flatMap((series) =>
      hardwareGroups(judged, series).flatMap((group) => shifts(judged, series, group, from)),
    );
  const tested = found.map(({ p }) => p);
  const kept = discoveries(tested);
  return found.flatMap(({ hint }, index) => (kept[index] === true && hint !== null ? [hint] : []));
}

interface Found {
  /** Of the series' split; 1 where there is none. */
  readonly p: number;
  readonly hint: Hint | null;
}

/** CPU time decides and memory tells more; wall time only repeats them with more noise. */
const SHOWN = new Set(['cpu-seconds', 'peak-rss', 'imported-time', 'imported-bytes', 'imported-value']);

function isShown(name: string, metric: string): boolean {
  return knownTier(name, metric) === 'historical' && SHOWN.has(metric);
}

/** Run indexes of a series by the hardware that they were measured on. */
function hardwareGroups({ runs }: Judged, { values }: Series): number[][] {
  const groups = new Map<string, number[]>();
  const first = Math.max(0, runs.length - HINT_WINDOW);
  for (let index = first; index < runs.length; index++) {
    if (!((values[index] ?? Number.NaN) > 0)) continue;
    const key = hardwareOf(runs[index]?.record.identity ?? {});
    const group = groups.get(key) ?? [];
    if (group.length === 0) groups.set(key, group);
    group.push(index);
  }
  return [...groups.values()];
}

const HARDWARE = ['machine.os', 'machine.arch', 'machine.cpu', 'machine.cores', 'jobs'];

function hardwareOf(identity: Readonly<Record<string, string>>): string {
  return HARDWARE.map((field) => identity[field] ?? '').join('\n');
}

function shifts(judged: Judged, series: Series, group: readonly number[], from: number): Found[] {
  const { configuration, runs } = judged;
  const { case: name, metric } = series;
  const values = group.map((index) => series.values[index] ?? 0);
  const points = changePoints(values, LEVEL, `${configuration} ${name} ${metric}`);
  const bounds = [0, ...points.map(({ index }) => index), values.length];
  const found = points.flatMap(({ index, p }, place): Found[] => {
    const at = runs[group[index] ?? -1];
    if (at === undefined || (group[index] ?? 0) < from) return [];
    const [old, fresh] = [values.slice(bounds[place], index), values.slice(index, bounds[place + 2])];
    const [before, after] = [median(old), median(fresh)];
    const change = (after - before) / before;
    if (Math.abs(change) < historicalChange(metric)) return [];
    const samples: [number, number] = [old.length, fresh.length];
    const commit = commitOf(at.record);
    return [{ p, hint: { configuration, case: name, metric, commit, before, after, change, p, samples } }];
  });
  return found.length > 0 ? found : [{ p: 1, hint: null }];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (low + (sorted[Math.floor(sorted.length / 2)] ?? 0)) / 2;
}
