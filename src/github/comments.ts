import { z } from 'zod';
import type { Client } from './client.ts';
import { type CommentStamp, isNewer, stampIn } from './comment-marker.ts';
import { type CommentOutcome, GitHubError } from './github.ts';
import { listAll } from './pages.ts';
import { MAX_TRIES } from './retry.ts';

/** What the comments need from outside. */
export interface CommentPorts {
  readonly client: Client;
  readonly repository: { readonly owner: string; readonly repo: string };
  readonly sleep: (seconds: number) => Promise<void>;
  readonly headOf: (pullRequest: number) => Promise<string>;
}

export interface CommentDraft {
  readonly pullRequest: number;
  /** What the comment begins with. */
  readonly marker: string;
  readonly body: string;
  /** Whether to write one where there is none. */
  readonly create: boolean;
}

/** Writes Tare's one comment on a pull request; null when there is none and none may be created. Errors: GitHubError. */
export async function writeComment(ports: CommentPorts, draft: CommentDraft): Promise<CommentOutcome | null> {
  if (!draft.body.startsWith(draft.marker))
    throw new Error('The body of a comment must begin with its marker.');
  const existing = await findOwn(ports, draft);
  if (existing === null && !draft.create) return null;
  const reason = await reasonToSkip(ports, draft, existing);
  if (reason !== null) return { written: false, url: existing?.html_url ?? null, reason };
  if (existing !== null) {
    const edited = await edit(ports, draft, existing);
    if (edited !== null) return edited;
    if (!draft.create) return null;
  }
  return await create(ports, draft);
}

const commentSchema = z.object({
  id: z.number().int(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullable(),
});
type Comment = z.infer<typeof commentSchema>;

/** The first comment that begins with the marker and is this token's own: anyone can paste a marker. */
async function findOwn(ports: CommentPorts, draft: CommentDraft): Promise<Comment | null> {
  const { client, repository } = ports;
  const all = await listAll(client, {
    purpose: {
      what: `list the comments of pull request #${draft.pullRequest}`,
      permission: 'pull-requests: read',
    },
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    parameters: { ...repository, issue_number: draft.pullRequest, per_page: 100 },
    schema: z.array(commentSchema),
  });
  const marked = all.filter((comment) => comment.body?.startsWith(draft.marker));
  if (marked.length === 0) return null;
  const own = await ownLogin(client);
  return marked.find((comment) => comment.user?.login.toLowerCase() === own.toLowerCase()) ?? null;
}

/** Login of the workflow's own token. No person can have it: brackets are not allowed in a login. */
const DEFAULT_LOGIN = 'github-actions[bot]';

/**
 * The token's own login. `GET /user` refuses the tokens of apps, GITHUB_TOKEN among them; GraphQL's `viewer` answers all.
 */
export async function ownLogin(client: Client): Promise<string> {
  try {
    const { data } = await client.send({
      purpose: { what: "find out the token's own user", permission: 'pull-requests: write' },
      route: `POST ${client.apiUrl.replace(/\/api\/v3$/, '/api')}/graphql`,
      parameters: { query: 'query { viewer { login } }' },
      schema: z.object({ data: z.object({ viewer: z.object({ login: z.string() }) }) }),
      repeatable: true,
    });
    return data.data.viewer.login;
  } catch (error) {
    if (error instanceof GitHubError) return DEFAULT_LOGIN;
    throw error;
  }
}

async function reasonToSkip(
  ports: CommentPorts,
  draft: CommentDraft,
  existing: Comment | null,
): Promise<string | null> {
  const mine = stampIn(draft.body);
  if (mine === null) return null;
  const theirs = stampIn(existing?.body ?? '');
  if (theirs !== null && theirs.headSha === mine.headSha && isNewer(theirs, mine)) {
    return `The comment was left alone: the newer run ${theirs.runId} has reported on ${short(mine)} already.`;
  }
  const head = await ports.headOf(draft.pullRequest);
  if (head === mine.headSha) return null;
  return `The comment was left alone: pull request #${draft.pullRequest} has moved on from ${short(mine)} to ${head.slice(0, 7)}.`;
}

/** null when somebody has deleted it. */
async function edit(
  ports: CommentPorts,
  draft: CommentDraft,
  existing: Comment,
): Promise<CommentOutcome | null> {
  try {
    const { data } = await ports.client.send({
      purpose: { what: `edit the comment ${existing.html_url}`, permission: 'pull-requests: write' },
      route: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
      parameters: { ...ports.repository, comment_id: existing.id, body: draft.body },
      schema: commentSchema,
    });
    return { written: true, url: data.html_url, created: false };
  } catch (error) {
    if (error instanceof GitHubError && error.status === 404) return null;
    throw error;
  }
}

/** A creation that got no answer may have happened: looks for the comment before it tries again. */
async function create(ports: CommentPorts, draft: CommentDraft): Promise<CommentOutcome> {
  for (let made = 1; ; made += 1) {
    try {
      return await createOnce(ports, draft);
    } catch (error) {
      if (made >= MAX_TRIES || !(error instanceof GitHubError) || !isUncertain(error)) throw error;
      await ports.sleep(made);
      const found = await findOwn(ports, draft);
      if (found !== null) return { written: true, url: found.html_url, created: true };
    }
  }
}

async function createOnce(ports: CommentPorts, draft: CommentDraft): Promise<CommentOutcome> {
  const { data } = await ports.client.send({
    purpose: { what: `comment on pull request #${draft.pullRequest}`, permission: 'pull-requests: write' },
    route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    parameters: { ...ports.repository, issue_number: draft.pullRequest, body: draft.body },
    schema: commentSchema,
  });
  return { written: true, url: data.html_url, created: true };
}

function isUncertain(error: GitHubError): boolean {
  return error.status === null || error.status >= 500;
}

function short(stamp: CommentStamp): string {
  return stamp.headSha.slice(0, 7);
}
