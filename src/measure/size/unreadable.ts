/**
 * A file that is not an executable, is truncated, or contradicts itself.
 * `message` is one line: what is wrong, and in {@link measureProgram}'s hands also which file.
 */
export class UnreadableProgram extends Error {
  override readonly name = 'UnreadableProgram';
}

/** Errors: always throws {@link UnreadableProgram}. */
export function unreadable(reason: string): never {
  throw new UnreadableProgram(reason);
}

/** A name from the file for a message: in quotes, at most 64 characters, what is not printable ASCII as `\xNN`. */
export function quoted(name: string): string {
  const inert = name
    .slice(0, 64)
    .replace(/[^ -~]|["\\]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${inert}"`;
}
