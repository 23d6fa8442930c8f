import { z } from 'zod';
import { type Branch, type BranchChange, BranchError, type BranchTip } from '../store/history/branch.ts';
import type { ApiRequest, Client } from './client.ts';
import { GitHubError } from './github.ts';

export interface DataBranchPorts {
  readonly client: Client;
  readonly repository: { readonly owner: string; readonly repo: string };
}

const objectSchema = z.object({ sha: z.string() });
const refSchema = z.object({ object: objectSchema });
const commitSchema = z.object({ tree: objectSchema });
const contentSchema = z.union([
  z.object({ type: z.literal('file'), sha: z.string(), content: z.string(), encoding: z.string() }),
  // A folder, a link, a submodule.
  z.unknown().transform(() => ({ sha: null })),
]);
const blobSchema = z.object({ content: z.string(), encoding: z.string() });

/** A branch through GitHub's Git Data API. What it is asked does not depend on how much is on the branch. */
export function createBranch({ client, repository }: DataBranchPorts, name: string): Branch {
  const send = async <T>(what: string, request: Omit<ApiRequest<T>, 'purpose'>): Promise<T> => {
    const purpose = { what, permission: 'contents: write' };
    const parameters = { ...repository, ...request.parameters };
    const { data } = await client.send({ ...request, purpose, parameters });
    return data;
  };
  const write = `write to the branch ${name}`;
  const read = `read the branch ${name}`;

  const contentOf = (commit: string, path: string) =>
    missing(
      send(read, {
        route: `GET /repos/{owner}/{repo}/contents/${path.split('/').map(encodeURIComponent).join('/')}`,
        parameters: { ref: commit },
        schema: contentSchema,
      }),
    );

  return {
    name,
    tip: () =>
      translated(async () => {
        const ref = await missing(
          send(read, {
            route: 'GET /repos/{owner}/{repo}/git/ref/{ref}',
            parameters: { ref: `heads/${name}` },
            schema: refSchema,
          }),
        );
        if (ref === null) return null;
        const commit = ref.object.sha;
        const { tree } = await send(read, {
          route: 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}',
          parameters: { commit_sha: commit },
          schema: commitSchema,
        });
        return { commit, tree: tree.sha };
      }),

    has: (commit, path) => translated(async () => (await contentOf(commit, path)) !== null),

    text: (commit, path) =>
      translated(async () => {
        const file = await contentOf(commit, path);
        if (file === null || file.sha === null) return null;
        // Above 1 MB GitHub leaves the content out.
        if (file.encoding === 'base64') return decoded(file);
        const blob = await send(read, {
          route: 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}',
          parameters: { file_sha: file.sha },
          schema: blobSchema,
        });
        return decoded(blob);
      }),

    store: (text) =>
      translated(async () => {
        const stored = await send(write, {
          route: 'POST /repos/{owner}/{repo}/git/blobs',
          parameters: { content: text, encoding: 'utf-8' },
          schema: objectSchema,
          repeatable: true,
        });
        return stored.sha;
      }),

    commit: (tip, changes, message) =>
      translated(async () => {
        const tree = await send(write, {
          route: 'POST /repos/{owner}/{repo}/git/trees',
          parameters: { ...(tip === null ? {} : { base_tree: tip.tree }), tree: changes.map(entryOf) },
          schema: objectSchema,
          repeatable: true,
        });
        if (tree.sha === tip?.tree) return tip.commit;
        const { sha } = await send(write, {
          route: 'POST /repos/{owner}/{repo}/git/commits',
          parameters: { message, tree: tree.sha, parents: tip === null ? [] : [tip.commit] },
          schema: objectSchema,
          repeatable: true,
        });
        return (await lost(move(tip, sha))) ? null : sha;
      }),

    descends: (earlier, later) =>
      translated(async () => {
        const compared = await missing(
          send(read, {
            route: 'GET /repos/{owner}/{repo}/compare/{basehead}',
            parameters: { basehead: `${earlier}...${later}`, per_page: 1 },
            schema: z.object({ status: z.string() }),
          }),
        );
        return compared !== null && ['ahead', 'identical'].includes(compared.status);
      }),
  };

  function move(tip: BranchTip | null, sha: string): Promise<unknown> {
    const schema = z.unknown();
    if (tip === null) {
      const parameters = { ref: `refs/heads/${name}`, sha };
      return send(write, { route: 'POST /repos/{owner}/{repo}/git/refs', parameters, schema });
    }
    const parameters = { ref: `heads/${name}`, sha, force: false };
    return send(write, { route: 'PATCH /repos/{owner}/{repo}/git/refs/{ref}', parameters, schema });
  }
}

function decoded({ content, encoding }: z.infer<typeof blobSchema>): string {
  return encoding === 'base64' ? Buffer.from(content, 'base64').toString('utf8') : content;
}

function entryOf({ path, object }: BranchChange) {
  return { path, mode: '100644', type: 'blob', sha: object };
}

/** null for what GitHub says does not exist. */
async function missing<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof GitHubError && error.status === 404) return null;
    throw error;
  }
}

/**
 * Whether the branch is no longer where it was: 422 for one that moved ("not a fast forward"), is there already, or is gone ("Reference
 * does not exist"), and 409 as documented.
 */
async function lost(moving: Promise<unknown>): Promise<boolean> {
  try {
    await moving;
    return false;
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    if (error.status === 409) return true;
    if (error.status === 422 && /fast.?forward|already exists|does not exist/i.test(error.message))
      return true;
    throw error;
  }
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    const passing = error.status === null || error.status >= 500 || error.status === 409;
    throw new BranchError(error.message, passing);
  }
}
