import { z } from 'zod';
import type { Client } from './client.ts';
import { listAll } from './pages.ts';

/** The run whose end started this one, as GitHub's event tells: all of it is GitHub's own word. */
export interface WorkflowRun {
  readonly id: string;
  readonly attempt: string;
  /** What started it. */
  readonly event: string;
  /** File of its workflow, `.github/workflows/NAME`; null where the event does not tell. */
  readonly path: string | null;
  /** `success`, `failure`, `cancelled`, …; null while it runs. */
  readonly conclusion: string | null;
  /** Tip of the branch that it ran for: full SHA. */
  readonly headSha: string;
  readonly headBranch: string | null;
  /** Where the branch lies; null when that repository is gone. */
  readonly headRepository: { readonly id: number; readonly owner: string } | null;
  /** Repository that the run belongs to. */
  readonly repositoryId: number;
}

const id = z.number().int().positive();
const repositorySchema = z.object({ id, owner: z.object({ login: z.string().min(1) }) });

/** `workflow_run` of the event's payload. */
export const workflowRunSchema = z.object({
  id,
  run_attempt: id,
  event: z.string().min(1),
  path: z.string().optional(),
  conclusion: z.string().nullable(),
  head_sha: z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'is not a full commit SHA'),
  head_branch: z.string().nullable(),
  head_repository: repositorySchema.nullable(),
  repository: repositorySchema,
});

/** The run of an event's payload. `workflowPath`: the path in the payload's `workflow`. */
export function workflowRunOf(
  run: z.infer<typeof workflowRunSchema>,
  workflowPath: string | null,
): WorkflowRun {
  const { head_repository: head } = run;
  return {
    id: String(run.id),
    attempt: String(run.run_attempt),
    event: run.event,
    // GitHub may put the ref behind it: `.github/workflows/tare.yml@main`.
    path: (run.path ?? workflowPath)?.replace(/@.*$/s, '') ?? null,
    conclusion: run.conclusion,
    headSha: run.head_sha,
    headBranch: run.head_branch,
    headRepository: head === null ? null : { id: head.id, owner: head.owner.login },
    repositoryId: run.repository.id,
  };
}

/** A pull request as GitHub has it now. */
export interface OpenPullRequest {
  readonly number: number;
  readonly headSha: string;
  /** null when the repository of its branch is gone. */
  readonly headRepositoryId: number | null;
  readonly baseRepositoryId: number;
  /** Name of the base branch, without `refs/heads/`. */
  readonly baseRef: string;
}

const pullSchema = z.object({
  number: id,
  state: z.string(),
  head: z.object({ sha: z.string(), repo: z.object({ id }).nullable() }),
  base: z.object({ ref: z.string(), repo: z.object({ id }) }),
});

/** The open pull requests of a branch, `owner`'s `branch`. Errors: GitHubError. */
export async function openPullRequests(
  client: Client,
  repository: { readonly owner: string; readonly repo: string },
  { owner, branch }: { readonly owner: string; readonly branch: string },
): Promise<readonly OpenPullRequest[]> {
  const pulls = await listAll(client, {
    purpose: { what: `list the open pull requests of ${owner}`, permission: 'pull-requests: read' },
    route: 'GET /repos/{owner}/{repo}/pulls',
    parameters: { ...repository, state: 'open', head: `${owner}:${branch}`, per_page: 100 },
    schema: z.array(pullSchema),
  });
  return pulls
    .filter(({ state }) => state === 'open')
    .map(({ number, head, base }) => ({
      number,
      headSha: head.sha,
      headRepositoryId: head.repo?.id ?? null,
      baseRepositoryId: base.repo.id,
      baseRef: base.ref,
    }));
}
