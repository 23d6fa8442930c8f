import type { Cause, Comparison } from '../compare/comparison.ts';
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
  switch (state) {
    case 'unbuilt':
      return unbuilt(report);
    case 'budget':
      return budget(row, voice);
    case 'regression':
    case 'mixed':
      return regression(state === 'mixed', causesOf(row), voice);
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

function regression(mixed: boolean, [cause]: readonly Cause[], voice: Voice): string {
  const justify = mixed ? 'say why the improvements are worth it' : 'say why it is worth it';
  const rule = `To allow it from now on, give the case a rule in ${voice.name('tare.toml')}.`;
  const undo = cause === undefined ? null : undoing(cause, voice);
  if (undo !== null && cause?.kind !== 'setting')
    return `${undo} if it was not meant, or ${justify}. ${rule}`;
  return `${undo ?? 'Fix it'}, or ${justify}. ${rule}`;
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
