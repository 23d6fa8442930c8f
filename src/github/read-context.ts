import { z } from 'zod';
import { messageOf, UserError } from '../errors.ts';
import type { PullRequest, RunContext } from './context.ts';
import { issueCommentOf, issueCommentSchema } from './issue-comment.ts';
import { workflowRunOf, workflowRunSchema } from './workflow-run.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads what started this run from the runner's variables and its event file.
 * Errors: UserError naming the variable or the event field that is missing or malformed.
 */
export async function readContext(
  environment: Environment,
  readFile: (path: string) => Promise<string>,
): Promise<RunContext> {
  const variables = readVariables(environment);
  const event = variables.GITHUB_EVENT_NAME;
  const payload = await readPayload(variables.GITHUB_EVENT_PATH, event, readFile);
  const [owner, repository] = splitRepository(variables.GITHUB_REPOSITORY);
  const runId = variables.GITHUB_RUN_ID;
  const repositoryUrl = `${variables.GITHUB_SERVER_URL.replace(/\/+$/, '')}/${owner}/${repository}`;
  return {
    event,
    owner,
    repository,
    repositoryId: payload.repository?.id ?? null,
    sha: variables.GITHUB_SHA,
    ref: variables.GITHUB_REF,
    defaultBranch: payload.repository?.default_branch ?? scheduledBranch(event, variables.GITHUB_REF),
    pullRequest: payload.pull_request ? pullRequestOf(payload.pull_request, variables.GITHUB_ACTOR) : null,
    mergeGroupBase: payload.merge_group?.base_sha ?? null,
    workflowRun: payload.workflow_run
      ? workflowRunOf(payload.workflow_run, payload.workflow?.path ?? null)
      : null,
    comment:
      payload.comment && payload.issue && payload.action !== undefined
        ? issueCommentOf({ action: payload.action, issue: payload.issue, comment: payload.comment })
        : null,
    actor: variables.GITHUB_ACTOR,
    apiUrl: variables.GITHUB_API_URL.replace(/\/+$/, ''),
    repositoryUrl,
    runUrl: `${repositoryUrl}/actions/runs/${runId}`,
    runId,
    runAttempt: variables.GITHUB_RUN_ATTEMPT,
    workspace: variables.GITHUB_WORKSPACE,
    temporary: variables.RUNNER_TEMP,
  };
}

const sha = z
  .string()
  .regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, 'is not a full commit SHA in lower-case hexadecimal');
const digits = z.string().regex(/^[1-9]\d*$/, 'is not a positive number');
const given = z.string().min(1, 'is empty');
const url = z.url({ protocol: /^https?$/, error: 'is not an http(s) address' });

const variablesSchema = z.object({
  GITHUB_EVENT_NAME: given,
  GITHUB_EVENT_PATH: given,
  GITHUB_REPOSITORY: given,
  GITHUB_SHA: sha,
  GITHUB_REF: given,
  GITHUB_API_URL: url.default('https://api.github.com'),
  GITHUB_SERVER_URL: url.default('https://github.com'),
  GITHUB_RUN_ID: digits,
  GITHUB_RUN_ATTEMPT: digits.default('1'),
  GITHUB_ACTOR: z.string().default(''),
  GITHUB_WORKSPACE: given,
  RUNNER_TEMP: given,
});

const sideSchema = z.object({
  sha,
  ref: given,
  repo: z.object({ full_name: given }).nullable(),
});
const pullRequestSchema = z.object({
  number: z.number().int().positive(),
  head: sideSchema,
  base: sideSchema,
});
const repositorySchema = z.object({
  id: z.number().int().positive().optional(),
  default_branch: given.optional(),
});

/** The fields of each event that Tare reads; other events may lack all of them. */
const payloadSchema = z.object({
  repository: repositorySchema.optional(),
  pull_request: pullRequestSchema.optional(),
  merge_group: z.object({ base_sha: sha, head_sha: sha }).optional(),
  workflow_run: workflowRunSchema.optional(),
  workflow: z.object({ path: z.string() }).nullish(),
  ...issueCommentSchema.partial().shape,
});
const withPullRequest = payloadSchema.required({ pull_request: true });
const withMergeGroup = payloadSchema.required({ merge_group: true });
const withWorkflowRun = payloadSchema.required({ workflow_run: true });
const withComment = z.object({ repository: repositorySchema.optional(), ...issueCommentSchema.shape });
// Reviews and their comments bring a pull request of another shape, and Tare has no use for it.
const withoutEither = z.object({ repository: repositorySchema.optional() });

type Payload = z.infer<typeof payloadSchema>;

function readVariables(environment: Environment): z.infer<typeof variablesSchema> {
  const parsed = variablesSchema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const { path, message } = firstIssue(parsed.error);
  if (environment[path] === undefined) {
    throw new UserError(`${path} is not set: the action only runs inside a GitHub Actions job.`);
  }
  throw new UserError(`${path} ${message}: "${environment[path]}". The runner sets it; do not overwrite it.`);
}

async function readPayload(
  path: string,
  event: string,
  readFile: (path: string) => Promise<string>,
): Promise<Payload> {
  const payload = schemaFor(event).safeParse(await readJson(path, readFile));
  if (payload.success) return payload.data;
  const issue = firstIssue(payload.error);
  throw new UserError(
    `The event file ${path} is not that of a ${event} event as GitHub sends it: ${issue.path || 'its content'} ${issue.message}.`,
  );
}

async function readJson(path: string, readFile: (path: string) => Promise<string>): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path));
  } catch (error) {
    throw new UserError(`The event file ${path} (GITHUB_EVENT_PATH) cannot be read: ${messageOf(error)}.`);
  }
}

function schemaFor(event: string): z.ZodType<Payload> {
  if (event === 'pull_request' || event === 'pull_request_target') return withPullRequest;
  if (event === 'merge_group') return withMergeGroup;
  if (event === 'workflow_run') return withWorkflowRun;
  if (event === 'issue_comment') return withComment;
  return withoutEither;
}

function firstIssue(error: z.ZodError): { readonly path: string; readonly message: string } {
  const issue = error.issues[0];
  return { path: issue?.path.join('.') ?? '', message: issue?.message ?? 'is malformed' };
}

function splitRepository(full: string): readonly [string, string] {
  const [owner, repository, ...rest] = full.split('/');
  if (!owner || !repository || rest.length > 0) {
    throw new UserError(
      `GITHUB_REPOSITORY must be "owner/name", and is "${full}". The runner sets it; do not overwrite it.`,
    );
  }
  return [owner, repository];
}

function pullRequestOf(payload: z.infer<typeof pullRequestSchema>, actor: string): PullRequest {
  const { number, head, base } = payload;
  return {
    number,
    headSha: head.sha,
    baseSha: base.sha,
    baseRef: base.ref,
    // A deleted fork has no repository any more.
    fork: head.repo === null || head.repo.full_name !== base.repo?.full_name,
    dependabot: actor === 'dependabot[bot]',
  };
}

/** A schedule's payload may lack the repository, but a schedule only runs on the default branch. */
function scheduledBranch(event: string, ref: string): string | null {
  return event === 'schedule' && ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null;
}
