import { type Attribution, SECTION_GROUPS, type SectionGroup } from '../measure/attribution.ts';
import type { HistoryRow } from '../measure/measurement.ts';
import type { Axis, Metric } from '../measure/metric.ts';
import { type AttributionDiff, diffAttributions } from './attribution.ts';
import { causesOf, type LikelyCauses, likelyCauses, whatOf } from './causes.ts';
import type { CompareRequest } from './compare.ts';
import type { Cause } from './comparison.ts';
import { comparableRows } from './historical.ts';
import { changedFields, differing, type FieldChange } from './identity.ts';
import { joinCauses, type SizeEvidence } from './join-causes.ts';

/** What all rows of one comparison share, worked out once. */
export class Sides {
  readonly request: CompareRequest;
  /** Identity fields that differ; empty without a base. */
  readonly changed: FieldChange[];
  /** null without a base. */
  readonly causes: LikelyCauses | null;
  readonly #causes = new Map<Metric, readonly Cause[]>();
  readonly #differing = new Map<readonly string[], FieldChange[]>();
  readonly #packages: Pick<SizeEvidence, 'packages' | 'direct'>;
  readonly #earlier = new Map<readonly string[], ReadonlyMap<string, number[]>>();

  constructor(request: CompareRequest) {
    const { base, head } = request;
    this.request = request;
    this.changed = base === null ? [] : changedFields(base.identity, head.identity);
    this.causes = base === null ? null : likelyCauses(base, head, this.changed, request.changedByHead);
    const direct = head.packages.filter((each) => each.direct === true).map(({ name }) => name);
    this.#packages = { packages: this.causes?.linked ?? [], direct: new Set(direct) };
  }

  /** The fields that differ and that a metric depends on. */
  differing(metric: Metric): FieldChange[] {
    return remember(this.#differing, metric.dependsOn, () => differing(metric.dependsOn, this.changed));
  }

  /** The causes that can explain a change of one metric. */
  causesOf(axis: Axis, metricName: string, metric: Metric): readonly Cause[] {
    const { causes } = this;
    if (causes === null) return [];
    return remember(this.#causes, metric, () => causesOf(causes, axis, metricName, metric));
  }

  /** The causes of a size that moved by `change` bytes: what can explain it, `causes`, joined with the crates and functions that moved. */
  sizeCauses(
    caseName: string,
    metricName: string,
    change: number,
    causes: readonly Cause[],
  ): readonly Cause[] {
    const sections = sectionsOf(metricName);
    const pair = sections.length === 0 ? null : this.#attributed(caseName);
    if (pair === null) return causes;
    const diff = diffAttributions(pair.before, pair.after, this.changed, sections);
    const what = whatOf('size', metricName);
    const joined = joinCauses(causes, { diff, change, what, ...this.#packages });
    // What a crate adds to a compressed file cannot be told.
    return metricName === 'gzip-bytes' ? joined.map((cause) => ({ ...cause, amount: null })) : joined;
  }

  /** What moved in a program by name; null where one side has no names. */
  attribution(caseName: string): AttributionDiff | null {
    const pair = this.#attributed(caseName);
    return pair === null ? null : diffAttributions(pair.before, pair.after, this.changed);
  }

  #attributed(caseName: string): { readonly before: Attribution; readonly after: Attribution } | null {
    const { base, head } = this.request;
    const after = head.attributions.find((attribution) => attribution.case === caseName);
    const before = after && base?.attributions.find((attribution) => attribution.case === caseName);
    return after === undefined || before === undefined ? null : { before, after };
  }

  /** Main's earlier values of one series that may be compared with the base's, oldest first. */
  earlier(metric: Metric, caseName: string, metricName: string): readonly number[] {
    const { base, history } = this.request;
    if (base === null) return [];
    const series = remember(this.#earlier, metric.dependsOn, () =>
      seriesOf(comparableRows(history, base.identity, metric.dependsOn)),
    );
    return series.get(seriesKey(caseName, metricName)) ?? [];
  }
}

/** The sections that a size metric is made of; none where their names say nothing of it. */
function sectionsOf(metricName: string): readonly SectionGroup[] {
  if (['loadable-bytes', 'file-bytes', 'gzip-bytes'].includes(metricName)) return SECTION_GROUPS;
  return SECTION_GROUPS.filter((group) => metricName === `${group}-bytes`);
}

function seriesOf(rows: readonly HistoryRow[]): Map<string, number[]> {
  const series = new Map<string, number[]>();
  for (const row of rows) {
    for (const [key, value] of firstValues(row)) {
      const values = series.get(key);
      if (values === undefined) series.set(key, [value]);
      else values.push(value);
    }
  }
  return series;
}

/** A row's values by series; of a repeated value the first one holds. */
function firstValues(row: HistoryRow): Map<string, number> {
  const values = new Map<string, number>();
  for (const { case: name, metric, value } of row.values) {
    const key = seriesKey(name, metric);
    if (!values.has(key)) values.set(key, value);
  }
  return values;
}

function seriesKey(caseName: string, metricName: string): string {
  return `${metricName}\n${caseName}`;
}

function remember<K, V>(memory: Map<K, V>, key: K, make: () => V): V {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
