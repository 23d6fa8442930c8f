import { z } from 'zod';
import type { Client } from './client.ts';
import { GitHubError } from './github.ts';

/**
 * Whether a person may write to the repository. GitHub's `permission` has `maintain` as `write` and `triage` as `read`. Errors: GitHubError.
 */
export async function mayWrite(
  client: Client,
  repository: { readonly owner: string; readonly repo: string },
  login: string,
): Promise<boolean> {
  try {
    const { data } = await client.send({
      purpose: { what: `find out what ${login.slice(0, 100)} may do here`, permission: 'contents: read' },
      route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
      parameters: { ...repository, username: login },
      schema: z.object({ permission: z.string() }),
    });
    return data.permission === 'admin' || data.permission === 'write';
  } catch (error) {
    if (error instanceof GitHubError && error.status === 404) return false;
    throw error;
  }
}
