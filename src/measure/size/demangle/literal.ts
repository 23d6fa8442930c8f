const ESCAPED = /[\p{C}\p{Zl}\p{Zp}\p{Zs}\p{Grapheme_Extend}]/u;
const NAMED: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\t': '\\t',
  '\r': '\\r',
  '\n': '\\n',
  '\\': '\\\\',
};

/** An unsigned integer's hexadecimal digits as Rust source: decimal up to 64 bits, else as they stand. */
export function integerLiteral(nibbles: string): string {
  const digits = nibbles.replace(/^0+/, '');
  if (digits.length > 16) return `0x${nibbles}`;
  if (digits.length > 13) return BigInt(`0x${digits}`).toString();
  return digits === '' ? '0' : Number.parseInt(digits, 16).toString();
}

/** `'x'` of a character's hexadecimal code point, null when there is no such character. */
export function charLiteral(nibbles: string): string | null {
  const digits = nibbles.replace(/^0+/, '');
  if (digits.length > 6) return null;
  const code = digits === '' ? 0 : Number.parseInt(digits, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
  return quoted(String.fromCodePoint(code), "'");
}

/** `"…"` of a text's UTF-8 bytes in hexadecimal, null when they are not UTF-8. */
export function stringLiteral(nibbles: string): string | null {
  if (nibbles.length % 2 !== 0) return null;
  const text = Buffer.from(nibbles, 'hex');
  try {
    return quoted(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text), '"');
  } catch {
    return null;
  }
}

/** Escapes as Rust's `char::escape_debug` does, save the other kind of quote. */
function quoted(text: string, quote: '"' | "'"): string {
  let out = quote as string;
  for (const character of text) out += escaped(character, quote);
  return out + quote;
}

function escaped(character: string, quote: string): string {
  if (character === quote) return `\\${character}`;
  const named = NAMED[character];
  if (named !== undefined) return named;
  if (character === ' ' || !ESCAPED.test(character)) return character;
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
