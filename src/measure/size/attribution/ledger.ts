import {
  type Attribution,
  type AttributionRow,
  SECTION_GROUPS,
  type SectionGroup,
} from '../../attribution.ts';
import type { ProgramSize } from '../sections.ts';
import type { Owner } from './crates.ts';
import type { FunctionName } from './names.ts';

/** Whose bytes a piece is. */
export interface Label {
  readonly owner: Owner;
  /** null: the crate's bytes without a name. */
  readonly name: FunctionName | null;
  readonly bytes: number[];
  readonly copies: number[];
}

const GROUPS = SECTION_GROUPS.length;
const MAX_NAME = 400;
/** Names that are told apart, far above those of any program: a hostile map could hold millions. */
const MAX_LABELS = 400_000;
const MAX_CRATES = 20_000;
const NOBODY: Owner = { crate: null, isOwn: false };

/** Rows as an attribution has them. */
export type Named = Pick<Attribution, 'rows' | 'dropped'>;

/** Adds up bytes by crate, function and section group. */
export class Ledger {
  readonly #labels = new Map<string, Label>();
  readonly #sums = new Array<number>(GROUPS).fill(0);

  label(owner: Owner, name: FunctionName | null): Label {
    const path = name?.path ?? '';
    const key = `${owner.isOwn ? '=' : owner.isNamed ? '~' : '-'}${owner.crate}\0${path}\0${name?.crate ?? ''}`;
    const known = this.#labels.get(key);
    if (known !== undefined) return known;
    if (this.#labels.size >= MAX_LABELS && name !== null) return this.label(owner, null);
    if (this.#labels.size >= MAX_LABELS + MAX_CRATES && owner !== NOBODY) return this.label(NOBODY, null);
    const made: Label = {
      owner,
      name,
      bytes: new Array<number>(GROUPS).fill(0),
      copies: new Array<number>(GROUPS).fill(0),
    };
    this.#labels.set(key, made);
    return made;
  }

  add({ bytes, copies }: Label, group: number, size: number, copy: 0 | 1): void {
    bytes[group] = (bytes[group] ?? 0) + size;
    copies[group] = (copies[group] ?? 0) + copy;
    this.#sums[group] = (this.#sums[group] ?? 0) + size;
  }

  /** Bytes of a group that were added. */
  sum(group: SectionGroup): number {
    return this.#sums[groupIndex(group)] ?? 0;
  }

  /**
   * All rows, the largest first, and what is left of `total` as unattributed ones, so that they add up to it. `crateOf` decides
   * the crate of a label; null: unattributed. Beyond `limit` rows the smallest are added to their crate's without a function, and
   * `dropped` is the size of the largest of those.
   */
  rows(total: ProgramSize, crateOf: (label: Label) => string | null, limit: number): Named {
    const rows = new Rows();
    for (const label of this.#labels.values()) {
      const crate = crateOf(label);
      for (const [index, section] of SECTION_GROUPS.entries()) {
        const bytes = label.bytes[index] ?? 0;
        if (bytes === 0) continue;
        const name = crate === null ? null : (label.name?.path ?? null);
        rows.add({ crate, function: name, section, bytes, copies: label.copies[index] ?? 0 });
      }
    }
    for (const section of SECTION_GROUPS) {
      const bytes = total[section] - this.sum(section);
      if (bytes < 0) throw new Error(`${section}: ${-bytes} bytes more were attributed than there are`);
      if (bytes > 0) rows.add({ crate: null, function: null, section, bytes, copies: 0 });
    }
    return rows.limited(limit);
  }
}

export function groupIndex(group: SectionGroup): number {
  return SECTION_GROUPS.indexOf(group);
}

/** Rows that are added up where all their names are the same. */
class Rows {
  readonly #rows = new Map<string, AttributionRow>();

  add(row: AttributionRow): void {
    const cut = {
      ...row,
      crate: row.crate === null ? null : row.crate.slice(0, MAX_NAME),
      function: row.function === null ? null : row.function.slice(0, MAX_NAME),
    };
    const key = `${cut.section}\0${cut.crate ?? '\x01'}\0${cut.function ?? '\x01'}`;
    const known = this.#rows.get(key);
    if (known === undefined) this.#rows.set(key, cut);
    else {
      known.bytes += cut.bytes;
      known.copies += cut.copies;
    }
  }

  /** The largest; what is beyond the limit is added to its crate's row without a function, or, of too many crates, to the unattributed ones. */
  limited(limit: number): Named {
    const sorted = this.sorted();
    if (sorted.length <= limit) return { rows: sorted };
    const kept = new Rows();
    const room = Math.floor(limit / 2);
    const crates = new Set<string>();
    for (const [index, row] of sorted.entries()) {
      if (index < room) {
        kept.add(row);
        continue;
      }
      if (row.crate !== null && crates.size < room / SECTION_GROUPS.length - 1) crates.add(row.crate);
      const crate = row.crate !== null && crates.has(row.crate) ? row.crate : null;
      kept.add({ ...row, crate, function: null, copies: 0 });
    }
    const dropped = sorted.find((row, index) => index >= room && row.function !== null)?.bytes;
    return { rows: kept.sorted(), ...(dropped === undefined ? {} : { dropped }) };
  }

  sorted(): AttributionRow[] {
    return [...this.#rows.values()].sort((a, b) => b.bytes - a.bytes);
  }
}
