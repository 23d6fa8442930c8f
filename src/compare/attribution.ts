import {
  type Attribution,
  type AttributionMethod,
  type AttributionRow,
  SECTION_GROUPS,
  type SectionGroup,
} from '../measure/attribution.ts';
import type { FieldChange } from './identity.ts';

/** How finely two attributions can be compared: crate and function, function whoever holds it, or section alone. */
export type AttributionLevel = 'crates' | 'functions' | 'sections';

/** Bytes that base and head have under one name. */
export interface Movement {
  /** null: unattributed, or not compared by crate. */
  readonly crate: string | null;
  /** null: the rest of the crate. */
  readonly function: string | null;
  /** Only where sections are all that is compared. */
  readonly section: SectionGroup | null;
  /** Bytes; 0 where the side has none. */
  readonly before: number;
  readonly after: number;
  readonly copiesBefore: number;
  readonly copiesAfter: number;
}

/** What moved between two attributions of one case. */
export interface AttributionDiff {
  readonly case: string;
  readonly level: AttributionLevel;
  /** How the head's bytes were named. */
  readonly method: AttributionMethod;
  /** Why the comparison is no finer, one line; null when it is by crate and function of a link map. */
  readonly fallback: string | null;
  /** By crate and function, those that did not move included; the largest change first. They add up to both sides' bytes. */
  readonly movements: readonly Movement[];
}

/**
 * Compares two attributions of one case; `sections`: which bytes. `changes`: identity fields that differ.
 * The finest level that both have: link maps name the crate that holds a copy, symbols and programs with LTO the one that wrote it.
 */
export function diffAttributions(
  before: Attribution,
  after: Attribution,
  changes: readonly FieldChange[],
  sections: readonly SectionGroup[] = SECTION_GROUPS,
): AttributionDiff {
  const { level, reason } = levelOf(before, after, changes);
  const told = [reason, after.fallback ?? before.fallback].filter((text) => text !== null);
  const movements = new Movements(level);
  for (const row of comparable(before, after, level))
    if (sections.includes(row.section)) movements.add(row, 'before');
  for (const row of comparable(after, before, level))
    if (sections.includes(row.section)) movements.add(row, 'after');
  return {
    case: after.case,
    level,
    method: after.method,
    fallback: told.length === 0 ? null : told.join('; ').slice(0, 1000),
    movements: movements.sorted(),
  };
}

/**
 * Rows of one side, those without a name that the other side may have had too and left out since it was too small: unlike what
 * is larger than all that was left out, they are neither new nor gone.
 */
function comparable(
  { rows }: Attribution,
  { rows: others, dropped = 0 }: Attribution,
  level: AttributionLevel,
): readonly AttributionRow[] {
  if (dropped === 0) return rows;
  const keyOf = ({ section, crate, function: name }: AttributionRow) =>
    `${section}\0${level === 'crates' ? crate : ''}\0${name}`;
  const kept = new Set(others.map(keyOf));
  return rows.map((row) =>
    row.function === null || row.bytes > dropped || kept.has(keyOf(row))
      ? row
      : { ...row, function: null, copies: 0 },
  );
}

/** Bytes that the head has more; negative: fewer. */
export function movedBytes({ before, after }: Movement): number {
  return after - before;
}

function levelOf(
  before: Attribution,
  after: Attribution,
  changes: readonly FieldChange[],
): { readonly level: AttributionLevel; readonly reason: string | null } {
  if (before.method === 'sections' || after.method === 'sections') {
    const reason = before.method === after.method ? null : methodsDiffer(before, after, 'section');
    return { level: 'sections', reason };
  }
  if (before.method !== after.method) {
    return { level: 'functions', reason: methodsDiffer(before, after, 'function') };
  }
  const lto = changes.some(({ field }) => field === 'profile.lto');
  if (!lto || before.method !== 'link-map') return { level: 'crates', reason: null };
  return {
    level: 'functions',
    reason: 'compared by function only, since LTO moves code between crates and one side has it',
  };
}

function methodsDiffer(before: Attribution, after: Attribution, by: string): string {
  return `compared by ${by} only: the base's bytes were named by ${WORDS[before.method]}, the head's by ${WORDS[after.method]}`;
}

const WORDS: Readonly<Record<AttributionMethod, string>> = {
  'link-map': 'the link map',
  symbols: 'the symbol table',
  sections: 'section',
};

type Side = 'before' | 'after';
type Sum = { -readonly [K in keyof Movement]: Movement[K] };

class Movements {
  readonly #level: AttributionLevel;
  readonly #sums = new Map<string, Sum>();

  constructor(level: AttributionLevel) {
    this.#level = level;
  }

  add(row: AttributionRow, side: Side): void {
    const crate = this.#level === 'crates' ? row.crate : null;
    const name = this.#level === 'sections' ? null : row.function;
    const section = this.#level === 'sections' ? row.section : null;
    const key = `${section ?? ''}\0${crate ?? '\x01'}\0${name ?? '\x01'}`;
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      sum = { crate, function: name, section, before: 0, after: 0, copiesBefore: 0, copiesAfter: 0 };
      this.#sums.set(key, sum);
    }
    sum[side] += row.bytes;
    // Each copy of a function has code, unwind data and maybe tables.
    const copies = side === 'before' ? 'copiesBefore' : 'copiesAfter';
    if (name !== null) sum[copies] = Math.max(sum[copies], row.copies);
  }

  sorted(): Movement[] {
    return [...this.#sums.values()].sort(
      (a, b) =>
        Math.abs(movedBytes(b)) - Math.abs(movedBytes(a)) ||
        b.after - a.after ||
        (nameOf(a) < nameOf(b) ? -1 : 1),
    );
  }
}

function nameOf({ section, crate, function: name }: Movement): string {
  return `${section ?? ''} ${crate ?? ''} ${name ?? ''}`;
}
