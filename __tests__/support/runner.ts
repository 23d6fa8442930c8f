import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluateCondition, type JobStatus } from './runner-condition.ts';
import { baseEnvironment, githubContext } from './runner-environment.ts';
import {
  CommandFiles,
  inputVariables,
  type Manifest,
  readManifest,
  type StepFiles,
  unexpectedInputs,
} from './runner-files.ts';
import { type Annotation, SecretMasker, StepLog } from './runner-log.ts';
import { runStep, type StepEnd } from './runner-process.ts';

export interface ActionRun {
  /** Folder of `action.yml`. Default: this repository. */
  readonly action?: string;
  /** The checkout: where the step runs. */
  readonly workspace: string;
  readonly event: string;
  readonly payload: unknown;
  readonly inputs?: Readonly<Record<string, string>>;
  /** On top of the runner's: `GITHUB_API_URL`, `ACTIONS_RESULTS_URL`, `PATH`, and whatever the runner must not decide itself. */
  readonly environment?: Readonly<Record<string, string>>;
  /** `owner/name`. Default `octo/widget`. */
  readonly repository?: string;
  /** Default: what the workspace has checked out. */
  readonly sha?: string;
  /** Default: `refs/pull/N/merge` for a pull request, else `refs/heads/main`. */
  readonly ref?: string;
  /** GITHUB_TOKEN: the value of `github.token`, masked. */
  readonly token?: string;
  /** Cancels the step after so many seconds, once a line of output is such, or when a promise is fulfilled. */
  readonly cancelAfter?: number | ((line: string) => boolean) | Promise<unknown>;
  /** Kills everything then. Default 300. */
  readonly timeoutSeconds?: number;
  /** The runner's own folder, kept afterwards; on a hosted runner it is the same for every job. Default: a new one, removed. */
  readonly root?: string;
}

export interface StepResult {
  /** What the job's page shows for the step. */
  readonly status: JobStatus;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  /** What the log page shows: secrets masked, commands as `##[…]`. */
  readonly log: string;
  /** The raw lines of each stream, secrets and all. */
  readonly stdout: string;
  readonly stderr: string;
  readonly debug: readonly string[];
  /** At most ten of each level. */
  readonly annotations: readonly Annotation[];
  /** Annotations beyond that. */
  readonly droppedAnnotations: number;
  readonly groups: readonly string[];
  /** Titles of those that began inside another. */
  readonly nestedGroups: readonly string[];
  /** Names of all commands that were carried out. */
  readonly commands: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** Set through GITHUB_ENV. */
  readonly env: Readonly<Record<string, string>>;
  /** null: nothing written, or more than 1 MiB and dropped with an error. */
  readonly summary: string | null;
  /** Signals of a cancellation, in order, and how long the end took after the first. */
  readonly signals: readonly NodeJS.Signals[];
  readonly endedAfterMs: number | null;
  /** Processes that outlived the step; killed afterwards. null: not known on this system. */
  readonly leftBehind: StepEnd['leftBehind'];
  readonly durationMs: number;
}

export interface ActionResult extends StepResult {
  /** null: the action has no post step, or its condition does not hold. */
  readonly post: StepResult | null;
  /** Files that were left in RUNNER_TEMP, relative to it. */
  readonly temporaryFiles: readonly string[];
}

/** Runs an action's main and post step as the runner does. Errors: Error for what the harness cannot do. */
export async function runAction(run: ActionRun): Promise<ActionResult> {
  const action = run.action ?? fileURLToPath(new URL('../..', import.meta.url));
  const manifest = await readManifest(action);
  if (run.root !== undefined) await mkdir(run.root, { recursive: true });
  const root = await realpath(run.root ?? (await mkdtemp(join(tmpdir(), 'tare-runner-'))));
  try {
    const job = await prepare(run, action, manifest, root);
    const main = await runOne(job, manifest.runs.main, {}, cancellation(run));
    const post = await runPost(job, main);
    return { ...main, post, temporaryFiles: await listFiles(job.temporary) };
  } finally {
    if (run.root === undefined) await rm(root, { recursive: true, force: true });
  }
}

interface Job {
  readonly run: ActionRun;
  readonly action: string;
  readonly manifest: Manifest;
  readonly masker: SecretMasker;
  readonly temporary: string;
  readonly environment: Readonly<Record<string, string>>;
}

const HARNESS_FOLDERS = ['_runner_file_commands', '_github_workflow'];
/** Source: GitHub's "Usage limits": outputs of a job, in UTF-16. */
const MAX_OUTPUT_BYTES = 1024 * 1024;

async function prepare(run: ActionRun, action: string, manifest: Manifest, root: string): Promise<Job> {
  const temporary = join(root, '_temp');
  const eventPath = join(temporary, '_github_workflow', 'event.json');
  await mkdir(dirname(eventPath), { recursive: true });
  await writeFile(eventPath, JSON.stringify(run.payload, null, 2));
  const masker = new SecretMasker();
  const token = run.token ?? 'ghs_0123456789abcdefghijABCDEFGHIJ012345';
  masker.add(token);
  const github = await githubContext(run, eventPath, token);
  const { token: _, ...shown } = github;
  const variables = Object.entries(shown).map(([name, value]) => [`GITHUB_${name.toUpperCase()}`, value]);
  const environment = {
    ...baseEnvironment(root, temporary),
    ...Object.fromEntries(variables),
    ...run.environment,
    ...inputVariables(manifest, run.inputs ?? {}, github),
  };
  return { run, action, manifest, masker, temporary, environment };
}

async function runPost(job: Job, main: StepResult): Promise<StepResult | null> {
  const { post, 'post-if': condition } = job.manifest.runs;
  if (post === undefined || !evaluateCondition(condition, main.status)) return null;
  const state = Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value]);
  const carried = { ...main.env, ...Object.fromEntries(state) };
  return runOne(job, post, carried, {
    signal: new AbortController().signal,
    watch: () => {},
    stop: () => {},
  });
}

interface Cancellation {
  readonly signal: AbortSignal;
  readonly watch: (line: string) => void;
  readonly stop: () => void;
}

function cancellation({ cancelAfter }: ActionRun): Cancellation {
  const controller = new AbortController();
  const timer =
    typeof cancelAfter === 'number' ? setTimeout(() => controller.abort(), cancelAfter * 1000) : undefined;
  if (cancelAfter instanceof Promise) void cancelAfter.then(() => controller.abort());
  return {
    signal: controller.signal,
    watch: (line) => {
      if (typeof cancelAfter === 'function' && cancelAfter(line)) controller.abort();
    },
    stop: () => clearTimeout(timer),
  };
}

async function runOne(
  job: Job,
  script: string,
  carried: Readonly<Record<string, string>>,
  cancel: Cancellation,
): Promise<StepResult> {
  const { masker, run } = job;
  const id = randomUUID();
  const log = new StepLog(masker);
  const streams: Record<'stdout' | 'stderr', string[]> = { stdout: [], stderr: [] };
  for (const name of unexpectedInputs(job.manifest, run.inputs ?? {})) {
    log.annotate(
      'warning',
      `Unexpected input(s) '${name}', valid inputs are ['${Object.keys(job.manifest.inputs).join("', '")}']`,
    );
  }
  const files = await CommandFiles.create(join(job.temporary, '_runner_file_commands'), id);
  const end = await runStep({
    file: runnerNode(),
    args: [resolve(job.action, script)],
    cwd: run.workspace,
    environment: { ...job.environment, ...carried, ...files.variables, RUNNER_TRACKING_ID: `github_${id}` },
    cancel: cancel.signal,
    timeoutSeconds: run.timeoutSeconds ?? 300,
    onLine: (line, stream) => {
      streams[stream].push(line);
      log.read(line);
      cancel.watch(line);
    },
  });
  cancel.stop();
  const written = await files.read(log, masker);
  const result = resultOf(end, log, written, streams, masker, cancel.signal.aborted);
  return { ...result, env: { ...result.env, ...pathWith(written.path, job.environment['PATH'] ?? '') } };
}

function resultOf(
  end: StepEnd,
  log: StepLog,
  files: StepFiles,
  streams: Readonly<Record<'stdout' | 'stderr', readonly string[]>>,
  masker: SecretMasker,
  cancelled: boolean,
): StepResult {
  const outputs = passedOn(new Map([...log.outputs, ...files.output]), log, masker);
  const failed = end.exitCode !== 0 || log.failed || end.timedOut;
  return {
    status: cancelled ? 'cancelled' : failed ? 'failure' : 'success',
    exitCode: end.exitCode,
    signal: end.signal,
    timedOut: end.timedOut,
    log: log.lines.join('\n'),
    stdout: streams.stdout.join('\n'),
    stderr: streams.stderr.join('\n'),
    debug: log.debug,
    annotations: log.annotations,
    droppedAnnotations: log.dropped,
    groups: log.groups,
    nestedGroups: log.nestedGroups,
    commands: log.commands,
    outputs,
    state: Object.fromEntries([...log.state, ...files.state]),
    env: Object.fromEntries(files.env),
    summary: files.summary,
    signals: end.sent,
    endedAfterMs: end.endedAfterMs,
    leftBehind: end.leftBehind,
    durationMs: end.durationMs,
  };
}

/** Outputs as another job would see them: none that holds a secret, and none at all beyond the limit. */
function passedOn(
  outputs: ReadonlyMap<string, string>,
  log: StepLog,
  masker: SecretMasker,
): Record<string, string> {
  const safe = [...outputs].filter(([name, value]) => {
    if (masker.hides(value)) log.annotate('warning', `Skip output '${name}' since it may contain secret.`);
    return !masker.hides(value);
  });
  const bytes = safe.reduce((sum, [name, value]) => sum + 2 * (name.length + value.length), 0);
  if (bytes <= MAX_OUTPUT_BYTES) return Object.fromEntries(safe);
  log.annotate('error', `The outputs take ${bytes} bytes in UTF-16, and a job may have ${MAX_OUTPUT_BYTES}.`);
  return {};
}

/** Source: actions/runner, Handler.AddPrependPathToEnvironment: the last one added comes first. */
function pathWith(added: readonly string[], path: string): Record<string, string> {
  return added.length === 0 ? {} : { PATH: [...added.toReversed(), path].join(delimiter) };
}

/** The real Node 24 of the npm package, not a link or a wrapper: signals must reach it. */
function runnerNode(): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return fileURLToPath(new URL(`../../node_modules/node/bin/${name}`, import.meta.url));
}

async function listFiles(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !HARNESS_FOLDERS.some((folder) => path.startsWith(`${folder}/`)))
    .toSorted();
}
