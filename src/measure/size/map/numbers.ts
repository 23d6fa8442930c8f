/** Whole numbers at the start of a line, one after the other; a line has no copy of its parts made. */
export class NumberScanner {
  #text = '';
  /** Where the next character is read. */
  at = 0;

  start(text: string): void {
    this.#text = text;
    this.at = 0;
  }

  /** The next number after blanks, `0x` before it or not; -1 where there is none. Beyond 2^53 it is not exact. */
  next(radix: 10 | 16): number {
    const text = this.#text;
    let at = this.at;
    while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at += 1;
    if (radix === 16 && text.charCodeAt(at) === 48 && text.charCodeAt(at + 1) === 120) at += 2;
    const start = at;
    let value = 0;
    for (; ; at += 1) {
      const digit = digitOf(text.charCodeAt(at));
      if (digit >= radix) break;
      value = value * radix + digit;
    }
    if (at === start) return -1;
    this.at = at;
    return value;
  }
}

function digitOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  if (code >= 65 && code <= 70) return code - 55;
  return 99;
}
