import type { Cause, Comparison } from '../compare/comparison.ts';
import { acceptersOf, acceptLine, waitingRows } from './accepted.ts';
import { causeLine, causeMovement, hasBytes } from './cause.ts';
import { type Headline, unbuiltOf } from './headline.ts';
import { rowLabel } from './label.ts';
import { laterCommits } from './record.ts';
import type { Report } from './report.ts';
import type { Voice } from './voice.ts';

/** What the reader should do now: one or two short sentences. */
export function adviceOf(report: Report, headline: Headline, voice: Voice): string {
  const { state, row } = headline;
  if (report.job === 'record') return adviceOnMain(report, headline, voice);
  if (isAccepted(report, state)) return accepted(report, voice);
  switch (state) {
    case 'unbuilt':
      return unbuilt(report);
    case 'budget':
    case 'regression':
    case 'mixed':
      return decision(waitingRows(report), row, voice);
    case 'suspicious':
      return suspicion(row, voice);
    case 'no-baseline':
      return withoutBaseline(report);
    case 'partial':
      return 'No action needed. The next push to the default branch records the missing baseline.';
    case 'failed':
      return 'Look at what failed; the other cases were compared.';
    case 'empty':
      return 'Check that the project builds programs or benchmarks that Tare can see.';
    default:
      return 'No action needed.';
  }
}

/** On the default branch nothing waits for a verdict: what moved is in already, and the baseline moves with it. */
function adviceOnMain(report: Report, { state, row }: Headline, voice: Voice): string {
  const later = laterCommits(report);
  if (isAccepted(report, state)) return `${accepted(report, voice)} ${later}`;
  switch (state) {
    case 'unbuilt':
      return unbuilt(report);
    case 'budget':
      return `${budget(row, voice)} ${later}`;
    case 'regression':
    case 'mixed': {
      const [cause] = causesOf(row);
      const undo = cause === undefined ? null : undoing(cause, voice);
      return `${undo ?? 'Look for it in the commits since then'}, if it was not meant. ${later}`;
    }
    case 'suspicious':
      return `Nothing is proven; the next runs show whether it stays. ${later}`;
    case 'failed':
      return `Look at what failed. ${later}`;
    case 'unrecorded':
      return later;
    default:
      return `No action needed. ${later}`;
  }
}

/** Whether somebody accepted every row that the verdict, or a budget, stands on. */
function isAccepted(report: Report, state: Headline['state']): boolean {
  return (
    (state === 'budget' || state === 'regression' || state === 'mixed') &&
    acceptersOf(report).length > 0 &&
    waitingRows(report).length === 0
  );
}

function accepted(report: Report, voice: Voice): string {
  const people = acceptersOf(report);
  const shown = people.slice(0, PEOPLE_SHOWN).map(voice.name);
  const rest = people.length - shown.length;
  return `No action needed: accepted by ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

const PEOPLE_SHOWN = 3;

/** What to decide about the rows that nobody accepted, worst first; `spoken` is the headline's. */
function decision(waiting: readonly Comparison[], spoken: Comparison | null, voice: Voice): string {
  const over = waiting.find((row) => row.overBudget);
  if (over !== undefined) return budget(over, voice);
  const isOnly = new Set(waiting.map((row) => row.case)).size <= 1;
  return regression(waiting[0] ?? spoken, isOnly, voice);
}

function withoutBaseline({ warnings }: Report): string {
  const later =
    'The next push to the default branch records a baseline, and later runs are compared with it.';
  const refused = warnings.some((warning) => /could not be built/.test(warning));
  return refused ? `The base does not build; the warnings say why. ${later}` : `No action needed. ${later}`;
}

function unbuilt(report: Report): string {
  return unbuiltOf(report).length === 1 + report.others.length
    ? 'Fix the build; its last lines are below. Nothing was measured.'
    : 'Fix the build; its last lines are below. The other configurations were measured.';
}

function budget(row: Comparison | null, voice: Voice): string {
  return `Bring ${row === null ? 'it' : rowLabel(row, voice)} back under its budget, or raise the budget in ${voice.name('tare.toml')} and say why.`;
}

const CAUSES_SHOWN = 2;

/** The causes to name beside the verdict, as one sentence without its end; '' when none is known. */
export function likelyCauses(row: Comparison | null, voice: Voice): string {
  const causes = causesOf(row);
  const rest = causes.length - CAUSES_SHOWN;
  const shown = causes
    .slice(0, CAUSES_SHOWN)
    .map((cause) =>
      hasBytes(cause) ? causeLine(cause, row?.unit ?? null, voice) : causeMovement(cause, voice),
    );
  return `${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}

/** The row's own causes: what changed elsewhere in the configuration was found not to explain it. */
function causesOf(row: Comparison | null): readonly Cause[] {
  return row === null ? [] : row.why.filter(isNamed);
}

function isNamed(cause: Cause): boolean {
  return cause.subject !== '';
}

function regression(row: Comparison | null, isOnly: boolean, voice: Voice): string {
  const [cause] = causesOf(row);
  const undo = cause === undefined ? null : undoing(cause, voice);
  const unmeant = undo !== null && cause?.kind !== 'setting' ? ' if it was not meant' : '';
  const accept = row === null ? '' : `: ${voice.name(acceptLine(row.case))} in a commit message`;
  return `${undo ?? 'Fix it'}${unmeant}, or accept ${isOnly ? 'it' : 'each case'}${accept}. To allow it from now on, give the case a rule in ${voice.name('tare.toml')}.`;
}

/** How to take a cause back; null where that is not known. */
function undoing({ kind, subject, before, after }: Cause, voice: Voice): string | null {
  if (subject === 'flags.lto-dropped') {
    return `Give the library's crate types packages of their own, since cargo drops ${voice.name('lto')} where one is ${voice.name('rlib')}`;
  }
  if (kind === 'setting' && before !== null) {
    return `Set ${voice.name(subject)} back to ${voice.name(before)}`;
  }
  if (kind === 'setting' && after !== null) return `Take ${voice.name(subject)} out again`;
  return kind === 'toolchain' || kind === 'lockfile' ? 'Undo that' : null;
}

function suspicion(row: Comparison | null, voice: Voice): string {
  if (row === null) return 'Nothing could be decided; the rows below say why.';
  if (row.tier === 'exact') {
    return 'The two builds differ in something that this change did not touch, so the numbers prove nothing. Run the job again once the default branch has been recorded in the new environment.';
  }
  if (row.tier === 'historical') {
    return "Nothing is proven: one run differs more than main's own history does. Run the job again; if the number stays, look for a cause.";
  }
  return `Nothing is proven; the row below says why. Run the job again: a quieter machine or more ${voice.name('minutes')} for ${voice.name('[benches]')} in ${voice.name('tare.toml')} would decide it.`;
}
