import { z } from 'zod';
import type { Client } from './client.ts';
import { GitHubError } from './github.ts';
import { ownLogin } from './own-comments.ts';
import { listAll } from './pages.ts';
import { MAX_TRIES } from './retry.ts';

/** What the issues need from outside. */
export interface IssuePorts {
  readonly client: Client;
  readonly repository: { readonly owner: string; readonly repo: string };
  readonly sleep: (seconds: number) => Promise<void>;
}

export interface IssueDraft {
  /** First line of the body. */
  readonly marker: string;
  readonly title: string;
  readonly body: string;
  /** Whether to write one where there is none. */
  readonly create: boolean;
  /** Whether one that somebody closed is opened again. */
  readonly reopen: boolean;
  /** Whether another issue of this token's own, by its body, is closed once this one is new; null: none is. */
  readonly replaces: ((body: string) => boolean) | null;
}

/** What became of an issue. */
export interface IssueOutcome {
  /** null: there is none, and none was to be made. */
  readonly url: string | null;
  readonly created: boolean;
  /** Addresses of those that it replaced. */
  readonly closed: readonly string[];
}

const issueSchema = z.object({
  number: z.number().int(),
  html_url: z.string(),
  state: z.string(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullable(),
  pull_request: z.unknown().optional(),
});
type Issue = z.infer<typeof issueSchema>;

/**
 * Edits the issue that begins with the draft's marker and is this token's own, or creates it. One that somebody closed is edited
 * all the same. Errors: GitHubError.
 */
export async function writeIssue(ports: IssuePorts, draft: IssueDraft): Promise<IssueOutcome> {
  if (!draft.body.startsWith(draft.marker))
    throw new Error('The body of an issue must begin with its marker.');
  const own = await ownIssues(ports);
  const existing = own.find(({ body }) => body?.startsWith(draft.marker));
  if (existing !== undefined) return { url: await edit(ports, draft, existing), created: false, closed: [] };
  if (!draft.create) return { url: null, created: false, closed: [] };
  const url = await create(ports, draft);
  const replaced = own.filter(({ state, body }) => state === 'open' && draft.replaces?.(body ?? '') === true);
  for (const issue of replaced) await close(ports, issue);
  return { url, created: true, closed: replaced.map((issue) => issue.html_url) };
}

/** Issues that this token's user made, newest first: anyone can paste a marker. */
async function ownIssues({ client, repository }: IssuePorts): Promise<readonly Issue[]> {
  const own = await ownLogin(client);
  const all = await listAll(client, {
    purpose: { what: 'list the issues of the weekly report', permission: 'issues: write' },
    route: 'GET /repos/{owner}/{repo}/issues',
    parameters: { ...repository, creator: own, state: 'all', per_page: 100 },
    schema: z.array(issueSchema),
  });
  return all.filter(
    ({ user, pull_request }) => pull_request === undefined && user?.login.toLowerCase() === own.toLowerCase(),
  );
}

async function edit(ports: IssuePorts, draft: IssueDraft, issue: Issue): Promise<string> {
  const { title, body, reopen } = draft;
  const state = reopen && issue.state !== 'open' ? { state: 'open' } : {};
  const { data } = await ports.client.send({
    purpose: { what: `edit the issue ${issue.html_url}`, permission: 'issues: write' },
    route: 'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
    parameters: { ...ports.repository, issue_number: issue.number, title, body, ...state },
    schema: issueSchema,
  });
  return data.html_url;
}

async function close(ports: IssuePorts, issue: Issue): Promise<void> {
  await ports.client.send({
    purpose: { what: `close the issue ${issue.html_url}`, permission: 'issues: write' },
    route: 'PATCH /repos/{owner}/{repo}/issues/{issue_number}',
    parameters: {
      ...ports.repository,
      issue_number: issue.number,
      state: 'closed',
      state_reason: 'completed',
    },
    schema: issueSchema,
  });
}

/** A creation that got no answer may have happened: looks for the issue before it tries again. */
async function create(ports: IssuePorts, draft: IssueDraft): Promise<string> {
  for (let made = 1; ; made += 1) {
    try {
      const { data } = await ports.client.send({
        purpose: { what: 'open the issue of the weekly report', permission: 'issues: write' },
        route: 'POST /repos/{owner}/{repo}/issues',
        parameters: { ...ports.repository, title: draft.title, body: draft.body },
        schema: issueSchema,
      });
      return data.html_url;
    } catch (error) {
      const uncertain = error instanceof GitHubError && (error.status === null || error.status >= 500);
      if (made >= MAX_TRIES || !uncertain) throw error;
      await ports.sleep(made);
      const found = (await ownIssues(ports)).find(({ body }) => body?.startsWith(draft.marker));
      if (found !== undefined) return found.html_url;
    }
  }
}
