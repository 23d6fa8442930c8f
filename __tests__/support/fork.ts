import { mkdir, readFile, rm } from 'node:fs/promises';
import { READ_ONLY_MAIN } from './cache-service.ts';
import type { Files } from './tiny-project.ts';
import { merge } from './webhooks.ts';
import type { RunOptions, World } from './world.ts';
import type { Run } from './world-run.ts';
import { zipOf } from './zip.ts';

/** The repository that a stranger's branches lie in. */
export const FORK = { id: 77, full_name: 'stranger/widget', name: 'widget', owner: { login: 'stranger' } };
/** Of octo/widget in GitHub's payloads here. */
export const REPOSITORY_ID = 1;
/** The repository as the head's of a pull request of its own. */
export const OWN = { id: REPOSITORY_ID, owner: { login: 'octo' } };

/** A fork's pull request after its check. */
export interface ForkPullRequest {
  readonly number: number;
  readonly branch: string;
  readonly headSha: string;
  /** Of the check. */
  readonly runId: string;
  readonly run: Run;
  /** What it left for upload-artifact; '' for nothing. */
  readonly data: string;
}

let runs = 5000;

/** Opens a pull request from a fork and runs its check with a token that may only read. */
export async function openForkPullRequest(
  world: World,
  files: Files,
  options: RunOptions = {},
): Promise<ForkPullRequest> {
  const runId = nextRunId();
  const { number, run } = await world.openPullRequest(files, forkOptions(runId, options));
  return placed(world, { number, run, runId });
}

/** Commits on the pull request's branch and runs its check. */
export async function pushToFork(
  world: World,
  { number }: Pick<ForkPullRequest, 'number'>,
  files: Files,
  options: RunOptions = {},
): Promise<ForkPullRequest> {
  const runId = nextRunId();
  const run = await world.pushToPullRequest(number, files, forkOptions(runId, options));
  return placed(world, { number, run, runId });
}

export function nextRunId(): string {
  runs += 1;
  return String(runs);
}

async function placed(
  world: World,
  { number, run, runId }: { readonly number: number; readonly run: Run; readonly runId: string },
): Promise<ForkPullRequest> {
  const branch = `change-${number}`;
  const headSha = await world.git.resolve(branch);
  world.api.actions.place(number, { branch, sha: headSha, repository: FORK });
  const data = run.outputs['report-data'] === undefined ? '' : await dataOf(run);
  return { number, branch, headSha, runId, run, data };
}

function forkOptions(runId: string, options: RunOptions): RunOptions {
  return {
    permissions: { contents: 'read', issues: 'read', pull_requests: 'read' },
    scopes: READ_ONLY_MAIN,
    ...options,
    environment: { GITHUB_RUN_ID: runId, ...options.environment },
    payload: merge({ pull_request: { head: { repo: FORK } } }, options.payload ?? {}),
  };
}

/** What a check left for upload-artifact; gone with the next run. */
export async function dataOf(run: Run): Promise<string> {
  const path = run.outputs['report-data'];
  if (path === undefined) throw new Error('The run left no report-data.');
  return readFile(path, 'utf8');
}

/** Does what actions/upload-artifact does with one file; the artifact's id. */
export function upload(
  world: World,
  runId: string,
  content: string | Buffer,
  name = 'report-data.json',
): number {
  return world.api.actions.addArtifact({ runId, archive: zipOf([{ name, content }]) });
}

export interface PublishOptions extends Omit<RunOptions, 'payload'> {
  /** Merged into the payload's `workflow_run`. */
  readonly run?: Readonly<Record<string, unknown>>;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** Runs stage two for the end of a check, without a checkout, as GitHub does on the default branch. */
export function publishRun(
  world: World,
  of: Pick<ForkPullRequest, 'runId' | 'branch' | 'headSha'>,
  { run = {}, payload = {}, ...options }: PublishOptions = {},
): Promise<Run> {
  const workflow_run = {
    id: Number(of.runId),
    run_attempt: 1,
    event: 'pull_request',
    status: 'completed',
    conclusion: 'success',
    path: '.github/workflows/tare.yml',
    head_sha: of.headSha,
    head_branch: of.branch,
    head_repository: FORK,
    repository: OWN,
    pull_requests: [],
    ...run,
  };
  return world.runEvent({
    event: 'workflow_run',
    ref: 'refs/heads/main',
    permissions: { actions: 'read', contents: 'read', pull_requests: 'write', statuses: 'write' },
    scopes: READ_ONLY_MAIN,
    prepare: emptyWorkspace,
    ...options,
    payload: merge({ action: 'completed', repository: { id: REPOSITORY_ID }, workflow_run }, payload),
  });
}

/** No step checked anything out. */
async function emptyWorkspace(workspace: string): Promise<void> {
  await rm(workspace, { recursive: true });
  await mkdir(workspace);
}
