import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Nothing of the machine's or the person's configuration, a fixed identity, no questions. */
export const GIT_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'A Person',
  GIT_AUTHOR_EMAIL: 'person@example.test',
  GIT_COMMITTER_NAME: 'A Person',
  GIT_COMMITTER_EMAIL: 'person@example.test',
  LC_ALL: 'C',
};

/** Runs git in a folder and gives its output, trimmed. Errors: Error with git's own words. */
export async function git(directory: string, ...args: readonly string[]): Promise<string> {
  const options = { cwd: directory, env: GIT_ENVIRONMENT, maxBuffer: 64 << 20 };
  return (await promisify(execFile)('git', args, options)).stdout.trim();
}
