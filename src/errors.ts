/**
 * A mistake of the user's: wrong input, missing file, unknown revision.
 * `message` is one line that says what is wrong, where, and what to do; it is shown without a stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** The project's own build failed. `output` is the compiler's message, the last lines of it, plain text. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.output = output;
  }
}

/** The run was told to stop: nothing more is started, stored or presented. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';

  constructor() {
    super('cancelled');
  }
}

/** Whether the system refused a call: a file that is not there, a full disk, a folder that may not be written. */
export function isSystemError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'code' in thrown && 'syscall' in thrown;
}

/** The text of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
