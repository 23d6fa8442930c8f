import { isRegression } from '../../compare/triage/entries.ts';
import type { Culprit, Entry } from '../../compare/triage/entry.ts';
import type { Item } from '../../compare/triage/item.ts';
import { inertLine } from '../../process/inert.ts';
import { type ChangeSource, pullRequestIn } from '../history/changes.ts';
import { personOf } from '../history/trailers.ts';

const MAX_SUBJECT = 1000;

/** The culprit with what a reader is told of its commit, where one was found and that can be had. */
export async function introduced(culprit: Culprit, entry: Entry, changes: ChangeSource): Promise<Culprit> {
  if (culprit.candidates > 1) return culprit;
  if (culprit.until === entry.commit.sha) {
    const { committed: _, ...commit } = entry.commit;
    return { ...culprit, commit };
  }
  // Newest first: the commit itself, before what a merge brought.
  const [own] = (await changes.commits(culprit.after, culprit.until)) ?? [];
  if (own === undefined) return culprit;
  const [paragraph = ''] = own.message.trimStart().split(/\n[ \t\r]*\n/, 1);
  const subject = inertLine(paragraph).trim().slice(0, MAX_SUBJECT);
  const pullRequest = (await changes.pullRequestOf(culprit.until)) ?? pullRequestIn(subject);
  return { ...culprit, commit: { sha: culprit.until, subject, author: personOf(own.author), pullRequest } };
}

/** Items whose entry was compared over several commits, with the one that made the regression or those that may have. */
export function blamed(items: readonly Item[], entries: readonly Entry[]): Item[] {
  const byId = new Map(entries.map((entry) => [`${entry.configuration}/${entry.commit.sha}`, entry]));
  return items.map((item) => {
    const entry = item.kind === 'regression' ? byId.get(item.id) : undefined;
    const row = entry?.rows.find(isRegression);
    if (entry === undefined || row === undefined || entry.distance <= 1) return item;
    return { ...item, culprit: entry.culprit ?? unsearched(entry, row) };
  });
}

function unsearched({ parent: after, commit, distance }: Entry, row: Entry['rows'][number]): Culprit {
  const { case: name, metric } = row;
  return { case: name, metric, after, until: commit.sha, candidates: distance, note: '', commit: null };
}
