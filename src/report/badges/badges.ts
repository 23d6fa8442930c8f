import { knownAxis, subjectOf } from '../label.ts';
import { formatChange, formatValue } from '../number.ts';
import type { Trend, TrendSeries } from '../page/trend.ts';
import type { Badge, Standing } from './badge.ts';
import { openRegressions } from './open.ts';
import { slugs } from './slug.ts';

export interface BadgeOptions {
  /** The configuration that the badges are of; null, or one that was never recorded: the first. */
  readonly configuration: string | null;
  /** What the last weekly report left open; null: there was none. */
  readonly triaged: TriagedBefore | null;
}

/** What a weekly report left open, and where it ended: later regressions are added. */
export interface TriagedBefore {
  readonly open: number;
  /** The last commit of a configuration that it was about; null: it had no record of that configuration. */
  readonly untilOf: (configuration: string) => string | null;
  /** The day that it was first made, in seconds since 1970: what counts where that commit has no record. */
  readonly date: number;
}

const WEEK = 7 * 24 * 3600;

/**
 * The badges of a trend: size (of all programs together, and of each where there are several), compile time, run time over
 * the last week, and open regressions, which alone are of all configurations, as the weekly report is. A badge that has nothing to say is
 * left out. "The last week" ends at the newest commit.
 */
export function badgesOf(trend: Trend, options: BadgeOptions): readonly Badge[] {
  if (trend.commits.length === 0) return [];
  const names = trend.series.map(({ configuration }) => configuration);
  const wanted = options.configuration;
  const shown =
    names.find((name) => name === wanted) ??
    // In the history a configuration's name may stand between a folder's and a machine's.
    names.find((name) => wanted !== null && name.split(' ').includes(wanted)) ??
    names[0];
  const all = trend.series.filter(({ headline }) => headline);
  const headlines = all.filter(({ configuration }) => configuration === shown);
  const since = weekBefore(trend);
  return [
    ...sizeBadges(headlines.filter(onAxis('size')), since),
    ...compileBadge(headlines.filter(onAxis('compile'))),
    ...runTimeBadge(headlines.filter(onAxis('bench')), since),
    regressionsBadge(
      (options.triaged?.open ?? 0) + openRegressions(trend, all, endOf(options.triaged, trend)),
    ),
  ];
}

/** Place of the last commit that the weekly report was about, by configuration; -1: none. */
function endOf(triaged: TriagedBefore | null, { commits }: Trend): (configuration: string) => number {
  if (triaged === null) return () => -1;
  const places = new Map(commits.map(({ sha }, place) => [sha, place]));
  const before = commits.findLastIndex(({ committed }) => committed < triaged.date);
  return (configuration) => {
    const until = triaged.untilOf(configuration);
    return until === null ? -1 : (places.get(until) ?? before);
  };
}

function onAxis(axis: string): (series: TrendSeries) => boolean {
  return (series) => knownAxis(series.case) === axis;
}

/** Place of the last commit that is a week older than the newest; 0 where none is. */
function weekBefore({ commits }: Trend): number {
  const newest = commits.reduce((latest, { committed }) => Math.max(latest, committed), 0);
  const place = commits.findLastIndex(({ committed }) => committed <= newest - WEEK);
  return Math.max(0, place);
}

function sizeBadges(series: readonly TrendSeries[], since: number): readonly Badge[] {
  const newest = Math.max(-1, ...series.map(({ values }) => lastPlace(values)));
  const sizes = series.flatMap((each) => {
    // A program that is no longer built has no size.
    const after = each.values[newest] ?? Number.NaN;
    return Number.isNaN(after) ? [] : [{ series: each, after, before: valueAt(each.values, since) ?? after }];
  });
  if (sizes.length === 0) return [];
  const sum = (of: 'before' | 'after') => sizes.reduce((total, size) => total + size[of], 0);
  const least = Math.min(...sizes.map((size) => size.series.threshold ?? Number.POSITIVE_INFINITY));
  const over = sizes.some((size) => isOverBudget(size.series, size.after));
  const all = sizeBadge('size', 'size', sum('before'), sum('after'), least, over);
  if (sizes.length === 1) return [all];
  const names = slugs(sizes.map((size) => subjectOf(size.series.case)));
  const each = sizes.map(({ series: own, before, after }, place) =>
    sizeBadge(
      `size-${names[place]}`,
      `${subjectOf(own.case)} size`,
      before,
      after,
      own.threshold ?? Number.POSITIVE_INFINITY,
      isOverBudget(own, after),
    ),
  );
  return [all, ...each];
}

function sizeBadge(
  name: string,
  label: string,
  before: number,
  after: number,
  least: number,
  overBudget: boolean,
): Badge {
  const change = before === 0 ? 0 : after / before - 1;
  const moved = Math.abs(change) >= least;
  const standing = overBudget ? 'worse' : moved ? (change > 0 ? 'worse' : 'better') : 'same';
  const message = formatValue(after, 'B') + (moved ? `, ${formatChange(change)} this week` : '');
  return { name, label, message: overBudget ? `${message}, over budget` : message, standing };
}

/** Times of different machines are not compared, so its only verdict is that of a budget. */
function compileBadge(series: readonly TrendSeries[]): readonly Badge[] {
  const [own] = series;
  const now = own === undefined ? null : newestOf(own.values);
  if (own === undefined || now === null) return [];
  const over = isOverBudget(own, now);
  const message = `${formatValue(now, own.unit)} CPU${over ? ', over budget' : ''}`;
  return [{ name: 'compile-time', label: 'compile time', message, standing: over ? 'worse' : 'same' }];
}

/**
 * The geometric mean over all benchmarks of what was judged a change within the week. What was not judged one is noise, and
 * noise cumulated over many commits would look like a trend.
 */
function runTimeBadge(series: readonly TrendSeries[], since: number): readonly Badge[] {
  const paired = series.filter((each) => each.levels.some((level) => !Number.isNaN(level)));
  if (paired.length === 0) return [];
  const marks = paired.flatMap((each) => each.marks.filter(({ index }) => index > since));
  const worse = marks.some(({ kind }) => kind === 'regression');
  const better = marks.some(({ kind }) => kind === 'improvement');
  const mean = Math.exp(marks.reduce((sum, { change }) => sum + Math.log1p(change), 0) / paired.length) - 1;
  const standing: Standing = worse && better ? 'mixed' : worse ? 'worse' : better ? 'better' : 'same';
  const message = marks.length === 0 ? 'no change this week' : `${formatChange(mean)} this week`;
  return [{ name: 'run-time', label: 'run time', message, standing }];
}

function regressionsBadge(open: number): Badge {
  return {
    name: 'regressions',
    label: 'open regressions',
    message: open === 0 ? 'none' : String(open),
    standing: open === 0 ? 'better' : 'worse',
  };
}

function isOverBudget({ budget }: TrendSeries, value: number): boolean {
  return budget !== null && value > budget;
}

function newestOf(values: Float64Array): number | null {
  return valueAt(values, values.length - 1);
}

function lastPlace(values: Float64Array): number {
  return values.findLastIndex((value) => !Number.isNaN(value));
}

/** The value at the place, or the nearest before it. */
function valueAt(values: Float64Array, place: number): number | null {
  for (let index = place; index >= 0; index--) {
    const value = values[index] ?? Number.NaN;
    if (!Number.isNaN(value)) return value;
  }
  return null;
}
