import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { commentMarker } from '../../src/github/comment-marker.ts';
import { READ_ONLY_MAIN } from './cache-service.ts';
import { REPOSITORY_ID } from './fork.ts';
import type { PullPlace } from './github-actions.ts';
import type { RunDraft } from './github-commands.ts';
import type { Files } from './tiny-project.ts';
import { merge } from './webhooks.ts';
import type { RunOptions, World } from './world.ts';
import type { Run } from './world-run.ts';

/** A pull request whose check is done, as GitHub has it. */
export interface Checked {
  readonly number: number;
  readonly headSha: string;
  /** Of the check. */
  readonly runId: number;
  readonly run: Run;
}

let runs = 7000;

/** Opens a pull request of the repository's own and runs its check. `check`: what GitHub says of the run. */
export async function openChecked(
  world: World,
  files: Files,
  options: RunOptions = {},
  check: Partial<RunDraft> = {},
): Promise<Checked> {
  runs += 1;
  const runId = runs;
  const environment = { GITHUB_RUN_ID: String(runId), ...options.environment };
  const { number, run } = await world.openPullRequest(files, { ...options, environment });
  const branch = `change-${number}`;
  const headSha = await world.git.resolve(branch);
  world.api.actions.place(number, {
    branch,
    sha: headSha,
    repository: { id: REPOSITORY_ID, full_name: 'octo/widget' },
  });
  world.api.commands.addRun({
    id: runId,
    headSha,
    conclusion: run.exitCode === 0 ? 'success' : 'failure',
    pullRequests: [number],
    ...check,
  });
  return { number, headSha, runId, run };
}

export interface Placed extends Omit<Checked, 'run'> {
  readonly place: PullPlace;
}

let placed = 0;

/** A pull request with a report of its own head, without any check having run. */
export async function placeChecked(
  world: Pick<World, 'api'>,
  check: Partial<RunDraft> = {},
  { reportedOn }: { readonly reportedOn?: string } = {},
): Promise<Placed> {
  placed += 1;
  runs += 1;
  const [number, runId] = [((placed - 1) % 40) + 1, runs];
  const headSha = createHash('sha1').update(`head ${runId}`).digest('hex');
  const place = {
    branch: `change-${number}`,
    sha: headSha,
    repository: { id: REPOSITORY_ID, full_name: 'octo/widget' },
  };
  world.api.actions.place(number, place);
  world.api.setHead(number, headSha);
  for (const { id } of await world.api.comments(number)) await world.api.deleteComment(id);
  const stamp = { headSha: reportedOn ?? headSha, runId: String(runId), runAttempt: '1' };
  const body = `${commentMarker('default', stamp).line}\n### A report\n\nNothing moved.`;
  await world.api.addComment(number, body, await world.api.token());
  world.api.commands.addRun({ id: runId, headSha, pullRequests: [number], ...check });
  return { number, headSha, runId, place };
}

/** The second attempt of a check, as GitHub starts it. */
export function runAgain(world: World, { number, runId }: Checked, options: RunOptions = {}): Promise<Run> {
  const environment = { GITHUB_RUN_ID: String(runId), GITHUB_RUN_ATTEMPT: '2', ...options.environment };
  return world.runPullRequest(number, { ...options, environment });
}

export interface SayOptions extends RunOptions {
  /** Default: the owner. */
  readonly by?: string;
  /** Merged into the payload's `comment`. */
  readonly comment?: Readonly<Record<string, unknown>>;
  /** Default `created`. */
  readonly action?: string;
}

/** Writes a comment on a pull request and runs its event on the default branch, without a checkout. The comment's number, too. */
export async function say(
  world: World,
  number: number,
  body: string,
  { by = 'octo', comment = {}, action = 'created', ...options }: SayOptions = {},
): Promise<Run & { readonly comment: number }> {
  const id = await world.api.addComment(number, body, world.api.personToken(by));
  const written = { id, body, user: { login: by, type: 'User' }, created_at: '2026-11-20T11:00:00Z' };
  const payload = {
    action,
    repository: { id: REPOSITORY_ID },
    issue: { number, pull_request: { url: 'https://api.github.com/' } },
    comment: merge(written, comment),
  };
  const run = await world.runEvent({
    event: 'issue_comment',
    ref: 'refs/heads/main',
    permissions: { actions: 'write', pull_requests: 'write' },
    scopes: READ_ONLY_MAIN,
    prepare: emptyWorkspace,
    ...options,
    payload: merge(payload, options.payload ?? {}),
  });
  return { ...run, comment: id };
}

/** No step checked anything out. */
async function emptyWorkspace(workspace: string): Promise<void> {
  await rm(workspace, { recursive: true });
  await mkdir(workspace);
}

/** Names of a run's requests that change something. */
export function writes(run: Run): readonly string[] {
  return run.requests
    .filter(({ method, operation }) => method !== 'GET' && operation !== 'graphql')
    .map(({ operation }) => operation);
}
