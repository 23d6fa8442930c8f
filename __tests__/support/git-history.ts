import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface CommitNode {
  readonly sha: string;
  readonly parents: readonly string[];
  /** Left out: a text of its own. */
  readonly message?: string;
  /** Name. Left out: a person's. */
  readonly author?: string;
}

/** What the API's commit endpoints are answered from. Revisions are branch names or full SHAs. */
export interface GitHistory {
  /** All commits reachable from a revision, itself first; null when there is no such revision. */
  reachable(revision: string): Promise<readonly CommitNode[] | null>;
  mergeBase(base: string, head: string): Promise<string | null>;
}

/** A given graph. `commits`: newest first. */
export function historyOf(
  commits: readonly CommitNode[],
  branches: Readonly<Record<string, string>> = {},
): GitHistory {
  const reachable = (revision: string): readonly CommitNode[] | null => {
    const start = branches[revision] ?? revision;
    if (!commits.some((commit) => commit.sha === start)) return null;
    const wanted = new Set([start]);
    for (const commit of commits)
      if (wanted.has(commit.sha)) for (const parent of commit.parents) wanted.add(parent);
    return commits.filter((commit) => wanted.has(commit.sha));
  };
  return {
    reachable: async (revision) => reachable(revision),
    async mergeBase(base, head) {
      const ofBase = new Set(reachable(base)?.map((commit) => commit.sha));
      return reachable(head)?.find((commit) => ofBase.has(commit.sha))?.sha ?? null;
    },
  };
}

/** The history of a real repository. `directory`: absolute path of its git directory. */
export function historyIn(directory: string): GitHistory {
  const git = async (...args: string[]): Promise<string | null> => {
    try {
      return (
        await promisify(execFile)('git', ['--git-dir', directory, ...args], { maxBuffer: 64 << 20 })
      ).stdout.trim();
    } catch {
      return null;
    }
  };
  return {
    async reachable(revision) {
      const listed = await git('log', '-z', '--date-order', '--format=%H %P%n%an%n%B', revision, '--');
      return listed === null ? null : listed.split('\0').filter(Boolean).map(readNode);
    },
    mergeBase: (base, head) => git('merge-base', base, head),
  };
}

function readNode(text: string): CommitNode {
  const [line = '', author = '', ...message] = text.split('\n');
  const [sha = '', ...parents] = line.trim().split(' ');
  return { sha, parents, author, message: message.join('\n') };
}
