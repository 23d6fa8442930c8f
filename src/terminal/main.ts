import { realpath, stat } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { repositoryFiles } from '../config/repository-file.ts';
import { UserError } from '../errors.ts';
import { check } from '../jobs/check.ts';
import { changesFromGit } from '../jobs/history/changes.ts';
import type { JobRequest } from '../jobs/job.ts';
import { record } from '../jobs/record.ts';
import { type Ending, type ExitStatus, endingOfError } from '../jobs/status.ts';
import { triage } from '../jobs/triage.ts';
import { createPriority } from '../measure/bench/priority.ts';
import type { Logger } from '../ports.ts';
import { createGit } from '../process/git.ts';
import { readMachine } from '../process/machine.ts';
import { type ClosableRunner, createProcessRunner } from '../process/runner.ts';
import { closeOnSignal } from '../process/signals.ts';
import { createDirectoryStore } from '../store/directory.ts';
import { createHistoryDirectory } from '../store/history/directory.ts';
import { createCargoToolchain } from '../toolchain/cargo/cargo.ts';
import { VERSION } from '../version.ts';
import { type Arguments, parseArguments, USAGE } from './arguments.ts';
import { badge } from './badge.ts';
import { endingInTerminal } from './ending.ts';
import { judge } from './judge.ts';
import { createTerminalLogger } from './logger.ts';
import { checkTargets, createTerminalPresenter } from './presenter.ts';
import { comparedCommits } from './revisions.ts';
import { createTerminalTriagePresenter, NO_LINKS } from './triage-presenter.ts';

/** Runs the command line. Resolves to the exit status of design §5. */
export async function main(world: NodeJS.Process): Promise<ExitStatus> {
  const ending = await answer(world).catch(endingOfError);
  if (ending.message !== null) world.stderr.write(`tare: ${ending.message}\n`);
  return ending.status;
}

async function answer(world: NodeJS.Process): Promise<Ending> {
  if (world.argv[2] === 'judge') {
    world.stdout.write(await judge(world.argv.slice(3), world));
    return { status: 0, message: null };
  }
  if (world.argv[2] === 'badge') {
    world.stdout.write(await badge(world.argv.slice(3), world));
    return { status: 0, message: null };
  }
  const parsed = parseArguments(world.argv.slice(2));
  if (parsed === 'help' || parsed === 'version') {
    world.stdout.write(`${parsed === 'help' ? USAGE : VERSION}\n`);
    return { status: 0, message: null };
  }
  const { env: environment, platform } = world;
  const runner = createProcessRunner({ environment, platform, temporary: tmpdir() });
  closeOnSignal(world, runner);
  try {
    return await run(parsed, world, runner);
  } finally {
    await runner.close();
  }
}

async function run(args: Arguments, world: NodeJS.Process, runner: ClosableRunner): Promise<Ending> {
  const directory = await realFolder(resolve(world.cwd(), args.repo));
  const logger = createTerminalLogger(world.stderr, args.quiet);
  const git = createGit(runner, directory);
  const root = await git.root();
  const config = await loadConfig({
    root,
    directory,
    file: args.config === null ? null : resolve(world.cwd(), args.config),
    fileAnywhere: true,
    overrides: {
      failOn: args.failOn,
      comment: null,
      configurations: args.configurations.length === 0 ? null : args.configurations,
    },
    readFile: repositoryFiles(root),
  });
  await checkTargets(args, world.cwd());
  const store = await storeFolder(resolve(world.cwd(), args.store ?? join(root, '.tare')));
  const history = createHistoryDirectory({ directory: join(store, 'history') });
  const parts = { args, cwd: world.cwd(), stdout: world.stdout, logger };
  const ports = {
    logger,
    clock: { now: () => new Date() },
    runner,
    git,
    store: createDirectoryStore({ directory: store, logger }),
    history: config.history.enabled ? history : null,
    changes: changesFromGit(git),
    presenter: createTerminalPresenter(parts),
    toolchains: [createCargoToolchain({ runner, logger, environment: world.env })],
    machine: await readMachine({ environment: world.env, platform: world.platform }),
    temporary: tmpdir(),
    priority: createPriority({ platform: world.platform, pid: world.pid }),
    jobs: availableParallelism(),
  };
  if (args.command === 'triage') {
    const request = {
      root,
      directory,
      config,
      head: await git.resolve('HEAD'),
      notes: [],
      since: args.since,
    };
    await triage(request, {
      ...ports,
      history,
      triagePresenter: createTerminalTriagePresenter(parts),
      triageLinks: NO_LINKS,
      ancestry: async (sha, limit) => (await git.firstParents(sha, limit - 1)).commits,
    });
    return { status: 0, message: null };
  }
  const { head, commits } = await comparedCommits(args, git, config.baseline.ancestors);
  const notes = await notesOn(args, git, logger);
  const request: JobRequest = { root, directory, config, head, notes, commits };
  const result = args.command === 'record' ? await record(request, ports) : await check(request, ports);
  return endingInTerminal(result, args);
}

/** Found out before anything is built. What is not there yet is made when something is stored. */
async function storeFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null || found.isDirectory()) return path;
  throw new UserError(`${path} is not a folder, so no baselines can be kept there; correct --store`);
}

/** git tells the repository's root without links, and the folder must lie below it. */
async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    throw new UserError(`there is no folder ${path}; correct --repo`);
  }
}

/** A baseline with uncommitted changes would be wrong about its commit for as long as it is kept. */
async function notesOn(
  { command }: Arguments,
  git: { isDirty(): Promise<boolean> },
  logger: Logger,
): Promise<readonly string[]> {
  if (!(await git.isDirty())) return [];
  if (command === 'record') {
    throw new UserError(
      "the working tree has uncommitted changes or new files, which would be stored as the commit's baseline; commit, stash or ignore them, or weigh them with `tare check --base HEAD`",
    );
  }
  const note = 'The working tree has uncommitted changes, and they are part of the measured build.';
  logger.warning(note);
  return [note];
}
