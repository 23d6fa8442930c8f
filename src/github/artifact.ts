import { z } from 'zod';
import type { Client } from './client.ts';

/** An artifact of a workflow run. */
export interface Artifact {
  readonly id: number;
  readonly name: string;
  /** Of the archive. */
  readonly bytes: number;
  readonly expired: boolean;
  /** The run and the repository that GitHub says it belongs to; null where GitHub does not say. */
  readonly runId: string | null;
  readonly repositoryId: number | null;
}

interface Repository {
  readonly owner: string;
  readonly repo: string;
}

const listSchema = z.object({
  artifacts: z.array(
    z.object({
      id: z.number().int().positive(),
      name: z.string(),
      size_in_bytes: z.number().int().nonnegative(),
      expired: z.boolean(),
      workflow_run: z
        .object({ id: z.number().int().optional(), repository_id: z.number().int().optional() })
        .nullish(),
    }),
  ),
});

/** The artifacts of that name that a run left, of all its attempts: the newest first, at most 100. Errors: GitHubError. */
export async function listArtifacts(
  client: Client,
  repository: Repository,
  { runId, name }: { readonly runId: string; readonly name: string },
): Promise<readonly Artifact[]> {
  const { data } = await client.send({
    purpose: { what: `list the artifacts of run ${runId}`, permission: 'actions: read' },
    route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts',
    parameters: { ...repository, run_id: runId, name, per_page: 100 },
    schema: listSchema,
  });
  return data.artifacts
    .filter((artifact) => artifact.name === name)
    .map(({ id, size_in_bytes: bytes, expired, workflow_run: run }) => ({
      id,
      name,
      bytes,
      expired,
      runId: run?.id === undefined ? null : String(run.id),
      repositoryId: run?.repository_id ?? null,
    }))
    .toSorted((a, b) => b.id - a.id);
}

/** An artifact's archive, in memory; null as soon as it turns out to be larger than `maxBytes`. Errors: GitHubError. */
export async function downloadArtifact(
  client: Client,
  repository: Repository,
  { id, maxBytes }: { readonly id: number; readonly maxBytes: number },
): Promise<Uint8Array | null> {
  const { data } = await client.send({
    purpose: { what: `download artifact ${id}`, permission: 'actions: read' },
    // GitHub answers with the address of a store, which is followed without the token.
    route: 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/zip',
    parameters: { ...repository, artifact_id: id },
    receive: (body) => readAtMost(body, maxBytes),
    schema: z.instanceof(Uint8Array).nullable(),
  });
  return data;
}

async function readAtMost(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel().catch(() => undefined);
      return null;
    }
    chunks.push(value);
  }
}
