import type { SectionGroup } from '../../attribution.ts';
import { SECTION_GROUPS } from '../../attribution.ts';
import { groupIndex, type Label, type Ledger } from './ledger.ts';

/** A loadable section of the program, which pieces are placed in from its start to its end, each byte once. */
export class Target {
  readonly name: string;
  readonly group: SectionGroup;
  readonly start: number;
  readonly end: number;
  readonly #ledger: Ledger;
  readonly #index: number;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #labels: Label[] = [];
  #cursor: number;

  constructor(ledger: Ledger, section: { name: string; group: SectionGroup; start: number; bytes: number }) {
    this.name = section.name;
    this.group = section.group;
    this.start = section.start;
    this.end = section.start + section.bytes;
    this.#ledger = ledger;
    this.#index = groupIndex(section.group);
    this.#cursor = section.start;
  }

  /** Whether some byte from `start` to `end` is inside and nobody's yet. */
  hasRoom(start: number, end: number): boolean {
    // Not the opposite with `>=`, which a number that is none would pass.
    return Math.max(start, this.#cursor) < Math.min(end, this.end);
  }

  /** Gives the bytes from `start` to `end` to a label, as far as they are inside and nobody else's yet. */
  place(start: number, end: number, label: Label, copy: 0 | 1 = 1): void {
    if (!this.hasRoom(start, end)) return;
    const from = Math.max(start, this.#cursor);
    const to = Math.min(end, this.end);
    this.#cursor = to;
    this.#ledger.add(label, this.#index, to - from, copy);
    this.#starts.push(from);
    this.#ends.push(to);
    this.#labels.push(label);
  }

  /** Whose byte it is at an address; undefined: nobody's. */
  at(address: number): Label | undefined {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    return address < (this.#ends[low - 1] ?? 0) ? this.#labels[low - 1] : undefined;
  }
}

/** Whether a section's kind is part of the loadable size. */
export function isGroup(kind: string): kind is SectionGroup {
  return SECTION_GROUPS.some((group) => group === kind);
}
