import { z } from 'zod';
import type { ReadFile } from '../config/load.ts';
import { UserError } from '../errors.ts';
import type { Client } from './client.ts';
import { GitHubError } from './github.ts';

const fileSchema = z.union([
  z.object({ type: z.literal('file'), encoding: z.string(), content: z.string() }),
  z.object({ type: z.string() }),
  z.array(z.unknown()),
]);

/**
 * Reads files of the repository as they are at `sha`, by GitHub's API: no checkout is needed or believed.
 * The reader's errors: GitHubError; UserError for anything but a regular file.
 */
export function filesAt(
  client: Client,
  repository: { readonly owner: string; readonly repo: string },
  sha: string,
): ReadFile {
  return async (path) => {
    try {
      const { data } = await client.send({
        purpose: { what: `read ${path} at ${sha.slice(0, 10)}`, permission: 'contents: read' },
        route: 'GET /repos/{owner}/{repo}/contents/{path}',
        parameters: { ...repository, path, ref: sha },
        schema: fileSchema,
      });
      if (!Array.isArray(data) && 'content' in data && data.encoding === 'base64') {
        return Buffer.from(data.content, 'base64');
      }
      throw new UserError(`${path} is not a file of at most 1 MB; make it one, or remove it`);
    } catch (error) {
      if (error instanceof GitHubError && error.status === 404) return null;
      throw error;
    }
  };
}
