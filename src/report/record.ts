import { caseLabel, knownAxis, rowLabel, unitOf } from './label.ts';
import { formatValue } from './number.ts';
import type { Report } from './report.ts';
import type { Voice } from './voice.ts';
import { plural } from './wording.ts';

/** "Baseline recorded", or what became of it. The head of a report of `record`. */
export function recordedWords(report: Report): string {
  const outcomes = outcomesOf(report);
  if (outcomes.includes('no')) return 'No baseline was recorded';
  return outcomes.includes('now') ? 'Baseline recorded' : 'Baseline recorded earlier';
}

/** Whether a configuration of a report of `record` was built and refused by the store. */
export function isUnrecorded(report: Report): boolean {
  return report.job === 'record' && outcomesOf(report).includes('no');
}

/** " since `a1b2c3d4e5`": the earlier baseline; '' where there is none. `configuration`: null for the first that has one. */
export function sincePrevious(report: Report, configuration: string | null, voice: Voice): string {
  const bases = [report, ...report.others].filter(({ base }) => base !== null);
  const wanted = bases.find((one) => one.configuration === configuration) ?? bases[0];
  return wanted?.base == null ? '' : ` since ${voice.name(wanted.base.sha.slice(0, 10))}`;
}

const NUMBERS_SHOWN = 3;

/** The recorded numbers in brief: "`rg` 4.61 MiB, compile CPU time 61.2 s"; '' without any. */
export function recordedNumbers(report: Report, voice: Voice): string {
  const main = report.added.flatMap((row) => {
    const metric = MAIN_METRICS[knownAxis(row.case) ?? 'bench'];
    const value = row.values.find((one) => one.metric === metric)?.value;
    return value === undefined ? [] : [{ ...row, metric, value }];
  });
  const shown = main.filter(({ case: name }) => knownAxis(name) !== 'bench');
  const benches = main.length - shown.length;
  const rest = shown.length - NUMBERS_SHOWN;
  return [
    ...shown.slice(0, NUMBERS_SHOWN).map((row) => {
      const value = voice.number(formatValue(row.value, unitOf(row.case, row.metric)));
      const label = knownAxis(row.case) === 'size' ? caseLabel(row.case, voice) : rowLabel(row, voice);
      return `${label} ${value}`;
    }),
    ...(rest > 0 ? [`${rest} more`] : []),
    ...(benches > 0 ? [plural(benches, 'benchmark')] : []),
  ].join(', ');
}

const MAIN_METRICS = { size: 'loadable-bytes', compile: 'cpu-seconds', bench: 'wall-time' } as const;

/** The last sentence of what to do after `record`. */
export function laterCommits(report: Report): string {
  return isUnrecorded(report)
    ? 'Until one is recorded, later commits are compared with an older baseline, or with none; the warning below says why.'
    : 'Later commits are compared with this one.';
}

function outcomesOf(report: Report): readonly Report['recorded'][] {
  return [report, ...report.others].map(({ recorded }) => recorded);
}
