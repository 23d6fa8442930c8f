import type { Comparison } from '../compare/comparison.ts';
import { likelyCauses } from './advice.ts';
import { isSeveral } from './headline.ts';
import { caseLabel, inConfiguration, knownAxis, rowLabel } from './label.ts';
import { formatValue } from './number.ts';
import { recordedWords, sincePrevious } from './record.ts';
import type { Report } from './report.ts';
import { HTML } from './voice.ts';
import { isPlacement, movement, plural } from './wording.ts';

const PROGRAMS_SHOWN = 3;

/** The one line of a report in which nothing moved, as inert HTML for a `<summary>`: the verdict and the numbers in brief. */
export function brief(report: Report): string {
  const headline = report.comparisons.filter((row) => row.headline);
  const parts = [
    ...sizes(headline, isSeveral(report)),
    ...compiles(headline, isSeveral(report)),
    ...benches(headline),
    ...beside(report),
    ...(report.added.length > 0 ? [`${plural(report.added.length, 'case')} added`] : []),
    ...(report.removed.length > 0 ? [`${plural(report.removed.length, 'case')} removed`] : []),
    ...(report.warnings.length > 0 ? [plural(report.warnings.length, 'warning')] : []),
  ];
  const numbers = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  const verdict =
    report.job === 'record'
      ? `${recordedWords(report)}; no change${sincePrevious(report, null, HTML)}`
      : 'No change in the release profile';
  return `✅ <b>${verdict}</b>${numbers}`;
}

function sizes(rows: readonly Comparison[], several: boolean): readonly string[] {
  const programs = rows.filter((row) => knownAxis(row.case) === 'size');
  const rest = programs.length - PROGRAMS_SHOWN;
  const shown = programs
    .slice(0, PROGRAMS_SHOWN)
    .map(
      (row) =>
        `${caseLabel(row.case, HTML)}${inConfiguration(row.configuration, several, HTML)} ${shownValue(row)}`,
    );
  return [...shown, ...(rest > 0 ? [`${plural(rest, 'more program')}`] : [])];
}

function compiles(rows: readonly Comparison[], several: boolean): readonly string[] {
  return rows
    .filter((row) => knownAxis(row.case) === 'compile')
    .slice(0, PROGRAMS_SHOWN)
    .map((row) => {
      const name = `${rowLabel(row, HTML)}${inConfiguration(row.configuration, several, HTML)}`;
      return `${name} ${shownValue(row)}${row.verdict === 'inconclusive' ? ' (not judged)' : ''}`;
    });
}

function benches(rows: readonly Comparison[]): readonly string[] {
  const cases = new Set(rows.filter((row) => knownAxis(row.case) === 'bench').map((row) => row.case));
  const placed = rows.filter(isPlacement).length;
  return [
    ...(cases.size === 0 ? [] : [plural(cases.size, 'benchmark')]),
    ...(placed === 0 ? [] : [`${placed} moved by code placement only`]),
  ];
}

/** A metric that takes no part in the verdict but moved all the same must not hide behind "no change". */
function beside(report: Report): readonly string[] {
  const row = report.comparisons.find((other) => other.relevant && !other.headline);
  if (row === undefined) return [];
  const likely = likelyCauses(row, HTML);
  return [`not in the verdict: ${movement(row, HTML)}${likely === '' ? '' : ` (likely cause: ${likely})`}`];
}

function shownValue(row: Comparison): string {
  return HTML.number(formatValue(row.after, row.unit));
}
