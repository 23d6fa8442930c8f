import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { changesFromGit } from '../../../src/jobs/history/changes.ts';
import type { JobRequest } from '../../../src/jobs/job.ts';
import type { JobPorts } from '../../../src/jobs/ports.ts';
import { ORDINARY } from '../../../src/measure/bench/priority.ts';
import { createGit } from '../../../src/process/git.ts';
import { type ClosableRunner, createProcessRunner } from '../../../src/process/runner.ts';
import { createDirectoryStore } from '../../../src/store/directory.ts';
import { createCargoToolchain } from '../../../src/toolchain/cargo/cargo.ts';
import { git } from '../../support/git.ts';
import { type OwnWorkspace, ownWorkspace, vendored } from '../../support/own-workspace.ts';
import { type RecordingLogger, recordingLogger } from '../../support/recording-logger.ts';
import type { Files } from '../../support/tiny-project.ts';

/** A repository of two commits, the base and the checked-out head, that the real cargo builds. */
export interface CompileWorld {
  readonly request: JobRequest;
  readonly ports: JobPorts;
  readonly runner: ClosableRunner;
  readonly logger: RecordingLogger;
}

type Shape = Omit<OwnWorkspace, 'vendor'>;

export interface Sides {
  readonly base: Shape;
  /** Left out: the base's. */
  readonly head?: Shape;
  /** Over the workspace's own files, of the base and of the head. */
  readonly baseFiles?: Files;
  readonly headFiles?: Files;
  readonly toml?: string;
}

export async function compileWorld(sides: Sides): Promise<CompileWorld> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'tare-compile-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [root, temporary] = [join(folder, 'project'), join(folder, 'tmp')];
  const vendor = join(folder, 'vendor');
  await write(folder, vendored('vendor'));
  await git(await made(root), 'init', '-q', '-b', 'main');
  const commit = async (shape: Shape, files: Files) => {
    await write(root, { ...ownWorkspace({ ...shape, vendor }), ...files });
    await git(root, 'add', '--all');
    await git(root, 'commit', '-q', '--allow-empty', '-m', 'Change');
    return git(root, 'rev-parse', 'HEAD');
  };
  const base = await commit(sides.base, sides.baseFiles ?? {});
  const head = await commit(sides.head ?? sides.base, sides.headFiles ?? {});
  const toml = sides.toml ?? '';
  const config = await loadConfig({
    root,
    directory: root,
    file: null,
    overrides: { failOn: null, comment: null, configurations: null },
    readFile: async (path) => (path === 'tare.toml' ? Buffer.from(toml) : null),
  });
  const logger = recordingLogger();
  const environment = process.env;
  const runner = createProcessRunner({ environment, platform: process.platform, temporary });
  onTestFinished(() => runner.close());
  const ports: JobPorts = {
    logger,
    clock: { now: () => new Date('2026-11-20T10:00:00Z') },
    runner,
    git: createGit(runner, root),
    store: createDirectoryStore({ directory: join(folder, 'store'), logger }),
    history: null,
    changes: changesFromGit(createGit(runner, root)),
    presenter: { present: async () => undefined },
    toolchains: [createCargoToolchain({ runner, logger, environment })],
    machine: { 'machine.os': 'linux', 'machine.arch': 'x86_64' },
    temporary,
    priority: ORDINARY,
    jobs: 2,
  };
  const request: JobRequest = { root, directory: root, config, head, notes: [], commits: [base] };
  return { request, ports, runner, logger };
}

async function write(folder: string, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    if (text === null) await rm(path, { force: true });
    else await writeFile(path, text);
  }
}

async function made(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return folder;
}
