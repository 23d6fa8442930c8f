import { readCommand } from '../jobs/respond/command.ts';
import type { Acceptance } from '../measure/history-record.ts';
import { type Asked, type AskedRerun, askedIn } from '../report/asked.ts';
import { type Comment, type CommentPlace, listComments, ownAmong } from './own-comments.ts';
import { mayWrite } from './permission.ts';

/** What was asked on one head of a pull request, and holds. */
export interface AskedOnHead {
  readonly accepted: readonly Acceptance[];
  readonly rerun: AskedRerun | null;
}

/**
 * What Tare's own comments on a pull request say was asked on a head, as far as it is true: each entry names the comment that holds the
 * command, and counts only where that comment still says so, is by that person, and the person may still write to the repository.
 * Errors: GitHubError.
 */
export async function readAsked(
  place: CommentPlace,
  pullRequest: number,
  headSha: string,
): Promise<AskedOnHead> {
  const all = await listComments(place, pullRequest);
  const own = await ownAmong(all, '<!-- tare:', place.client);
  const noted = own
    .map(({ body }) => askedIn(body ?? ''))
    .filter((asked): asked is Asked => asked?.head === headSha);
  const allowed = permissions(place);
  const accepted: Acceptance[] = [];
  for (const entry of noted.flatMap((asked) => asked.accepted)) {
    const { case: name, reason, by } = entry;
    if (says(all, entry, { name: 'accept', case: name, reason }) && (await allowed(by)))
      accepted.push({ case: name, reason, by, via: 'command' });
  }
  return { accepted, rerun: await lastRerun(all, noted, allowed) };
}

async function lastRerun(
  all: readonly Comment[],
  noted: readonly Asked[],
  allowed: (login: string) => Promise<boolean>,
): Promise<AskedRerun | null> {
  for (const { rerun } of noted) {
    if (rerun === null || rerun.filter === null) continue;
    const command = { name: 'bench' as const, filter: rerun.filter };
    if (says(all, rerun, command) && (await allowed(rerun.by))) return rerun;
  }
  return null;
}

interface Entry {
  readonly comment: number | null;
  readonly by: string;
}

function says(all: readonly Comment[], { comment, by }: Entry, command: object): boolean {
  const source = all.find(({ id }) => id === comment);
  if (source === undefined || source.user?.login !== by) return false;
  const read = readCommand(source.body ?? '');
  return read.kind === 'command' && JSON.stringify(read.command) === JSON.stringify(command);
}

function permissions({ client, repository }: CommentPlace): (login: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  return (login) => {
    const answer = known.get(login) ?? mayWrite(client, repository, login);
    known.set(login, answer);
    return answer;
  };
}
