const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const LONGEST = 128;

/**
 * Decodes one identifier of RFC 3492 as RFC 2603 writes it: its ASCII characters, and the insertions (digits `a`-`z`, `0`-`9`).
 * Null when it is not valid or has more than 128 characters; then the reader sees the encoded form.
 */
export function decodePunycode(ascii: string, insertions: string): string | null {
  const characters = [...ascii];
  let n = 0x80;
  let i = 0;
  let bias = 72;
  let damp = 700;
  for (let next = 0; next < insertions.length; ) {
    const read = readDelta(insertions, next, bias);
    if (read === null || characters.length >= LONGEST) return null;
    next = read.next;
    const length = characters.length + 1;
    i += read.delta;
    n += Math.floor(i / length);
    i %= length;
    if (n > 0x10ffff || (n >= 0xd800 && n <= 0xdfff)) return null;
    characters.splice(i, 0, String.fromCodePoint(n));
    i += 1;
    bias = adapt(read.delta, damp, length);
    damp = 2;
  }
  return characters.length > LONGEST ? null : characters.join('');
}

function readDelta(text: string, start: number, bias: number): { delta: number; next: number } | null {
  let delta = 0;
  let weight = 1;
  let next = start;
  for (let k = BASE; ; k += BASE) {
    const threshold = Math.min(Math.max(k - bias, T_MIN), T_MAX);
    const digit = digitAt(text, next);
    if (digit === null) return null;
    next += 1;
    delta += digit * weight;
    if (delta > Number.MAX_SAFE_INTEGER) return null;
    if (digit < threshold) return { delta, next };
    weight *= BASE - threshold;
  }
}

function digitAt(text: string, at: number): number | null {
  const code = at < text.length ? text.charCodeAt(at) : 0;
  if (code >= 0x61 && code <= 0x7a) return code - 0x61;
  if (code >= 0x30 && code <= 0x39) return code - 0x30 + 26;
  return null;
}

function adapt(delta: number, damp: number, length: number): number {
  let rest = Math.floor(delta / damp);
  rest += Math.floor(rest / length);
  let k = 0;
  while (rest > ((BASE - T_MIN) * T_MAX) / 2) {
    rest = Math.floor(rest / (BASE - T_MIN));
    k += BASE;
  }
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}
