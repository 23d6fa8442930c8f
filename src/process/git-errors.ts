import { UserError } from '../errors.ts';
import type { Completed } from './command.ts';
import { tail } from './inert.ts';

/** The error for a git command that did not work; `what` is what it was to do. */
export function failure(result: Completed, what: string, directory: string): UserError {
  refuse(result, directory);
  if (result.timedOut) return new UserError(`${what}: git did not answer in time.`);
  const said = tail(result.stderr, 1, 300).replace(/^(fatal|error): /, '');
  return new UserError(`${what}: ${said === '' ? `git ended with ${result.exitCode}` : said}`);
}

/** Throws for what makes every question to git fail there: no repository, another owner, no files. */
export function refuse(result: Completed, directory: string): void {
  if (/^fatal: not a git repository/m.test(result.stderr)) {
    throw new UserError(
      `${directory} is not in a git repository; in a workflow run actions/checkout first, in a terminal pass the folder with --repo.`,
    );
  }
  if (/^fatal: detected dubious ownership/m.test(result.stderr)) {
    throw new UserError(
      `git refuses to work in ${directory}, because another user owns it; run: git config --global --add safe.directory ${JSON.stringify(directory)}`,
    );
  }
  if (/^fatal: this operation must be run in a work tree/m.test(result.stderr)) {
    throw new UserError(
      `${directory} is in a bare repository, which has no files to build; use a clone of it.`,
    );
  }
}

/** The message for a revision that names no commit here, with what may help. */
export async function noSuchRevision(
  revision: string,
  isShallow: () => Promise<boolean>,
  ask: (...args: string[]) => Promise<string>,
): Promise<string> {
  const first = await ask('rev-list', '--all', '--max-count=1').catch(() => null);
  if (first === '') return 'The repository has no commit yet; make a first one with git commit.';
  const message = `There is no commit ${JSON.stringify(revision)} in this repository.`;
  const remote = `refs/remotes/origin/${revision}`;
  const onRemote = await ask('for-each-ref', '--count=1', '--format=%(refname)', remote).catch(() => '');
  if (onRemote === remote) return `${message} Did you mean origin/${revision}?`;
  if (!(await isShallow())) return message;
  return `${message} The clone is shallow: fetch more history (actions/checkout: fetch-depth: 0).`;
}
