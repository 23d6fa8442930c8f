/**
 * Nothing is published. `message`: one line that says what was refused and why. `notice`: nothing is wrong, the run only
 * brought nothing to publish; `warning`: what it brought is not what a check leaves.
 */
export class NotPublished extends Error {
  override readonly name = 'NotPublished';
  readonly level: 'notice' | 'warning';

  constructor(level: 'notice' | 'warning', message: string) {
    super(message);
    this.level = level;
  }
}

/** Outside text in a message: quoted, on one line, at most 120 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}

/** The first few of outside names, quoted. */
export function names(all: readonly string[]): string {
  return `${all.slice(0, 5).map(quoted).join(', ')}${all.length > 5 ? ` and ${all.length - 5} more` : ''}`;
}
