/** Characters of a user's value that a message repeats. */
const SHOWN = 80;

/**
 * A user's value as one line of a message may show it: strings in double quotes, control, line-separator and direction
 * characters escaped, cut at {@link SHOWN} characters. Lists and tables are only named.
 */
export function quote(value: unknown): string {
  if (typeof value === 'string') return escaped(JSON.stringify(cut(value)));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value instanceof Date) return 'a date';
  if (typeof value === 'object' && value !== null) return 'a table';
  return String(value);
}

function cut(text: string): string {
  const characters = Array.from(text.slice(0, 2 * SHOWN + 2));
  return characters.length > SHOWN ? `${characters.slice(0, SHOWN).join('')}…` : characters.join('');
}

function escaped(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    const digits = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
    return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits}`;
  });
}
