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
