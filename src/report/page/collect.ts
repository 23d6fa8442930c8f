import type { HistoryRatio, HistoryRecord } from '../../measure/history-record.ts';
import type { Metric } from '../../measure/metric.ts';
import { knownMetric, metricPlace, unitOf } from '../label.ts';
import { AcceptedRegressions } from './accepted.ts';
import {
  type ChangePoint,
  type Mark,
  seriesKey,
  type Trend,
  type TrendCommit,
  type TrendSeries,
} from './trend.ts';

/** What names a series. */
export interface SeriesName {
  readonly configuration: string;
  readonly case: string;
  readonly metric: string;
}

/** A change point that was found in a series; `commit` is the first one on the new level. */
export interface FoundChangePoint extends SeriesName {
  readonly commit: string;
  readonly before: number;
  readonly after: number;
}

/** What the project's settings say about a series; null: nothing. */
export interface SeriesLimits {
  /** Smallest relative change that counts: 0.01 is 1 %. */
  readonly change: number | null;
  /** Smallest absolute change that counts, in the unit. */
  readonly floor: number | null;
  /** Absolute limit, in the unit. */
  readonly budget: number | null;
  /** Whether the metric decides verdicts; null: as the catalogue says. */
  readonly headline: boolean | null;
}

export interface CollectOptions {
  readonly limitsOf: (name: SeriesName) => SeriesLimits;
  readonly changePoints: readonly FoundChangePoint[];
}

/** Limits where nothing is known. */
export const NO_LIMITS: SeriesLimits = { change: null, floor: null, budget: null, headline: null };

/**
 * History records as series over commits. Records come oldest commit first; of several of one commit and configuration the one
 * recorded last counts. Series are ordered by configuration, case and the catalogue's order of metrics.
 */
export function collectTrend(records: readonly HistoryRecord[], options: CollectOptions): Trend {
  const commits: TrendCommit[] = [];
  const places = new Map<string, number>();
  for (const record of records) {
    if (places.has(record.commit)) continue;
    places.set(record.commit, commits.length);
    commits.push(commitOf(record));
  }
  const drafts = new Drafts(commits.length);
  const accepted = new AcceptedRegressions();
  for (const record of lastOfEach(records)) {
    addRecord(record, places, drafts);
    accepted.add(record, places.get(record.commit) ?? 0);
  }
  const points = changePointsByKey(options.changePoints, places);
  const series = drafts.all().map((draft) => {
    const made = finished(draft, options.limitsOf(draft.name), points.get(seriesKey(draft.name)) ?? []);
    return { ...made, marks: accepted.applied(made.marks, made) };
  });
  return { commits, series: series.sort(inOrder) };
}

/** A series that is being filled. */
interface Draft {
  readonly name: SeriesName;
  readonly metric: Metric | undefined;
  readonly values: Float64Array;
  readonly levels: Float64Array;
  readonly marks: Mark[];
  breaks: number;
  /** The level that the last ratio led to; null: there was none. */
  level: number | null;
}

function commitOf(record: HistoryRecord): TrendCommit {
  return {
    sha: record.commit,
    committed: Math.round(Date.parse(record.committed) / 1000),
    subject: record.subject,
    author: record.author,
    pullRequest: record.pullRequest,
  };
}

/** In order of commits, one record for each commit and configuration. */
export function lastOfEach(records: readonly HistoryRecord[]): Iterable<HistoryRecord> {
  const last = new Map<string, HistoryRecord>();
  for (const record of records) {
    const key = `${record.commit} ${record.configuration}`;
    const earlier = last.get(key);
    if (earlier === undefined || earlier.recorded <= record.recorded) last.set(key, record);
  }
  return last.values();
}

function addRecord(record: HistoryRecord, places: ReadonlyMap<string, number>, drafts: Drafts): void {
  const index = places.get(record.commit) ?? 0;
  const draftOf = drafts.of(record.configuration);
  for (const { case: caseName, metric, value } of record.values) {
    draftOf(caseName, metric).values[index] = value;
  }
  const parent = record.parent === null ? null : (places.get(record.parent) ?? null);
  for (const ratio of record.ratios) addRatio(draftOf(ratio.case, ratio.metric), ratio, { index, parent });
}

/** Series by their names, made when they are first asked for. A history may hold millions of numbers, so no key is put together for each. */
class Drafts {
  readonly #length: number;
  readonly #byName = new Map<string, Map<string, Map<string, Draft>>>();

  constructor(length: number) {
    this.#length = length;
  }

  of(configuration: string): (caseName: string, metric: string) => Draft {
    const byCase = within(this.#byName, configuration, () => new Map<string, Map<string, Draft>>());
    return (caseName, metric) =>
      within(
        within(byCase, caseName, () => new Map<string, Draft>()),
        metric,
        () => newDraft({ configuration, case: caseName, metric }, this.#length),
      );
  }

  all(): Draft[] {
    return [...this.#byName.values()].flatMap((byCase) =>
      [...byCase.values()].flatMap((byMetric) => [...byMetric.values()]),
    );
  }
}

function within<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function newDraft(name: SeriesName, length: number): Draft {
  return {
    name,
    metric: knownMetric(name.case, name.metric),
    values: new Float64Array(length).fill(Number.NaN),
    levels: new Float64Array(length).fill(Number.NaN),
    marks: [],
    breaks: 0,
    level: null,
  };
}

/** A ratio leads on from its parent's level. Without that the chain is broken, and goes on from where it stood. */
function addRatio(
  draft: Draft,
  { ratio, verdict }: HistoryRatio,
  at: { readonly index: number; readonly parent: number | null },
): void {
  if (draft.level === null && at.parent !== null && at.parent < at.index) draft.levels[at.parent] = 1;
  const known = at.parent === null ? Number.NaN : (draft.levels[at.parent] ?? Number.NaN);
  if (Number.isNaN(known) && draft.level !== null) draft.breaks++;
  draft.level = (Number.isNaN(known) ? (draft.level ?? 1) : known) * ratio;
  draft.levels[at.index] = draft.level;
  if (verdict !== 'regression' && verdict !== 'improvement') return;
  draft.marks.push({ index: at.index, kind: verdict, change: ratio - 1 });
}

function finished(draft: Draft, limits: SeriesLimits, changePoints: readonly ChangePoint[]): TrendSeries {
  const { name, metric, values, levels, breaks } = draft;
  const tier = metric?.tier ?? 'historical';
  const marks = tier === 'exact' && draft.marks.length === 0 ? exactSteps(values, limits) : draft.marks;
  return {
    ...name,
    unit: unitOf(name.case, name.metric),
    tier,
    headline: limits.headline ?? metric?.headline ?? false,
    threshold: limits.change,
    budget: limits.budget,
    marks: marks.toSorted((a, b) => a.index - b.index),
    changePoints,
    breaks,
    values,
    levels,
  };
}

/** Numbers that repeat exactly are judged by their limits alone, as compare/exact.ts does. */
function exactSteps(values: Float64Array, { change: least, floor }: SeriesLimits): Mark[] {
  const marks: Mark[] = [];
  if (least === null) return marks;
  let before = Number.NaN;
  for (const [index, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const change = (value - before) / before;
    if (Math.abs(change) >= least && Math.abs(value - before) >= (floor ?? 0) && Number.isFinite(change)) {
      marks.push({ index, kind: change > 0 ? 'regression' : 'improvement', change });
    }
    before = value;
  }
  return marks;
}

function changePointsByKey(
  found: readonly FoundChangePoint[],
  places: ReadonlyMap<string, number>,
): Map<string, ChangePoint[]> {
  const byKey = new Map<string, ChangePoint[]>();
  for (const point of found) {
    const index = places.get(point.commit);
    if (index === undefined) continue;
    const key = seriesKey(point);
    const others = byKey.get(key) ?? [];
    byKey.set(key, [...others, { index, before: point.before, after: point.after }]);
  }
  for (const points of byKey.values()) points.sort((a, b) => a.index - b.index);
  return byKey;
}

const AXIS_ORDER = ['size', 'compile', 'bench'];

function inOrder(a: TrendSeries, b: TrendSeries): number {
  return (
    compareText(a.configuration, b.configuration) ||
    axisPlace(a.case) - axisPlace(b.case) ||
    compareText(a.case, b.case) ||
    metricPlace(a.case, a.metric) - metricPlace(b.case, b.metric) ||
    compareText(a.metric, b.metric)
  );
}

function axisPlace(caseName: string): number {
  const place = AXIS_ORDER.indexOf(caseName.split(' ', 1)[0] ?? '');
  return place === -1 ? AXIS_ORDER.length : place;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
