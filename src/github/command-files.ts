import { truncate } from 'node:fs/promises';

/** Names of the files by which a step hands the runner variables, search paths, state, outputs and its summary. */
const COMMAND_FILES = ['GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'];

/**
 * Empties the runner's command files of this step, those that are not there left out. Tare alone writes to them, and only when it
 * presents: what stands there before came from a child, which is not told where they are but can find them in RUNNER_TEMP.
 */
export async function emptyCommandFiles(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const name of COMMAND_FILES) {
    const path = environment[name];
    if (path !== undefined && path !== '') await truncate(path, 0).catch(() => null);
  }
}
