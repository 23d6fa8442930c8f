import { AXES, type Axis, METRICS, type Metric, metricOf, type Unit } from '../measure/metric.ts';
import type { Voice } from './voice.ts';

/** The axis of a case, or null for a name that a later version of Tare, or somebody else, wrote. */
export function knownAxis(caseName: string): Axis | null {
  const word = caseName.split(' ', 1)[0];
  return AXES.find((axis) => axis === word) ?? null;
}

/** The catalogue's entry for a metric of a case; undefined for an unknown axis or metric. */
export function knownMetric(caseName: string, metric: string): Metric | undefined {
  return knownAxis(caseName) === null ? undefined : metricOf(caseName, metric);
}

/** A case's name without the word for its axis; the whole name where nothing else is left. */
export function subjectOf(caseName: string): string {
  const axis = knownAxis(caseName);
  return (axis === null ? '' : caseName.slice(axis.length + 1)) || caseName;
}

/** A case in a reader's words: `rg`, `workspace`; with the axis where nothing else says it. */
export function caseLabel(caseName: string, voice: Voice): string {
  return voice.name(subjectOf(caseName));
}

/** A metric in a reader's words: `loadable size`; an unknown one by its name. */
export function metricLabel(caseName: string, metric: string, voice: Voice): string {
  return knownMetric(caseName, metric)?.title ?? voice.name(metric);
}

/** A row in a reader's words: "`rg` loadable size", "compile CPU time". */
export function rowLabel(row: { readonly case: string; readonly metric: string }, voice: Voice): string {
  const title = metricLabel(row.case, row.metric, voice);
  if (row.case === 'compile workspace') return title;
  return `${caseLabel(row.case, voice)} ${title}`;
}

/** The unit of a stored value; a plain number for an unknown metric. */
export function unitOf(caseName: string, metric: string): Unit {
  return knownMetric(caseName, metric)?.unit ?? 'count';
}

/** Place of a metric in the catalogue's order; unknown ones come last. */
export function metricPlace(caseName: string, metric: string): number {
  const axis = knownAxis(caseName);
  const place = axis === null ? -1 : Object.keys(METRICS[axis]).indexOf(metric);
  return place === -1 ? Number.MAX_SAFE_INTEGER : place;
}

/** " in `musl`" where the report holds several configurations, else nothing. */
export function inConfiguration(configuration: string, several: boolean, voice: Voice): string {
  return several ? ` in ${voice.name(configuration)}` : '';
}
