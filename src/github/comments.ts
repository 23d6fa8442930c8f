import { carryAsked } from '../report/asked.ts';
import type { Client } from './client.ts';
import { type CommentStamp, isNewer, stampIn } from './comment-marker.ts';
import { type CommentOutcome, GitHubError } from './github.ts';
import { type Comment, commentSchema, listComments, ownAmong } from './own-comments.ts';
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

/** The first comment that begins with the marker and is this token's own: anyone can paste a marker. */
async function findOwn(ports: CommentPorts, draft: CommentDraft): Promise<Comment | null> {
  const all = await listComments(ports, draft.pullRequest);
  const [first] = await ownAmong(all, draft.marker, ports.client);
  return first ?? null;
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
      parameters: { ...ports.repository, comment_id: existing.id, body: withAskedOf(existing, draft) },
      schema: commentSchema,
    });
    return { written: true, url: data.html_url, created: false };
  } catch (error) {
    if (error instanceof GitHubError && error.status === 404) return null;
    throw error;
  }
}

/** A new report keeps what people asked of Tare on the same head. */
function withAskedOf(existing: Comment, { body }: CommentDraft): string {
  const stamp = stampIn(body);
  return stamp === null ? body : carryAsked(existing.body ?? '', body, stamp);
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
