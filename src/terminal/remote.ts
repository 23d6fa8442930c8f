import type { ProcessRunner } from '../process/command.ts';

export interface RepositoryAddress {
  /** `https://…/owner/repository`; null: no remote, or none that is on the web. */
  readonly address: string | null;
  /** `owner/repository`. */
  readonly name: string | null;
}

const NOWHERE: RepositoryAddress = { address: null, name: null };
const SECONDS = 20;

/** Where the remote `origin` of the repository at `root` stands on the web. */
export async function repositoryAddress(runner: ProcessRunner, root: string): Promise<RepositoryAddress> {
  const { exitCode, stdout } = await runner.run({
    file: 'git',
    args: ['config', '--get', 'remote.origin.url'],
    cwd: root,
    timeoutSeconds: SECONDS,
  });
  return exitCode === 0 ? addressOf(stdout.trim()) : NOWHERE;
}

/** The web address behind a remote's: `git@HOST:OWNER/NAME.git`, `ssh://…` or `https://…`, without any credentials in it. */
export function addressOf(remote: string): RepositoryAddress {
  const match =
    /^(?:https?:\/\/|ssh:\/\/)(?:[^@/\s]*@)?([\w.-]+)(?::\d+)?\/([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(
      remote,
    ) ?? /^[\w.-]+@([\w.-]+):([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(remote);
  const [, host, name] = match ?? [];
  return host === undefined || name === undefined ? NOWHERE : { address: `https://${host}/${name}`, name };
}
