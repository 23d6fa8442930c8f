import { z } from 'zod';
import type { Client } from './client.ts';

export interface CommitStatus {
  /** Full SHA. */
  readonly sha: string;
  readonly state: 'success' | 'failure' | 'error';
  /** Which status it is, e.g. `tare`; a later one of the same name replaces it. */
  readonly context: string;
  /** One short sentence; GitHub takes 140 characters. */
  readonly description: string;
  /** What a click opens. */
  readonly url: string;
}

const MAX_DESCRIPTION = 140;

/** Writes a commit status. Errors: GitHubError. */
export async function writeStatus(
  client: Client,
  repository: { readonly owner: string; readonly repo: string },
  { sha, state, context, description, url }: CommitStatus,
): Promise<void> {
  await client.send({
    purpose: { what: `write the commit status of ${sha.slice(0, 10)}`, permission: 'statuses: write' },
    route: 'POST /repos/{owner}/{repo}/statuses/{sha}',
    parameters: {
      ...repository,
      sha,
      state,
      context,
      description: description.slice(0, MAX_DESCRIPTION),
      target_url: url,
    },
    schema: z.object({ id: z.number() }),
  });
}
