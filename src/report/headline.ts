import type { Comparison } from '../compare/comparison.ts';
import { worstFirst } from '../compare/summary.ts';
import { isMoved } from '../compare/verdict.ts';
import { inConfiguration } from './label.ts';
import { isUnrecorded, recordedNumbers, recordedWords, sincePrevious } from './record.ts';
import type { Report } from './report.ts';
import type { Voice } from './voice.ts';
import { movement, overBudget, plural, UNDECIDED, verdictWord } from './wording.ts';

/** What a report is about, in the order of what a reader must know first. */
export type State =
  | 'unbuilt'
  | 'budget'
  | 'regression'
  | 'mixed'
  | 'improvement'
  | 'suspicious'
  | 'unrecorded'
  | 'recorded'
  | 'no-baseline'
  | 'partial'
  | 'failed'
  | 'empty'
  | 'none';

export interface Headline {
  readonly state: State;
  readonly icon: string;
  /** Without the icon: "Release profile: `rg` grew by 112.4 KiB (+2.38 %)". */
  readonly text: string;
  /** The row that the headline speaks of. */
  readonly row: Comparison | null;
}

const ICONS: Readonly<Record<State, string>> = {
  unbuilt: '❌',
  budget: '❌',
  regression: '❌',
  mixed: '❌✅',
  improvement: '✅',
  suspicious: '❓',
  unrecorded: '⚠️',
  recorded: '⚖️',
  'no-baseline': '⚖️',
  partial: '❓',
  failed: '⚠️',
  empty: '⚠️',
  none: '✅',
};

/** The verdict and the worst case in one line of words. */
export function headlineOf(report: Report, voice: Voice): Headline {
  const state = stateOf(report);
  const row = spokenOf(report, state);
  const said = words(report, state, row, voice);
  const recorded = report.job === 'record' && state !== 'unbuilt';
  const text = recorded ? beside(report, state, row, said, voice) : `Release profile: ${said}`;
  return { state, icon: ICONS[state], text, row };
}

/** The verdict beside what became of the baseline: "Baseline recorded; since `a1b2c3d4e5`: `rg` grew by 1.2 KiB". */
function beside(report: Report, state: State, row: Comparison | null, said: string, voice: Voice): string {
  const start = recordedWords(report);
  if (said === '') return start;
  if (state === 'recorded' || state === 'unrecorded') return `${start}: ${said}`;
  const since = sincePrevious(report, row?.configuration ?? null, voice);
  if (state === 'none') return `${start}; ${said}${since}`;
  return `${start};${since}${since === '' ? ' ' : ': '}${said}`;
}

/** Whether the report holds several configurations, so that rows must say which. */
export function isSeveral(report: Report): boolean {
  return report.others.length > 0;
}

/** Every configuration of a report in one shape. */
export function configurationsOf(report: Report): readonly Report['others'][number][] {
  const { configuration, base, identity, recorded, bench } = report;
  return [{ configuration, base, identity, recorded, bench }, ...report.others];
}

/** Configurations whose head did not build. */
export function unbuiltOf(report: Report): readonly string[] {
  const compared = new Set([...report.comparisons, ...report.added].map((row) => row.configuration));
  return configurationsOf(report)
    .map(({ configuration }) => configuration)
    .filter((name) => !compared.has(name) && report.failed.some((row) => row.configuration === name));
}

function stateOf(report: Report): State {
  if (unbuiltOf(report).length > 0) return 'unbuilt';
  if (report.comparisons.some((row) => row.overBudget)) return 'budget';
  if (report.verdict !== 'none' && report.verdict !== 'inconclusive') return report.verdict;
  const bases = configurationsOf(report).map(({ base }) => base);
  if (bases.every((base) => base === null) || isUnrecorded(report)) return withoutVerdict(report);
  if (report.comparisons.some(isSuspicious)) return 'suspicious';
  if (bases.some((base) => base === null)) return report.job === 'record' ? 'recorded' : 'partial';
  if (report.comparisons.length === 0) return 'empty';
  if (report.failed.length > 0) return 'failed';
  return report.verdict === 'none' ? 'none' : 'suspicious';
}

function withoutVerdict(report: Report): State {
  if (report.job === 'check') return 'no-baseline';
  return isUnrecorded(report) ? 'unrecorded' : 'recorded';
}

function isSuspicious(row: Comparison): boolean {
  return row.headline && row.relevant && row.verdict === 'inconclusive';
}

function spokenOf(report: Report, state: State): Comparison | null {
  const worst = worstFirst(report.comparisons);
  const wanted = {
    budget: (row: Comparison) => row.overBudget,
    regression: (row: Comparison) => row.verdict === 'regression',
    mixed: (row: Comparison) => row.verdict === 'regression',
    improvement: (row: Comparison) => row.verdict === 'improvement',
    suspicious: (row: Comparison) => row.verdict === 'inconclusive',
  };
  return Object.hasOwn(wanted, state) ? (worst.find(wanted[state as keyof typeof wanted]) ?? null) : null;
}

function words(report: Report, state: State, row: Comparison | null, voice: Voice): string {
  const where = (name: string) => inConfiguration(name, isSeveral(report), voice);
  switch (state) {
    case 'unbuilt':
      return `the build failed${unbuiltOf(report).slice(0, 1).map(where).join('')}`;
    case 'recorded':
    case 'unrecorded':
      return recordedNumbers(report, voice);
    case 'no-baseline':
      return 'no baseline to compare with yet';
    case 'partial':
      return `no change, but ${missingBases(report, voice)}`;
    case 'failed':
      return `no change, but ${plural(report.failed.length, 'case')} could not be measured`;
    case 'empty':
      return 'nothing was compared';
    case 'none':
      return noChange(report);
    default:
      return row === null ? 'undecided' : spoken(report, state, row, `${where(row.configuration)}`, voice);
  }
}

function spoken(report: Report, state: State, row: Comparison, where: string, voice: Voice): string {
  if (state === 'budget') {
    const more = report.comparisons.filter((other) => other.overBudget).length - 1;
    return `${overBudget(row, voice)}${where}${more > 0 ? `, and ${more} more over budget` : ''}`;
  }
  const secondary = row.category === 'secondary' ? ' (secondary)' : '';
  const sentence = `${movement(row, voice)}${where}${secondary}`;
  if (state === 'suspicious') return `undecided, ${sentence}`;
  const moved = report.comparisons.filter(isMoved);
  if (moved.length === 1) return sentence;
  const regressions = moved.filter((other) => other.verdict === 'regression').length;
  const counts = [
    regressions > 0 ? plural(regressions, 'regression') : '',
    moved.length > regressions ? plural(moved.length - regressions, 'improvement') : '',
  ].filter((part) => part !== '');
  if (state === 'improvement') counts.reverse();
  return `${counts.join(' and ')}, ${state === 'improvement' ? 'largest' : 'worst'}: ${sentence}`;
}

/** What stays open is told, or "no change" would claim more than was seen. */
function noChange({ comparisons }: Report): string {
  const open = comparisons.filter((row) => row.headline && verdictWord(row) === UNDECIDED).length;
  return open === 0 ? 'no change' : `no change seen, ${plural(open, 'row')} ${UNDECIDED}`;
}

function missingBases(report: Report, voice: Voice): string {
  const names = configurationsOf(report)
    .filter(({ base }) => base === null)
    .map(({ configuration }) => voice.name(configuration));
  const rest = names.length - 3;
  return `no baseline of ${names.slice(0, 3).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
