import { readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as core from '@actions/core';
import type { Config } from '../config/config.ts';
import { type Inputs, loadInputs } from '../config/inputs.ts';
import { insideRepository, loadConfig } from '../config/load.ts';
import { quote } from '../config/quote.ts';
import { repositoryFiles } from '../config/repository-file.ts';
import { Cancelled, UserError } from '../errors.ts';
import { check } from '../jobs/check.ts';
import { changesFromGit } from '../jobs/history/changes.ts';
import type { JobRequest, JobResult } from '../jobs/job.ts';
import type { JobPorts, Presenter } from '../jobs/ports.ts';
import type { Published } from '../jobs/publish.ts';
import { record } from '../jobs/record.ts';
import type { Responded } from '../jobs/respond.ts';
import { type Ending, endingOf, endingOfError } from '../jobs/status.ts';
import { createPriority } from '../measure/bench/priority.ts';
import type { Logger } from '../ports.ts';
import { concealSecrets } from '../process/conceal.ts';
import { createGit, type Git } from '../process/git.ts';
import { inertLine } from '../process/inert.ts';
import { readMachine } from '../process/machine.ts';
import { type ClosableRunner, createProcessRunner } from '../process/runner.ts';
import { closeOnSignal } from '../process/signals.ts';
import { createActionsCacheStore } from '../store/actions-cache.ts';
import { createCacheClient } from '../store/cache-client.ts';
import { MAX_ENTRY_BYTES } from '../store/entry.ts';
import { createDataBranch } from '../store/history/data-branch.ts';
import type { HistoryStore } from '../store/history-store.ts';
import { createCargoToolchain } from '../toolchain/cargo/cargo.ts';
import { createActionLogger } from './action-logger.ts';
import { askedBenches } from './asked-benches.ts';
import { refreshBadges } from './badges.ts';
import { changesOf } from './changes.ts';
import { emptyCommandFiles } from './command-files.ts';
import { commentName } from './comment-marker.ts';
import { comparedCommits } from './compared-commits.ts';
import type { RunContext } from './context.ts';
import type { GitHub } from './github.ts';
import { jobFor, type NoJob, triageFollows } from './job.ts';
import { pullRequestInQueue } from './merge-queue.ts';
import { createGitHub } from './octokit.ts';
import { createActionPresenter, type PresenterParts } from './presenter.ts';
import { publishRun } from './publish.ts';
import { readContext } from './read-context.ts';
import { respondTo } from './respond.ts';
import { recordThenTriage, type TriageResult, triageAlone } from './triage.ts';

/** Runs the action. Resolves to the step's exit status; what went wrong is an error annotation. */
export async function main(world: NodeJS.Process): Promise<0 | 1> {
  concealSecrets(world);
  const logger = createActionLogger(core);
  const temporary = world.env['RUNNER_TEMP'] ?? world.cwd();
  const runner = createProcessRunner({ environment: world.env, platform: world.platform, temporary });
  const cancel = new AbortController();
  closeOnSignal(world, runner, cancel);
  const ending = await run(world, runner, logger, cancel.signal).then(
    endingOfRun,
    async (thrown: unknown) => {
      // Nothing was presented, so what stands in the command files is not ours.
      await emptyCommandFiles(world.env);
      return endingOfError(thrown);
    },
  );
  await runner.close();
  if (ending.message === null) return 0;
  core.error(ending.message, { title: 'Tare' });
  return 1;
}

function endingOfRun(result: JobResult | NoJob | Published | Responded | TriageResult): Ending {
  if ('triage' in result) return { status: 0, message: null };
  if ('report' in result) return endingOf(result);
  if ('published' in result) return endingOfPublished(result);
  core.notice(inertLine(result.reason), { title: 'Tare' });
  return { status: 0, message: null };
}

/** What is refused is no failure of the default branch: one annotation says it. */
function endingOfPublished(result: Published): Ending {
  if (!result.published) {
    const tell = result.level === 'warning' ? core.warning : core.notice;
    tell(inertLine(result.reason), { title: 'Tare' });
  }
  return { status: 0, message: null };
}

async function run(
  world: NodeJS.Process,
  runner: ClosableRunner,
  logger: Logger,
  cancel: AbortSignal,
): Promise<JobResult | NoJob | Published | Responded | TriageResult> {
  const inputs = loadInputs((name) => core.getInput(name));
  if (inputs.token !== null) core.setSecret(inputs.token);
  const context = await readContext(world.env, (path) => readFile(path, 'utf8'));
  const job = jobFor(context, inputs.mode, inputs.pullRequest);
  if (typeof job !== 'string') return job;
  if (job === 'respond') return respondTo({ inputs, context, logger, sleep });
  if (job === 'publish') {
    const store = createStore({ world, logger, cancel, context });
    const github = githubFor(inputs, context, logger);
    const setOutput = (name: string, value: string) => core.setOutput(name, value);
    return publishRun({ inputs, context, github, store, logger, sleep, setOutput });
  }
  const git = await withToken(createGit(runner, context.workspace), inputs.token);
  if (await git.keepsCredentials()) core.notice(KEPT_CREDENTIALS, { title: 'Tare' });
  const config = await loadConfig({
    root: context.workspace,
    directory: inputs.workingDirectory,
    file: inputs.config,
    overrides: inputs.overrides,
    readFile: repositoryFiles(context.workspace),
  });
  const project = await projectFolder(context.workspace, inputs.workingDirectory);
  const github = githubFor(inputs, context, logger);
  const limit = config.baseline.ancestors;
  const { head, commits } = await comparedCommits({ job, context, git, github, limit, logger });
  const asked = job === 'check' ? await askedBenches(context, github, logger) : null;
  const request: JobRequest = {
    root: context.workspace,
    directory: resolve(context.workspace, project),
    config,
    head,
    notes: asked === null ? [] : [asked.note],
    only: asked?.only,
    commits,
    origin: {
      run: `${context.runId}.${context.runAttempt}`,
      pullRequest: context.pullRequest?.number ?? pullRequestInQueue(context.ref),
    },
  };
  const ports = await portsFor({
    world,
    runner,
    logger,
    cancel,
    git,
    context,
    config,
    github,
    project,
    inputs,
  });
  if (job === 'check') return check(request, ports);
  const name = commentName(project, inputs.overrides.configurations);
  const before = () => beforePresenting({ runner, world, cancel });
  const triage = { request, ports, context, git, github, core, name, before };
  const follows = triageFollows(context, inputs.mode, job);
  const made = job === 'triage' ? triageAlone : follows ? recordThenTriage : () => record(request, ports);
  const result = await made(triage);
  await refreshBadges(triage);
  return result;
}

/** The input "working-directory" relative to the checkout. Errors: UserError when it is none of its folders. */
async function projectFolder(root: string, directory: string): Promise<string> {
  const project = insideRepository(root, directory, 'input "working-directory"');
  const found = await stat(resolve(root, project)).catch(() => null);
  if (found?.isDirectory()) return project;
  throw new UserError(
    `input "working-directory": there is no folder ${quote(directory)} in the checkout; correct the path, or check out the repository first`,
  );
}

interface PortParts {
  readonly world: NodeJS.Process;
  readonly cancel: AbortSignal;
  readonly runner: ClosableRunner;
  readonly logger: Logger;
  readonly git: Git;
  readonly context: RunContext;
  readonly config: Config;
  readonly github: GitHub | null;
  readonly project: string;
  readonly inputs: Inputs;
}

async function portsFor(parts: PortParts): Promise<JobPorts> {
  const { world, runner, logger, git, context, config, github } = parts;
  const environment = world.env;
  return {
    logger,
    clock: { now: () => new Date() },
    runner,
    git,
    store: createStore(parts),
    history: historyFor(parts),
    changes: changesOf(github, changesFromGit(git), logger),
    presenter: afterChildren(parts, {
      core,
      context,
      name: commentName(parts.project, parts.inputs.overrides.configurations),
      github: config.comment ? github : null,
      logger,
    }),
    toolchains: [createCargoToolchain({ runner, logger, environment })],
    machine: await readMachine({ environment, platform: world.platform }),
    temporary: context.temporary,
    // A hosted runner is a machine of the job's own, where sudo asks for nothing; elsewhere it is somebody's.
    priority: createPriority({
      platform: world.platform,
      pid: world.pid,
      sudo: environment['RUNNER_ENVIRONMENT'] === 'github-hosted',
    }),
    jobs: availableParallelism(),
  };
}

function createStore(
  parts: Pick<PortParts, 'world' | 'logger' | 'cancel' | 'context'>,
): ReturnType<typeof createActionsCacheStore> {
  const { world, logger, cancel, context } = parts;
  const environment = world.env;
  const client = createCacheClient({
    worker: fileURLToPath(new URL('./cache-worker.js', import.meta.url)),
    environment,
    onLine: (line) => logger.debug(line),
    maxRestoreBytes: 2 * MAX_ENTRY_BYTES,
    cancel,
  });
  return createActionsCacheStore({
    client,
    logger,
    temporary: context.temporary,
    token: environment['ACTIONS_RUNTIME_TOKEN'],
    cacheMode: environment['ACTIONS_CACHE_MODE'],
  });
}

/** Presents into command files that hold nothing of the children's; not after a cancel. */
function afterChildren(parts: PortParts, presented: PresenterParts): Presenter {
  const presenter = createActionPresenter(presented);
  return {
    present: async (report, gate, data) => {
      await beforePresenting(parts);
      await presenter.present(report, gate, data);
    },
  };
}

async function beforePresenting({
  runner,
  world,
  cancel,
}: Pick<PortParts, 'runner' | 'world' | 'cancel'>): Promise<void> {
  await runner.endAll();
  if (cancel.aborted) throw new Cancelled();
  await emptyCommandFiles(world.env);
}

function githubFor(inputs: Inputs, context: RunContext, logger: Logger): GitHub | null {
  if (inputs.token === null) return null;
  return createGitHub({
    token: inputs.token,
    apiUrl: context.apiUrl,
    owner: context.owner,
    repository: context.repository,
    logger,
    sleep,
  });
}

/** The data branch; null where it is switched off, or nothing may be asked of GitHub. */
function historyFor({ config, github, git, context, logger }: PortParts): HistoryStore | null {
  const { enabled, branch } = config.history;
  if (!enabled || github === null) return null;
  return createDataBranch({
    branch: github.branch(branch),
    snapshot: (into) => git.snapshot(branch, into),
    temporary: context.temporary,
    logger,
    now: () => new Date(),
    sleep,
  });
}

function sleep(seconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, seconds * 1000));
}

const KEPT_CREDENTIALS =
  'The checkout holds its token in git’s configuration, where every build script and program can read it; Tare cannot hide it. Give the checkout step "persist-credentials: false".';

/** The checkout keeps no credentials (`persist-credentials: false`), and a private repository wants some for a fetch. */
async function withToken(git: Git, token: string | null): Promise<Git> {
  if (token === null) return git;
  // Before any code of the project runs: the token goes where the checkout came from, whatever that code writes.
  const source = await git.source();
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  return {
    ...git,
    fetchCommit: (sha, options) => git.fetchCommit(sha, { header, ...source, ...options }),
    snapshot: (branch, into, options) => git.snapshot(branch, into, { header, ...source, ...options }),
  };
}
