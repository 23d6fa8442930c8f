import { z } from 'zod';
import type { CheckRun } from '../jobs/respond/ports.ts';
import type { Client } from './client.ts';

type Repository = { readonly owner: string; readonly repo: string };

const id = z.number().int().positive();
const runsSchema = z.object({
  workflow_runs: z.array(
    z.object({
      id,
      run_attempt: id.optional(),
      event: z.string(),
      path: z.string(),
      status: z.string().nullable(),
      conclusion: z.string().nullable(),
      created_at: z.iso.datetime(),
      head_sha: z.string(),
      head_repository: z.object({ id }).nullish(),
      repository: z.object({ id }),
      pull_requests: z.array(z.object({ number: id })).nullable(),
    }),
  ),
});

/** The newest hundred runs of a workflow for a head that pull requests started. `workflow`: path of its file. Errors: GitHubError. */
export async function listRuns(
  client: Client,
  repository: Repository,
  { workflow, headSha }: { readonly workflow: string; readonly headSha: string },
): Promise<readonly CheckRun[]> {
  const { data } = await client.send({
    purpose: {
      what: `list the runs of ${workflow} for ${headSha.slice(0, 10)}`,
      permission: 'actions: write',
    },
    route: 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
    parameters: {
      ...repository,
      workflow_id: workflow.replace(/^.*\//, ''),
      event: 'pull_request',
      head_sha: headSha,
      per_page: 100,
    },
    schema: runsSchema,
  });
  return data.workflow_runs.map((run) => ({
    id: String(run.id),
    attempt: run.run_attempt ?? 1,
    event: run.event,
    // GitHub may put the ref behind it: `.github/workflows/tare.yml@main`.
    path: run.path.replace(/@.*$/s, ''),
    status: run.status,
    conclusion: run.conclusion,
    createdAt: run.created_at,
    headSha: run.head_sha,
    headRepositoryId: run.head_repository?.id ?? null,
    repositoryId: run.repository.id,
    pullRequests: (run.pull_requests ?? []).map(({ number }) => number),
  }));
}

/** Runs all jobs of a run again, or those that failed: on the commit, and with the rights, that it had. Errors: GitHubError. */
export async function rerunJobs(
  client: Client,
  repository: Repository,
  { runId, jobs }: { readonly runId: string; readonly jobs: 'all' | 'failed' },
): Promise<void> {
  await client.send({
    purpose: { what: `start run ${runId} again`, permission: 'actions: write' },
    route:
      jobs === 'all'
        ? 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun'
        : 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs',
    parameters: { ...repository, run_id: Number(runId) },
    schema: z.unknown(),
  });
}
