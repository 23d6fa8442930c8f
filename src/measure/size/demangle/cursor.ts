import { decodePunycode } from './punycode.ts';

/** Thrown where a symbol breaks the grammar, and caught by who parses it: one object, since a stack trace for each costs too much. */
export const NOT_RUST = new Error('not a Rust symbol');

const MAX_DEPTH = 500;
const U64 = 2 ** 64;
const UNDERSCORE = 0x5f;

/** The tokens of a v0 symbol (RFC 2603), and the bounds of its parse: every reading function throws `NOT_RUST` where there is no such token. */
export class Cursor {
  readonly text: string;
  position = 0;
  #depth = 0;
  #nodes: number;

  constructor(text: string) {
    this.text = text;
    // Back references to places that hold no node yet are read again, so only they can need more than a node for each byte.
    this.#nodes = 4 * text.length + 64;
  }

  enter(): void {
    this.#depth += 1;
    this.#nodes -= 1;
    if (this.#depth > MAX_DEPTH || this.#nodes < 0) throw NOT_RUST;
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** The code of the next character, NaN at the end. */
  peek(): number {
    return this.text.charCodeAt(this.position);
  }

  next(): string {
    const character = this.text[this.position];
    if (character === undefined) throw NOT_RUST;
    this.position += 1;
    return character;
  }

  /** Steps over a tag when it is the next character. */
  eat(tag: string): boolean {
    if (this.text[this.position] !== tag) return false;
    this.position += 1;
    return true;
  }

  /** `<base-62-number>`: `_` is 0, `0_` is 1. At most 64 bits; above 2^53 a bigint. */
  integer(): number | bigint {
    const start = this.position;
    let value = 0;
    for (; this.peek() !== UNDERSCORE; this.position += 1) value = value * 62 + digit62(this.peek());
    const end = this.position;
    this.position += 1;
    if (end === start) return 0;
    if (value + 1 <= Number.MAX_SAFE_INTEGER) return value + 1;
    return bigInteger(this.text.slice(start, end));
  }

  /** A number that is a count or a place, not an identity. */
  count(): number {
    const value = this.integer();
    if (typeof value !== 'number') throw NOT_RUST;
    return value;
  }

  /** A number behind a tag, plus 1; 0 without the tag. */
  taggedCount(tag: string): number {
    return this.eat(tag) ? this.count() + 1 : 0;
  }

  disambiguator(): number | bigint {
    if (!this.eat('s')) return 0;
    const value = this.integer();
    return typeof value === 'number' ? value + 1 : value + 1n;
  }

  /** A disambiguator that nobody reads: a crate's is a hash, too large for a cheap number. */
  skipDisambiguator(): void {
    if (!this.eat('s')) return;
    let value = 0;
    for (; this.peek() !== UNDERSCORE; this.position += 1) value = value * 62 + digit62(this.peek());
    this.position += 1;
    if (value >= U64) throw NOT_RUST;
  }

  /** `<undisambiguated-identifier>`, decoded; as `punycode{…}` when its punycode cannot be. */
  identifier(): string {
    const encoded = this.eat('u');
    const length = this.#decimal();
    this.eat('_');
    const start = this.position;
    const end = start + length;
    if (end > this.text.length) throw NOT_RUST;
    this.position = end;
    const bytes = this.text.slice(start, end);
    return encoded ? decoded(bytes) : bytes;
  }

  /** Lower-case hexadecimal digits up to `_`. */
  hexadecimal(): string {
    const start = this.position;
    for (; this.peek() !== UNDERSCORE; this.position += 1) if (!isHexadecimal(this.peek())) throw NOT_RUST;
    this.position += 1;
    return this.text.slice(start, this.position - 1);
  }

  #decimal(): number {
    let value = this.peek() - 0x30;
    if (!(value >= 0 && value <= 9)) throw NOT_RUST;
    this.position += 1;
    if (value === 0) return 0;
    for (;;) {
      const digit = this.peek() - 0x30;
      if (!(digit >= 0 && digit <= 9)) return value;
      value = value * 10 + digit;
      this.position += 1;
    }
  }
}

function digit62(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x61 && code <= 0x7a) return code - 0x61 + 10;
  if (code >= 0x41 && code <= 0x5a) return code - 0x41 + 36;
  throw NOT_RUST;
}

function bigInteger(digits: string): bigint {
  if (digits.length > 11) throw NOT_RUST;
  let value = 0n;
  for (let at = 0; at < digits.length; at += 1) value = value * 62n + BigInt(digit62(digits.charCodeAt(at)));
  if (value + 1n >= 1n << 64n) throw NOT_RUST;
  return value + 1n;
}

function isHexadecimal(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66);
}

function decoded(bytes: string): string {
  const split = bytes.lastIndexOf('_');
  const ascii = split < 0 ? '' : bytes.slice(0, split);
  const insertions = bytes.slice(split + 1);
  if (insertions === '') throw NOT_RUST;
  return (
    decodePunycode(ascii, insertions) ?? `punycode{${ascii === '' ? insertions : `${ascii}-${insertions}`}}`
  );
}
