import { type Item, isOpen } from '../../compare/triage/item.ts';
import { justified } from '../../compare/triage/justified.ts';
import type { Acceptance } from '../../measure/history-record.ts';
import { plural } from '../../report/wording.ts';
import { acceptedByPeople, type ChangeSource } from '../history/changes.ts';

/** Most commits whose pull requests are asked in one report: it takes a few requests each. */
export const MAX_ASKED = 30;

/**
 * The items, with those regressions justified that a label or a command on the pull request of their commit accepts by now: people decide
 * after the merge too, and the record holds what they had said by then. `label`: null: none accepts.
 */
export async function askedOfPeople(
  items: readonly Item[],
  label: string | null,
  changes: ChangeSource,
): Promise<{ readonly items: Item[]; readonly warnings: readonly string[] }> {
  // A label speaks of what its own commit regressed, and a drift is of many.
  const open = items.filter((item) => item.kind === 'regression' && isOpen(item));
  const newestFirst = open.toSorted((one, other) => (one.commit.committed < other.commit.committed ? 1 : -1));
  const commits = [...new Set(newestFirst.map(ownCommit))];
  const accepted = new Map<string, readonly Acceptance[]>();
  for (const sha of commits.slice(0, MAX_ASKED)) {
    const pullRequest = await changes.pullRequestOf(sha);
    if (pullRequest !== null) accepted.set(sha, await acceptedByPeople(pullRequest, label, changes));
  }
  const asked = new Set(open);
  const settled = items.map((item) => {
    const commit = ownCommit(item);
    return asked.has(item) ? justified(item, accepted.get(commit) ?? [], commit) : item;
  });
  const rest = commits.length - MAX_ASKED;
  const warnings =
    rest > 0
      ? [`The pull requests of ${plural(rest, 'older commit')} were not asked whether people accepted them.`]
      : [];
  return { items: settled, warnings };
}

/** The commit that made it, as far as that is known. */
function ownCommit({ commit, culprit }: Item): string {
  return culprit?.candidates === 1 ? culprit.until : commit.sha;
}
