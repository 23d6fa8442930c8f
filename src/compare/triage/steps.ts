import type { Acceptance, HistoryRecord } from '../../measure/history-record.ts';
import { MEASUREMENT_SCHEMA, type Measurement, type Value } from '../../measure/measurement.ts';
import { METRICS, metricOf } from '../../measure/metric.ts';
import { type CompareRequest, compareMeasurements } from '../compare.ts';
import { type Cause, type Comparison, isSigned } from '../comparison.ts';
import { magnitudeOf } from '../magnitude.ts';
import { PAIRED_RULE } from '../paired.ts';
import { limitsFor, mainMetric, ruleMatcher } from '../rules.ts';
import type { TriageRow } from './entry.ts';
import { againstPrevious } from './previous-ratios.ts';
import type { ConfigurationRuns, Run } from './runs.ts';
import {
  knownTier,
  type RatioSeries,
  ratioTable,
  type Series,
  type SeriesTable,
  seriesTable,
} from './table.ts';

/** What judging a step needs beside the records. */
export interface Rules {
  readonly config: CompareRequest['config'];
  /** Whether a commit alone decides an identity field. */
  readonly changedByHead: CompareRequest['changedByHead'];
}

/** One configuration's runs with all that steps are judged from. */
export interface Judged {
  readonly configuration: string;
  readonly runs: readonly Run[];
  readonly table: SeriesTable;
  readonly ratios: readonly RatioSeries[];
  /** What was accepted, in the order of the runs. */
  readonly accepted: readonly AcceptedAt[];
  readonly rules: Rules;
  /** The rows of {@link stepRows} by the run's index, each worked out once. */
  readonly rows: (index: number) => readonly TriageRow[];
}

/** An acceptance, and the index of the run whose record holds it. */
export interface AcceptedAt {
  readonly index: number;
  readonly acceptance: Acceptance;
}

/** Prepares a configuration's runs for judging. */
export function judgedRuns({ configuration, runs: recorded }: ConfigurationRuns, rules: Rules): Judged {
  const nothing = { change: 0, ci: null, samples: 0, verdict: 'none' } as const;
  const runs = againstPrevious(
    recorded,
    (ratio) => timeRow({ configuration, rules }, ratio, nothing).threshold,
  );
  const known = new Map<number, readonly TriageRow[]>();
  const judged: Judged = {
    configuration,
    runs,
    table: seriesTable(runs),
    ratios: ratioTable(runs).filter((series) => knownTier(series.case, series.metric) !== null),
    accepted: runs.flatMap(({ record }, index) =>
      record.accepted.map((acceptance) => ({ index, acceptance })),
    ),
    rules,
    rows: (index) => {
      const rows = known.get(index) ?? stepRows(judged, index);
      known.set(index, rows);
      return rows;
    },
  };
  return judged;
}

/** Runs before in which a value is looked for: a case that is missing for longer has stopped, and begins anew. */
export const LOOKBACK = 3;

/**
 * The headline rows of one run against the run before that a reader must see: exact metrics by their values, run times by the stored
 * ratio of both programs on one machine. Numbers that depend on the machine are not compared. Empty without an earlier commit.
 */
function stepRows(judged: Judged, index: number): TriageRow[] {
  const run = judged.runs[index];
  if (run === undefined || !run.compared) return [];
  const ratios = run.parentAt === null ? [] : run.record.ratios.filter(({ verdict }) => isSigned(verdict));
  const exact = [...basesOf(judged, index)].flatMap(([base, cases]) =>
    exactRows(judged, base, index, (name) => cases.has(name)),
  );
  return [...exact, ...ratioRows(judged, { ...run.record, ratios })]
    .filter((row) => (row.headline && row.relevant) || goesOverBudget(row))
    .map((row) => ({ ...row, why: withOwnCauses(run.record, row) }));
}

/** A row that was over its budget before is no news. */
function goesOverBudget({ overBudget, budget, before }: TriageRow): boolean {
  return overBudget && budget !== null && (before ?? 0) <= budget;
}

/** The earliest run that exact rows of a run compare with: where one is missing in between, that is not the run before. -1: none. */
export function earliestBase(judged: Judged, index: number, rows: readonly TriageRow[]): number {
  const cases = new Set(rows.filter(({ tier }) => tier === 'exact').map((row) => row.case));
  const bases = [...basesOf(judged, index)].filter(([, names]) => [...names].some((name) => cases.has(name)));
  return bases.length === 0 ? -1 : Math.min(...bases.map(([base]) => base));
}

/** What a run's cases are compared with: by the run's index, the cases whose newest exact value before is of that run. */
function basesOf({ table, runs }: Judged, index: number): Map<number, Set<string>> {
  const newest = new Map<string, number>();
  for (const { case: name, exact, values } of table) {
    if (!exact || Number.isNaN(values[index] ?? Number.NaN)) continue;
    let base = index;
    for (let back = 0; back < LOOKBACK; back++) {
      base = runs[base]?.previous ?? -1;
      if (base === -1 || !Number.isNaN(values[base])) break;
    }
    if (base !== -1) newest.set(name, Math.max(newest.get(name) ?? -1, base));
  }
  const bases = new Map<number, Set<string>>();
  for (const [name, base] of newest) bases.set(base, (bases.get(base) ?? new Set()).add(name));
  return bases;
}

/** Exact metrics of two runs of a configuration, judged as on a pull request; only cases that are wanted and in which a number differs. */
export function exactRows(
  judged: Judged,
  from: number,
  to: number,
  isWanted: (name: string) => boolean = () => true,
): Comparison[] {
  const [base, head] = [judged.runs[from], judged.runs[to]];
  if (base === undefined || head === undefined) return [];
  const changed = changedCases(judged.table, from, to).filter((series) => isWanted(series.case));
  if (changed.length === 0) return [];
  const compared = compareMeasurements({
    configuration: judged.configuration,
    base: asMeasurement(base.record, valuesOf(changed, from)),
    head: asMeasurement(head.record, valuesOf(changed, to)),
    history: [],
    ...judged.rules,
  });
  return compared.comparisons;
}

/** The series of every case that has an exact number which differs between two runs. */
function changedCases(table: SeriesTable, from: number, to: number): Series[] {
  const cases = new Set<string>();
  for (const { case: name, exact, values } of table) {
    if (!exact) continue;
    const before = values[from] ?? Number.NaN;
    const after = values[to] ?? Number.NaN;
    if (before !== after && !Number.isNaN(before) && !Number.isNaN(after)) cases.add(name);
  }
  if (cases.size === 0) return [];
  return table.filter((series) => series.exact && cases.has(series.case));
}

function valuesOf(series: readonly Series[], index: number): Value[] {
  return series.flatMap(({ case: name, metric, values }) => {
    const value = values[index] ?? Number.NaN;
    return Number.isNaN(value) ? [] : [{ case: name, metric, value }];
  });
}

/** Values of a record in the shape that two commits are compared in. */
export function asMeasurement(record: HistoryRecord, values: Value[]): Measurement {
  const { tare, commit, configuration, recorded, identity } = record;
  const nothing = { packages: [], programs: [], benches: [], layouts: [], attributions: [], warnings: [] };
  return { schema: MEASUREMENT_SCHEMA, tare, commit, configuration, recorded, identity, values, ...nothing };
}

/** The run times of a record as rows. */
function ratioRows(judged: Judged, record: HistoryRecord): TriageRow[] {
  return record.ratios.flatMap((stored) => {
    if (knownTier(stored.case, stored.metric) === null) return [];
    const after = timeOf(record, stored.case, stored.metric);
    const ci: [number, number] | null = stored.ci === null ? null : [stored.ci[0] - 1, stored.ci[1] - 1];
    // Both programs ran on the machine that the ratio is of, so its own time and the ratio give the other's.
    const before = after === null ? null : after / stored.ratio;
    const { verdict, pairs: samples } = stored;
    return [
      { ...timeRow(judged, stored, { change: stored.ratio - 1, ci, samples, verdict }), before, after },
    ];
  });
}

/** What is known of a change of run time. */
export type TimeChange = Pick<TriageRow, 'ci' | 'samples' | 'verdict'> & { readonly change: number };

/** A row of the run time of a case, without times. */
export function timeRow(
  { configuration, rules }: Pick<Judged, 'configuration' | 'rules'>,
  { case: name, metric: metricName }: { readonly case: string; readonly metric: string },
  { change, ci, samples, verdict }: TimeChange,
): TriageRow {
  const metric = metricOf(name, metricName) ?? METRICS.bench['wall-time'];
  const main = mainMetric(name, rules.config.size.gate, () => true);
  const limits = limitsFor(ruleMatcher(rules.config.cases)(name), metricName, metric, main);
  const threshold = limits.change ?? PAIRED_RULE.minimumEffect;
  return {
    configuration,
    case: name,
    metric: metricName,
    unit: metric.unit,
    // Another tool's number is judged by history alone, except where it was taken of both sides in turn, as here.
    tier: 'paired',
    category: limits.category,
    headline: metric.headline,
    before: null,
    after: null,
    change,
    ci,
    threshold,
    samples,
    verdict,
    magnitude: isSigned(verdict) ? magnitudeOf(change, threshold, 'noisy') : null,
    relevant: isSigned(verdict),
    budget: null,
    overBudget: false,
    why: [],
  };
}

function timeOf(record: HistoryRecord, name: string, metric: string): number | null {
  const value = record.values.find((each) => each.case === name && each.metric === metric)?.value;
  return value === undefined || value <= 0 ? null : value;
}

const KINDS = ['setting', 'toolchain', 'machine', 'lockfile', 'crate', 'function', 'judgement'] as const;

/** The causes that the record names for the case, then what else may explain the row. */
function withOwnCauses(record: HistoryRecord, { case: name, why }: TriageRow): Cause[] {
  const own = ownCauses(record, name);
  const told = new Set(own.map(({ subject }) => subject));
  return [...own, ...why.filter(({ subject }) => subject === '' || !told.has(subject))].slice(0, 50);
}

/** A record's causes: of one case, or (null) of the whole commit. A kind that this version does not know is a reason. */
export function ownCauses(record: HistoryRecord, name: string | null): Cause[] {
  return record.causes
    .filter((cause) => cause.case === name)
    .map(({ kind, subject, before, after, amount, note }) => ({
      kind: KINDS.find((known) => known === kind) ?? 'judgement',
      subject,
      before,
      after,
      amount,
      note,
    }));
}
