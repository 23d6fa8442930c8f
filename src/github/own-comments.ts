import { z } from 'zod';
import type { Client } from './client.ts';
import { GitHubError } from './github.ts';
import { listAll } from './pages.ts';

export const commentSchema = z.object({
  id: z.number().int(),
  html_url: z.string(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullable(),
});
export type Comment = z.infer<typeof commentSchema>;

export interface CommentPlace {
  readonly client: Client;
  readonly repository: { readonly owner: string; readonly repo: string };
}

/** All comments of a pull request, oldest first. Errors: GitHubError. */
export function listComments(
  { client, repository }: CommentPlace,
  pullRequest: number,
): Promise<readonly Comment[]> {
  return listAll(client, {
    purpose: { what: `list the comments of pull request #${pullRequest}`, permission: 'pull-requests: read' },
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    parameters: { ...repository, issue_number: pullRequest, per_page: 100 },
    schema: z.array(commentSchema),
  });
}

/** Those that begin with `prefix` and that this token's own user wrote: anyone can paste a marker. Errors: GitHubError. */
export async function ownAmong(
  comments: readonly Comment[],
  prefix: string,
  client: Client,
): Promise<readonly Comment[]> {
  const marked = comments.filter((comment) => comment.body?.startsWith(prefix));
  if (marked.length === 0) return [];
  const own = await ownLogin(client);
  return marked.filter((comment) => comment.user?.login.toLowerCase() === own.toLowerCase());
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
