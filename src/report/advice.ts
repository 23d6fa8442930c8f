import type { Cause, Comparison } from '../compare/comparison.ts';
import { type Headline, unbuiltOf } from './headline.ts';
import { rowLabel } from './label.ts';
import type { Report } from './report.ts';
import type { Voice } from './voice.ts';
import { causeMovement } from './wording.ts';

/** What the reader should do now: one or two short sentences. */
export function adviceOf(report: Report, headline: Headline, voice: Voice): string {
  const { state, row } = headline;
  switch (state) {
    case 'unbuilt':
      return unbuiltOf(report).length === 1 + report.others.length
        ? 'Fix the build; its last lines are below. Nothing was measured.'
        : 'Fix the build; its last lines are below. The other configurations were measured.';
    case 'budget':
      return `Bring ${row === null ? 'it' : rowLabel(row, voice)} back under its budget, or raise the budget in ${voice.name('tare.toml')} and say why.`;
    case 'regression':
    case 'mixed':
      return regression(state === 'mixed', causesOf(report, row), voice);
    case 'improvement':
      return 'No action needed.';
    case 'suspicious':
      return suspicion(row);
    case 'no-baseline':
      return 'No action needed. The next push to the default branch records a baseline, and later runs are compared with it.';
    case 'partial':
      return 'No action needed. The next push to the default branch records the missing baseline.';
    case 'failed':
      return 'Look at what failed; the other cases were compared.';
    case 'empty':
      return 'Check that the project builds programs or benchmarks that Tare can see.';
    case 'none':
      return 'No action needed.';
  }
}

const CAUSES_SHOWN = 2;

/** The causes to name beside the verdict, as one sentence without its end; '' when none is known. */
export function likelyCauses(report: Report, row: Comparison | null, voice: Voice): string {
  const causes = causesOf(report, row);
  const rest = causes.length - CAUSES_SHOWN;
  const shown = causes.slice(0, CAUSES_SHOWN).map((cause) => causeMovement(cause, voice));
  return `${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}

/** The row's own causes; where it has none, those of its configuration. */
function causesOf(report: Report, row: Comparison | null): readonly Cause[] {
  if (row === null) return [];
  const own = row.why.filter(isNamed);
  if (own.length > 0) return own;
  return report.causes.filter((cause) => isNamed(cause) && cause.configuration === row.configuration);
}

function isNamed(cause: Cause): boolean {
  return cause.subject !== '';
}

function regression(mixed: boolean, [cause]: readonly Cause[], voice: Voice): string {
  const justify = mixed ? 'say why the improvements are worth it' : 'say why it is worth it';
  const rule = `To allow it from now on, give the case a rule in ${voice.name('tare.toml')}.`;
  const before = cause?.before ?? null;
  if (cause?.kind === 'setting' && before !== null) {
    return `Set ${voice.name(cause.subject)} back to ${voice.name(before)}, or ${justify}. ${rule}`;
  }
  if (cause?.kind === 'toolchain' || cause?.kind === 'lockfile') {
    return `Undo that if it was not meant, or ${justify}. ${rule}`;
  }
  return `Fix it, or ${justify}. ${rule}`;
}

function suspicion(row: Comparison | null): string {
  if (row === null) return 'Nothing could be decided; the rows below say why.';
  if (row.tier === 'exact') {
    return 'The two builds differ in something that this change did not touch, so the numbers prove nothing. Run the job again once the default branch has been recorded in the new environment.';
  }
  if (row.tier === 'historical') {
    return "Nothing is proven: one run differs more than main's own history does. Run the job again; if the number stays, look for a cause.";
  }
  return 'Nothing is proven: the interval still allows no change. More pairs or a quieter machine would decide it; run the job again.';
}
