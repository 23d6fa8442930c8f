import { z } from 'zod';

/** The comment whose change is the event. */
export interface IssueComment {
  /** `created`, `edited` or `deleted`. */
  readonly action: string;
  readonly id: number;
  /** Its text at the moment of the event. */
  readonly body: string;
  readonly author: string;
  /** Whether an app wrote it. */
  readonly bot: boolean;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** Number of the issue or pull request. */
  readonly issue: number;
  readonly onPullRequest: boolean;
}

const number = z.number().int().positive();

/** The payload of an `issue_comment` event. */
export const issueCommentSchema = z.object({
  action: z.string(),
  issue: z.object({ number, pull_request: z.unknown().optional() }),
  comment: z.object({
    id: number,
    body: z.string().nullish(),
    user: z.object({ login: z.string().min(1), type: z.string() }).nullable(),
    created_at: z.iso.datetime(),
  }),
});

/** The comment of an event's payload. */
export function issueCommentOf({ action, issue, comment }: z.infer<typeof issueCommentSchema>): IssueComment {
  const { login = 'ghost', type = 'User' } = comment.user ?? {};
  return {
    action,
    id: comment.id,
    body: comment.body ?? '',
    author: login,
    bot: type !== 'User' || login.endsWith('[bot]'),
    createdAt: comment.created_at,
    issue: issue.number,
    onPullRequest: issue.pull_request !== undefined && issue.pull_request !== null,
  };
}
