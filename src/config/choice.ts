import { UserError } from '../errors.ts';
import { quote } from './quote.ts';
import { nearest } from './suggest.ts';

/**
 * `value` when it is one of `allowed`. `what` names its place in the message, e.g. `input "mode"` or `--fail-on`.
 * Errors: UserError that lists the allowed values.
 */
export function choose<const Allowed extends string>(
  what: string,
  value: string,
  allowed: readonly Allowed[],
): Allowed {
  const chosen = allowed.find((candidate) => candidate === value);
  if (chosen === undefined)
    throw new UserError(`${what} is ${quote(value)}; ${allowedValues(value, allowed)}`);
  return chosen;
}

/** The end of a message about a value that is not one of a few: `allowed: a, b; did you mean "a"?` */
export function allowedValues(value: unknown, allowed: readonly string[]): string {
  const near = typeof value === 'string' ? nearest(value, allowed) : null;
  return `allowed: ${allowed.join(', ')}${didYouMean(near)}`;
}

/** `; did you mean "near"?`, or nothing. */
export function didYouMean(near: string | null): string {
  return near === null ? '' : `; did you mean ${quote(near)}?`;
}
