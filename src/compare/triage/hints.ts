import { discoveries } from '../bh.ts';
import { historicalChange } from '../pair.ts';
import { changePoints, MIN_SIDE } from './change-points.ts';
import type { Hint } from './entry.ts';
import { commitOf } from './runs.ts';
import type { Judged } from './steps.ts';
import { knownTier, type Series } from './table.ts';

/** Newest measured commits of a series in which a shift is looked for. */
export const HINT_WINDOW = 400;
/** Level of a single split; the correction over all series follows. */
const LEVEL = 0.01;

/** Values at a new level before the range beyond which a shift is not looked for: a large one shows with fewer. */
const LATE = 20;

/**
 * Level shifts of the numbers that depend on the machine: change points over the values of one hardware, so that a new machine is no
 * shift, at least as large as what looks suspicious on a pull request, and kept by the correction of Benjamini and Hochberg over all
 * series of the configuration. Those that begin at or behind index `from`, and those shortly before it that could not be seen there.
 */
export function hintsOf(judged: Judged, from: number): Hint[] {
  const now = shiftsUntil(judged, judged.runs.length, ({ group, index }) => {
    const values = group.filter((other) => other >= index && other < from).length;
    return values < LATE;
  });
  if (now.length === 0) return [];
  const told = shiftsUntil(judged, from, () => true);
  return now.filter((shift) => !told.some((other) => isSame(shift, other))).map(({ hint }) => hint);
}

/** A shift in the values of one hardware. */
interface Shift {
  /** Series and hardware. */
  readonly key: string;
  /** Run indexes of all the values. */
  readonly group: readonly number[];
  /** Run index of the first value at the new level. */
  readonly index: number;
  readonly hint: Hint;
}

/** The shifts that the runs before index `end` show, of those that are asked for. */
function shiftsUntil(judged: Judged, end: number, isAsked: (shift: Shift) => boolean): Shift[] {
  const found = judged.table
    .filter(({ case: name, metric }) => isShown(name, metric))
    .flatMap((series) =>
      hardwareGroups(judged, series, end).flatMap(([hardware, group]) => {
        const own = shifts(judged, series, hardware, group).filter(isAsked);
        return own.length > 0 ? own : [null];
      }),
    );
  // A series without a shift was tested as well.
  const kept = discoveries(found.map((shift) => shift?.hint.p ?? 1));
  return found.flatMap((shift, place) => (kept[place] === true && shift !== null ? [shift] : []));
}

/** With more values the same shift may be seen a few values from where it was. */
function isSame(one: Shift, other: Shift): boolean {
  const [low, high] = [Math.min(one.index, other.index), Math.max(one.index, other.index)];
  const apart = one.group.filter((index) => index >= low && index < high).length;
  const isAlike = Math.sign(one.hint.change) === Math.sign(other.hint.change);
  return one.key === other.key && isAlike && apart <= MIN_SIDE;
}

/** CPU time decides and memory tells more; wall time only repeats them with more noise. */
const SHOWN = new Set(['cpu-seconds', 'peak-rss', 'imported-time', 'imported-bytes', 'imported-value']);

function isShown(name: string, metric: string): boolean {
  return knownTier(name, metric) === 'historical' && SHOWN.has(metric);
}

/** Run indexes before `end` of a series by the hardware that they were measured on. */
function hardwareGroups({ runs }: Judged, { values }: Series, end: number): [string, number[]][] {
  const groups = new Map<string, number[]>();
  for (let index = Math.max(0, end - HINT_WINDOW); index < end; index++) {
    if (!((values[index] ?? Number.NaN) > 0)) continue;
    const key = hardwareOf(runs[index]?.record.identity ?? {});
    const group = groups.get(key) ?? [];
    if (group.length === 0) groups.set(key, group);
    group.push(index);
  }
  return [...groups];
}

const HARDWARE = ['machine.os', 'machine.arch', 'machine.cpu', 'machine.cores', 'jobs'];

/** Tells apart machines whose times are not compared. */
export function hardwareOf(identity: Readonly<Record<string, string>>): string {
  return HARDWARE.map((field) => identity[field] ?? '').join('\n');
}

function shifts(judged: Judged, series: Series, hardware: string, group: readonly number[]): Shift[] {
  const { configuration, runs } = judged;
  const { case: name, metric } = series;
  const values = group.map((index) => series.values[index] ?? 0);
  const points = changePoints(values, LEVEL, `${configuration} ${name} ${metric}`);
  const bounds = [0, ...points.map(({ index }) => index), values.length];
  return points.flatMap(({ index: place, p }, number): Shift[] => {
    const index = group[place] ?? -1;
    const at = runs[index];
    if (at === undefined) return [];
    const [old, fresh] = [values.slice(bounds[number], place), values.slice(place, bounds[number + 2])];
    const [before, after] = [median(old), median(fresh)];
    const change = (after - before) / before;
    if (Math.abs(change) < historicalChange(metric)) return [];
    const samples: [number, number] = [old.length, fresh.length];
    const commit = commitOf(at.record);
    const hint = { configuration, case: name, metric, commit, before, after, change, p, samples };
    return [{ key: `${metric}\n${name}\n${hardware}`, group, index, hint }];
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (low + (sorted[Math.floor(sorted.length / 2)] ?? 0)) / 2;
}
