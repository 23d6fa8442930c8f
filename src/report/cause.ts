import type { Cause } from '../compare/comparison.ts';
import type { Unit } from '../measure/metric.ts';
import { formatDelta } from './number.ts';
import type { Voice } from './voice.ts';

/** A cause without what it usually does: "`profile.lto`: `fat` → `off`", "`serde` 1.0.1 → 1.0.2", "`foo` 1.2 added"; empty for a judgement. */
export function causeMovement(cause: Cause, voice: Voice): string {
  const { kind, subject, before, after } = cause;
  if (subject === '') return '';
  const name = voice.name(subject);
  // Its bytes say what moved: the amount.
  if (kind === 'crate' || kind === 'function') return name;
  if (kind === 'lockfile') return packageMovement(cause, name, voice);
  if (before !== null && after !== null) return `${name}: ${voice.name(before)} → ${voice.name(after)}`;
  if (after !== null) return `${name} is new (${voice.name(after)})`;
  if (before !== null) return `${name} is gone (was ${voice.name(before)})`;
  return name;
}

/**
 * A cause on one short line: what moved, how much of the change it explains, and the first clause of its note. A judgement's
 * note stands whole. `unit`: of its amount.
 */
export function causeLine(cause: Cause, unit: Unit | null, voice: Voice): string {
  return sentence(cause, cause.subject === '' ? cause.note : clauses(cause.note).first, unit, voice);
}

/** Whether a cause says what moved by an amount of its own: a crate, a function, or a package with what it brought. */
export function hasBytes({ kind, amount }: Cause): boolean {
  return kind === 'crate' || kind === 'function' || (kind === 'lockfile' && amount !== null);
}

/** A cause of a whole configuration with all that is known about it, on one line. */
export function causeDetail(cause: Cause, voice: Voice): string {
  return sentence(cause, cause.note, cause.kind === 'lockfile' && cause.amount !== 0 ? 'B' : null, voice);
}

function sentence(cause: Cause, note: string, unit: Unit | null, voice: Voice): string {
  const moved = causeMovement(cause, voice);
  if (moved === '') return voice.sentence(note);
  const amount =
    cause.amount === null || unit === null ? '' : ` ${voice.number(formatDelta(cause.amount, unit))}`;
  const rest = isPackage(cause) ? clauses(note).rest : note;
  return `${moved}${amount}${rest.trim() === '' ? '' : ` (${voice.sentence(rest)})`}`;
}

/** `0.16.0 added beside 0.15.4`: a package's own note says what happened to it. */
function packageMovement({ before, after, note }: Cause, name: string, voice: Voice): string {
  const shown = (text: string) => voice.sentence(text);
  if (before !== null && after !== null) return `${name} ${shown(before)} → ${shown(after)}`;
  const version = after ?? before;
  const happened = clauses(note).first;
  return [name, ...[version ?? '', happened].filter((text) => text.trim() !== '').map(shown)].join(' ');
}

/** Whether the first clause of the note is part of the movement. */
function isPackage({ kind, subject }: Cause): boolean {
  return kind === 'lockfile' && subject !== '';
}

/** A note's first clause is what a reader needs; what stands behind `; ` is detail. */
function clauses(note: string): { readonly first: string; readonly rest: string } {
  const end = note.indexOf('; ');
  return end === -1 ? { first: note, rest: '' } : { first: note.slice(0, end), rest: note.slice(end + 2) };
}
