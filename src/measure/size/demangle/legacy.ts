const ESCAPES = new Map([
  ['SP', '@'],
  ['BP', '*'],
  ['RF', '&'],
  ['LT', '<'],
  ['GT', '>'],
  ['LP', '('],
  ['RP', ')'],
  ['C', ','],
  // The frequent ones of `u<hex>`.
  ['u20', ' '],
  ['u7b', '{'],
  ['u7d', '}'],
  ['u5b', '['],
  ['u5d', ']'],
]);
const HASH = /^h[0-9a-f]{16}$/i;

export interface LegacySymbol {
  /** Unescaped parts of the path, without the hash; at least one. */
  readonly elements: readonly string[];
  /** What stands after the closing `E`. */
  readonly rest: string;
}

/**
 * Reads a legacy symbol without its `_ZN`: elements with their decimal length, `E` at the end, the last a hash `h` of 16 digits.
 * Null when it is none; without the hash it may be C++, which has the same outer form.
 */
export function readLegacy(text: string): LegacySymbol | null {
  const raw: string[] = [];
  let position = 0;
  while (text[position] !== 'E') {
    const start = position;
    let length = 0;
    for (let digit = digitAt(text, position); digit >= 0; digit = digitAt(text, position)) {
      length = length * 10 + digit;
      position += 1;
    }
    if (position === start || position + length >= text.length) return null;
    raw.push(text.slice(position, position + length));
    position += length;
  }
  const hash = raw.pop();
  if (hash === undefined || raw.length === 0 || !HASH.test(hash)) return null;
  return { elements: raw.map(unescaped), rest: text.slice(position + 1) };
}

function digitAt(text: string, position: number): number {
  const digit = text.charCodeAt(position) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : -1;
}

/** `$LT$` to `<`, `$u7b$` to `{`, `..` to `::`. From the first escape that has no meaning on, the text stays as it is. */
function unescaped(element: string): string {
  const text = element.startsWith('_$') ? element.slice(1) : element;
  const parts = text.split('$');
  let out = separated(parts[0] ?? '');
  for (let index = 1; index < parts.length; index += 2) {
    const next = parts[index + 1];
    const character = next === undefined ? null : meaning(parts[index] ?? '');
    if (character === null) return `${out}$${parts.slice(index).join('$')}`;
    out += character + separated(next ?? '');
  }
  return out;
}

function separated(text: string): string {
  return text.includes('..') ? text.replaceAll('..', '::') : text;
}

function meaning(name: string): string | null {
  const known = ESCAPES.get(name);
  if (known !== undefined) return known;
  if (!/^u[0-9a-f]{1,8}$/.test(name)) return null;
  const code = Number.parseInt(name.slice(1), 16);
  const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
  if (isControl || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
  return String.fromCodePoint(code);
}
