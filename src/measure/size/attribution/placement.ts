import type { Image, ImageSection } from './image.ts';
import { Ledger } from './ledger.ts';
import { Target } from './targets.ts';

/** A program's sections while its bytes are given to crates and functions. */
export class Placement {
  readonly ledger = new Ledger();
  readonly image: Image;
  readonly #targets = new Map<ImageSection, Target>();
  #last: Target | undefined;

  constructor(image: Image) {
    this.image = image;
  }

  /** What is placed in a section; `address` is told by the map where the file does not. */
  target(section: ImageSection, address: number): Target {
    const known = this.#targets.get(section);
    if (known !== undefined) return known;
    const { name, group, bytes } = section;
    const made = new Target(this.ledger, { name, group, start: section.address ?? address, bytes });
    this.#targets.set(section, made);
    return made;
  }

  /** The target that holds an address. */
  holding(address: number): Target | undefined {
    const last = this.#last;
    if (last !== undefined && address >= last.start && address < last.end) return last;
    for (const target of this.#targets.values()) {
      if (address >= target.start && address < target.end) {
        this.#last = target;
        return target;
      }
    }
    return undefined;
  }
}
