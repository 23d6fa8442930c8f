import { UserError } from '../errors.ts';
import type { Git } from '../process/git.ts';
import type { Arguments } from './arguments.ts';

/** What a clone's default branch is called, best first. */
const DEFAULT_BRANCHES = ['origin/HEAD', 'main', 'master'];

/**
 * The checked-out commit, and the commit to compare it with followed by that one's first-parent ancestors.
 * Errors: UserError when `--base` names no commit, or is missing and no default branch is found.
 */
export async function comparedCommits(
  args: Pick<Arguments, 'command' | 'base'>,
  git: Git,
  limit: number,
): Promise<{ readonly head: string; readonly commits: readonly string[] }> {
  const head = await git.resolve('HEAD');
  const line = async (sha: string) => (await git.firstParents(sha, limit)).commits;
  if (args.command === 'record') return { head, commits: (await line(head)).slice(1) };
  // An asked-for revision is compared with itself, never with an ancestor that happens to be stored.
  if (args.base !== null) return { head, commits: [await git.resolve(args.base)] };
  return { head, commits: await line(await whereItLeft(head, git)) };
}

async function whereItLeft(head: string, git: Git): Promise<string> {
  for (const branch of DEFAULT_BRANCHES) {
    const base = await git.mergeBase(branch, head);
    if (base === null) continue;
    if (base !== head) return base;
    const parent = (await git.commitInfo(head)).parents[0];
    if (parent !== undefined) return parent;
    throw new UserError(
      `HEAD is the first commit of ${branch}, which has no parent to compare with; name a revision with --base REV`,
    );
  }
  throw new UserError(
    `no base to compare with: none of ${DEFAULT_BRANCHES.join(', ')} shares history with HEAD; name one with --base REV`,
  );
}
