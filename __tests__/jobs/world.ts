import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { changesFromGit } from '../../src/jobs/history/changes.ts';
import type { JobRequest } from '../../src/jobs/job.ts';
import type { JobPorts } from '../../src/jobs/ports.ts';
import { ORDINARY } from '../../src/measure/bench/priority.ts';
import { createGit } from '../../src/process/git.ts';
import { createProcessRunner } from '../../src/process/runner.ts';
import type { Report } from '../../src/report/report.ts';
import { createDirectoryStore } from '../../src/store/directory.ts';
import type { Build, BuildRequest } from '../../src/toolchain/toolchain.ts';
import { git } from '../support/git.ts';
import { type RecordingLogger, recordingLogger } from '../support/recording-logger.ts';

/** A repository of two commits whose "compiler" is the test's own. */
export interface JobWorld {
  readonly request: JobRequest;
  readonly ports: JobPorts;
  readonly logger: RecordingLogger;
  readonly reports: readonly Report[];
  /** The store's folder. */
  readonly store: string;
}

/** `compile` may throw; `toml` is tare.toml. The commit before the checked-out one is the base. */
export async function makeWorld(
  toml: string,
  compile: (request: BuildRequest) => void,
  rustc: () => string = () => '1.90.0',
): Promise<JobWorld> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'tare-jobs-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [root, store, temporary] = [join(folder, 'project'), join(folder, 'store'), join(folder, 'tmp')];
  await mkdir(root);
  await git(root, 'init', '-q', '-b', 'main');
  await git(root, 'commit', '-q', '--allow-empty', '-m', 'First');
  await git(root, 'commit', '-q', '--allow-empty', '-m', 'Second');
  const base = await git(root, 'rev-parse', 'HEAD~1');
  const head = await git(root, 'rev-parse', 'HEAD');
  const config = await loadConfig({
    root,
    directory: root,
    file: null,
    overrides: { failOn: null, comment: null, configurations: null },
    readFile: async (path) => (path === 'tare.toml' ? Buffer.from(toml) : null),
  });
  const logger = recordingLogger();
  const runner = createProcessRunner({ environment: process.env, platform: process.platform, temporary });
  const reports: Report[] = [];
  const build = async (request: BuildRequest): Promise<Build> => {
    compile(request);
    const path = join(request.scratch, 'tiny');
    await writeFile(path, Buffer.from('\0asm\x01\0\0\0', 'latin1'));
    return {
      identity: { 'toolchain.rustc': rustc() },
      packages: [],
      programs: [{ name: 'tiny', kind: 'other', package: 'tiny', path }],
      usage: null,
      counts: { units: 1, dependencies: 0, buildScripts: 0, procMacros: 0, duplicateCrates: 0 },
      warnings: [],
    };
  };
  const ports: JobPorts = {
    logger,
    clock: { now: () => new Date('2026-11-20T10:00:00Z') },
    runner,
    git: createGit(runner, root),
    store: createDirectoryStore({ directory: store, logger }),
    history: null,
    changes: changesFromGit(createGit(runner, root)),
    presenter: { present: async (report) => void reports.push(report) },
    toolchains: [{ name: 'cargo', detect: async () => true, build }],
    machine: { 'machine.os': 'linux', 'machine.arch': 'x86_64' },
    temporary,
    priority: ORDINARY,
    jobs: 1,
  };
  const request: JobRequest = { root, directory: root, config, head, notes: ['A note.'], commits: [base] };
  return { request, ports, logger, reports, store };
}
