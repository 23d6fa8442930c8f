import { z } from 'zod';
import type { Client } from './client.ts';
import { GitHubError } from './github.ts';

export interface CommitPorts {
  readonly client: Client;
  readonly repository: { readonly owner: string; readonly repo: string };
}

/** Requests for one walk: in a history full of merges a page holds few first parents. */
const MAX_REQUESTS = 20;

/**
 * `sha` and up to `limit` of its first-parent ancestors, nearest first; fewer at the root, or where the walk would take more
 * than 20 requests. Errors: GitHubError.
 */
export async function walkFirstParents(
  ports: CommitPorts,
  sha: string,
  limit: number,
): Promise<readonly string[]> {
  const firstParentOf = new Map<string, string | null>();
  const chain: string[] = [];
  let next: string | null = sha;
  for (let requests = 0; next !== null && chain.length <= limit; ) {
    if (!firstParentOf.has(next)) {
      if (requests >= MAX_REQUESTS) break;
      requests += 1;
      await readFrom(ports, next, firstParentOf);
    }
    chain.push(next);
    next = firstParentOf.get(next) ?? null;
  }
  return chain;
}

/** The merge base as GitHub sees it: it knows the whole history even where the clone is shallow. Errors: GitHubError. */
export async function findMergeBase(ports: CommitPorts, base: string, head: string): Promise<string> {
  const { data } = await ports.client.send({
    purpose: { what: `find the merge base of ${base} and ${head}`, permission: 'contents: read' },
    route: 'GET /repos/{owner}/{repo}/compare/{basehead}',
    // The first page alone names the merge base; a page of one commit keeps the answer small.
    parameters: { ...ports.repository, basehead: `${base}...${head}`, per_page: 1 },
    schema: z.object({ merge_base_commit: z.object({ sha: z.string() }) }),
  });
  return data.merge_base_commit.sha;
}

/** A commit and its parents, in order; null when GitHub does not know it. Errors: GitHubError. */
export async function readCommit(
  ports: CommitPorts,
  sha: string,
): Promise<{ readonly sha: string; readonly parents: readonly string[] } | null> {
  try {
    const { data } = await ports.client.send({
      purpose: { what: `read commit ${sha}`, permission: 'contents: read' },
      route: 'GET /repos/{owner}/{repo}/commits',
      parameters: { ...ports.repository, sha, per_page: 1 },
      schema: commitsSchema,
    });
    const [commit] = data;
    if (commit?.sha !== sha) return null;
    return { sha, parents: commit.parents.map((parent) => parent.sha) };
  } catch (error) {
    if (error instanceof GitHubError && (error.status === 404 || error.status === 422)) return null;
    throw error;
  }
}

/** Paths that differ between the merge base of two commits and the second of them; GitHub names 300 at most. Errors: GitHubError. */
export async function readChangedFiles(
  ports: CommitPorts,
  base: string,
  head: string,
): Promise<readonly string[]> {
  const { data } = await ports.client.send({
    purpose: { what: `compare ${base} and ${head}`, permission: 'contents: read' },
    route: 'GET /repos/{owner}/{repo}/compare/{basehead}',
    parameters: { ...ports.repository, basehead: `${base}...${head}`, per_page: 1 },
    schema: z.object({ files: z.array(z.object({ filename: z.string() })).optional() }),
  });
  return (data.files ?? []).map(({ filename }) => filename);
}

const commitsSchema = z.array(z.object({ sha: z.string(), parents: z.array(z.object({ sha: z.string() })) }));

/** Adds up to 100 commits that are reachable from `sha`; the list begins with it, in no order that follows first parents. */
async function readFrom(ports: CommitPorts, sha: string, into: Map<string, string | null>): Promise<void> {
  const { data } = await ports.client.send({
    purpose: { what: `list the history of ${sha}`, permission: 'contents: read' },
    route: 'GET /repos/{owner}/{repo}/commits',
    parameters: { ...ports.repository, sha, per_page: 100 },
    schema: commitsSchema,
  });
  for (const commit of data) into.set(commit.sha, commit.parents[0]?.sha ?? null);
}
