import { BuildError, UserError } from '../../errors.ts';
import type { Completed } from '../../process/command.ts';

const MAX_LINE = 1200;
const MAX_LINES = 120;
const MAX_CHARACTERS = 16_000;

/** What cargo said, as one line: for a mistake that cargo itself explains. */
export function cargoMessage(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trimEnd());
  const start = lines.findIndex((line) => /^error\b/.test(line));
  const end = lines.findIndex(
    (line, index) => index > start && /^(Stack backtrace|warning\b|Usage:)/.test(line),
  );
  const own = lines.slice(Math.max(start, 0), end < 0 ? undefined : end);
  const text = own
    .filter((line) => !/^\s*\|/.test(line))
    .map((line) => line.replace(/^\s*(\d+ \| )?/, '').replace(/^error(\[\w+\])?: /, ''))
    .filter((line) => line !== '')
    .join(' ')
    .replace(/\s+/g, ' ');
  return text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text || 'cargo said nothing about it';
}

/** Every call of cargo asks rustc first what the flags and the target mean. */
const RUSTC_REFUSAL =
  /^error: failed to run `\S+` to learn about target-specific information\n[\s\S]*?^ *--- stderr\n *error: (.+)$/m;

/** A call of cargo that is not the build failed. Gives a UserError that says `what` could not be done. */
export function callFailure(what: string, directory: string, told: Completed): UserError {
  const refusal = RUSTC_REFUSAL.exec(told.stderr)?.[1];
  if (refusal !== undefined) {
    return new UserError(
      `rustc does not start in ${directory}: ${cargoMessage(`error: ${refusal}`)}; correct RUSTFLAGS, rustflags in cargo's configuration, or the target`,
    );
  }
  const why = told.timedOut
    ? 'no answer in time'
    : told.signal === null
      ? cargoMessage(told.stderr)
      : `ended by ${told.signal}`;
  return new UserError(`${what} in ${directory}: ${why}`);
}

/** The build failed after it had begun to compile: the compiler's own message, without cargo's account of its commands. */
export function buildFailure(profile: string, stderr: string, ended: string): BuildError {
  return new BuildError(
    `the project does not compile (profile ${profile}; cargo ${ended})`,
    failureOutput(stderr),
  );
}

/** The part of cargo's output that says why: from the first error on, bounded to 120 lines and 16,000 characters. */
export function failureOutput(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trimEnd());
  const told = withoutCommands(lines);
  const first = told.findIndex((line) => /^error\b/.test(line));
  const why = told.slice(Math.max(first, 0));
  const half = MAX_LINES / 2;
  const kept =
    why.length <= MAX_LINES
      ? why
      : [...why.slice(0, half), `… ${why.length - MAX_LINES} lines left out …`, ...why.slice(-half)];
  const text = kept.join('\n').trim();
  if (text.length <= MAX_CHARACTERS) return text;
  return `${text.slice(0, MAX_CHARACTERS / 2)}\n…\n${text.slice(-MAX_CHARACTERS / 2)}`;
}

const STATUS =
  /^\s{0,12}(Running `|Compiling |Fresh |Dirty |Finished |Downloading |Downloaded |Blocking |Updating |Locking )/;
const COMPILER_EXIT = /^\s*process didn't exit successfully: `.*--crate-name /;

function withoutCommands(lines: readonly string[]): string[] {
  return lines.filter((line, index) => {
    if (STATUS.test(line) || COMPILER_EXIT.test(line)) return false;
    const next = lines[index + 1] ?? '';
    return !(line === 'Caused by:' && COMPILER_EXIT.test(next));
  });
}
