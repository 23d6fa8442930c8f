const MAX_DEPTH = 500;
const MAX_STEPS = 200_000;

/** What stands in a name for what was cut from it. */
export const CUT = '…';

/** Text with bounds on its length, depth and work: a tree that shares its nodes can be far longer than its symbol. */
export class Output {
  #text = '';
  #depth = 0;
  #steps = 0;
  #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  put(text: string): void {
    if (this.#limit > 0) this.#text += text;
    if (this.#text.length > this.#limit) this.#cut();
  }

  /** Goes one level down; false when there is no room for more, and then nothing is to be written. */
  enter(): boolean {
    this.#steps += 1;
    if (this.#depth >= MAX_DEPTH || this.#steps > MAX_STEPS) this.#cut();
    if (this.isFull()) return false;
    this.#depth += 1;
    return true;
  }

  leave(): void {
    this.#depth -= 1;
  }

  isFull(): boolean {
    return this.#limit === 0;
  }

  text(): string {
    return this.#text;
  }

  #cut(): void {
    if (this.#limit === 0) return;
    this.#text = withoutHalf(this.#text.slice(0, this.#limit)) + CUT;
    this.#limit = 0;
  }
}

/** A text that was cut inside a character of two code units, without its first half. */
function withoutHalf(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}
