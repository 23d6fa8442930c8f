import { messageOf, UserError } from '../../errors.ts';
import type { Acceptance } from '../../measure/history-record.ts';
import type { CommitMessage } from '../../process/commit.ts';
import type { Git } from '../../process/git.ts';
import { readTrailers } from './trailers.ts';

/** Asks where a commit came from. No method throws; what cannot be told is null, and the log says why. */
export interface ChangeSource {
  /** Commits that are reachable from `head` and not from `base`; null: not known. */
  commits(base: string, head: string): Promise<readonly CommitMessage[] | null>;
  /** The pull request that brought a commit of main; null: none, or not known. */
  pullRequestOf(commit: string): Promise<number | null>;
  /** Who put the label on a pull request; null: it does not have it, or that is not known. */
  labelledBy(pullRequest: number, label: string): Promise<string | null>;
  /** What commands in comments accepted on a pull request's newest head; null: not known. */
  commandsOf(pullRequest: number): Promise<readonly Acceptance[] | null>;
}

/** What git alone can tell: all but pull requests, as far as the clone goes. */
export function changesFromGit(git: Git): ChangeSource {
  return {
    commits: (base, head) => git.messages(base, head),
    pullRequestOf: async () => null,
    labelledBy: async () => null,
    commandsOf: async () => null,
  };
}

export interface AcceptanceRequest {
  /** What the change is set against; null: nothing, so that the head's own message is all there is. */
  readonly base: string | null;
  readonly head: string;
  readonly pullRequest: number | null;
  /** Label that accepts; null: none does. */
  readonly label: string | null;
}

/** Everything that accepts a regression of a change: trailers of its commits, and the label and the commands of its pull request. */
export async function acceptances(
  { base, head, pullRequest, label }: AcceptanceRequest,
  changes: ChangeSource,
  ports: { readonly git: Git; readonly warn: (warning: string) => void },
): Promise<readonly Acceptance[]> {
  const commits =
    (base === null ? null : await changes.commits(base, head)) ?? (await alone(head, ports.git));
  const { accepted, unread } = readTrailers(commits);
  for (const line of unread) ports.warn(line);
  if (pullRequest === null) return accepted;
  return [...accepted, ...(await acceptedByPeople(pullRequest, label, changes))];
}

/** What people accepted on a pull request itself, by commands in comments and by its label: both want rights in the repository. */
export async function acceptedByPeople(
  pullRequest: number,
  label: string | null,
  changes: ChangeSource,
): Promise<readonly Acceptance[]> {
  const commands = (await changes.commandsOf(pullRequest)) ?? [];
  return [...commands, ...(await byLabel(pullRequest, label, changes))];
}

async function byLabel(
  pullRequest: number,
  label: string | null,
  changes: ChangeSource,
): Promise<readonly Acceptance[]> {
  const by = label === null ? null : await changes.labelledBy(pullRequest, label);
  if (by === null) return [];
  const reason = `label "${label}" of pull request #${pullRequest}`;
  return [{ case: '*', reason, by, via: 'label' }];
}

async function alone(head: string, git: Git): Promise<readonly CommitMessage[]> {
  try {
    const { message, author } = await git.commitInfo(head);
    return [{ message, author }];
  } catch (error) {
    if (!(error instanceof UserError)) throw new Error(messageOf(error), { cause: error });
    return [];
  }
}

/** The pull request that a merge's subject names: "Merge pull request #5 from …", or "… (#5)" of a squash. It is its author's word: it accepts nothing. */
export function pullRequestIn(subject: string): number | null {
  const number =
    /^Merge pull request #(\d{1,9})\b/.exec(subject)?.[1] ?? /\(#(\d{1,9})\)$/.exec(subject)?.[1];
  return number === undefined || Number(number) === 0 ? null : Number(number);
}
