/** The 91 printable characters that mean nothing to HTML: 91² is just more than 2^13, so two of them hold 13 bits. */
const ALPHABET = Array.from({ length: 94 }, (_, place) => String.fromCharCode(33 + place)).filter(
  (character) => !'<>&'.includes(character),
);
const BASE = 91;
const BITS = 13;

/** Bytes as printable text, a fifth longer than they are (base64 is a third longer). Begins with their number and a space. */
export function printable(bytes: Uint8Array): string {
  const parts: string[] = [`${bytes.length} `];
  let [held, bits] = [0, 0];
  const put = (value: number) => {
    parts.push((ALPHABET[Math.floor(value / BASE)] ?? '') + (ALPHABET[value % BASE] ?? ''));
  };
  for (const byte of bytes) {
    held += byte * 2 ** bits;
    bits += 8;
    if (bits < BITS) continue;
    put(held % 2 ** BITS);
    held = Math.floor(held / 2 ** BITS);
    bits -= BITS;
  }
  if (bits > 0) put(held);
  return parts.join('');
}

/** The bytes that {@link printable} wrote. Errors: throws for another text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const start = text.indexOf(' ') + 1;
  const length = Number(text.slice(0, start));
  const pairs = Math.ceil((length * 8) / BITS);
  if (start === 0 || !(length >= 0) || text.length - start !== 2 * pairs)
    throw new Error('the data of this page is cut off');
  const places = new Uint8Array(128);
  for (const [place, character] of ALPHABET.entries()) places[character.charCodeAt(0)] = place;
  const bytes = new Uint8Array(length);
  let [held, bits, written] = [0, 0, 0];
  for (let from = start; from < text.length; from += 2) {
    const high = places[text.charCodeAt(from)] ?? 0;
    held |= (high * BASE + (places[text.charCodeAt(from + 1)] ?? 0)) << bits;
    bits += BITS;
    while (bits >= 8 && written < length) {
      bytes[written++] = held & 255;
      held >>>= 8;
      bits -= 8;
    }
  }
  return bytes;
}
