import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UserError } from '../../errors.ts';
import type { Logger } from '../../ports.ts';
import type { ProcessRunner, Usage } from '../../process/command.ts';
import { downloadCredentials } from '../../process/environment.ts';
import type { Build, BuildRequest, Toolchain } from '../toolchain.ts';
import { benches } from './benches/benches.ts';
import { type Caller, createCaller, QUESTION_SECONDS } from './caller.ts';
import { countsOf } from './counts.ts';
import { BOOTSTRAP, cargoEnvironment, guardWarnings, incremental, type Variables } from './environment.ts';
import { fetchDependencies } from './fetch.ts';
import { effective } from './identity.ts';
import { layouts } from './layouts/layouts.ts';
import { relink } from './link-map/relink.ts';
import { linkerOf } from './linker.ts';
import { lockfileHash, parseLockfile } from './lockfile.ts';
import { guardLockfile, type LockfileGuard } from './lockfile-guard.ts';
import { findManifest, missingManifest } from './manifest.ts';
import type { Artifact } from './messages.ts';
import { ownCrates } from './own-crates/own-crates.ts';
import { packagesOf } from './packages.ts';
import { buildArguments, unitGraphArguments } from './plan.ts';
import { programsOf } from './programs.ts';
import { openProject, type Project } from './project.ts';
import type { RustcCall } from './rustc-call.ts';
import type { Selection } from './selection.ts';
import { type TimedBuild, timedBuild } from './timed-build.ts';
import { parseUnitGraph, type UnitGraph } from './unit-graph.ts';

export interface CargoPorts {
  readonly runner: ProcessRunner;
  readonly logger: Logger;
  /** The environment that the runner gives to programs: what the user's cargo would see. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Builds Cargo projects from nothing, in a private directory, and reads off how cargo really built them. */
export function createCargoToolchain(ports: CargoPorts): Toolchain {
  return {
    name: 'cargo',
    detect: async (directory) => findManifest(directory) !== null,
    build: (request) => build(ports, request),
    benches: (request) => benches(ports, request),
    layouts: (request, program, seeds) => layouts(ports, request, program, seeds),
    relink: (request, program, how) => relink(ports, request, program, how),
    ownCrates: (request, finished) => ownCrates(ports, request, finished),
  };
}

async function build(ports: CargoPorts, request: BuildRequest): Promise<Build> {
  const { directory, configuration } = request;
  if (findManifest(directory) === null) throw missingManifest(directory);
  const asker = createCaller(ports.runner, directory, cargoEnvironment(configuration.env));
  const project = await openProject(asker, configuration, ports.environment);
  const env = cargoEnvironment(configuration.env, project.settings);
  const caller = createCaller(ports.runner, directory, env);
  const guard = guardLockfile(project.lockfile);
  try {
    return await describe(ports, request, caller, await perform(ports, request, caller, project, guard));
  } finally {
    guard.restore();
  }
}

/** A build that is done, and what is known of it. */
interface Performed {
  readonly project: Project;
  readonly buildDirectory: string;
  /** Text of the Cargo.lock that the build used. */
  readonly lockfile: string;
  readonly graph: UnitGraph | null;
  readonly timed: TimedBuild;
  readonly fetchWarnings: readonly string[];
}

async function perform(
  { logger, environment }: CargoPorts,
  { configuration, scratch, jobs }: BuildRequest,
  caller: Caller,
  project: Project,
  guard: LockfileGuard,
): Promise<Performed> {
  const buildDirectory = path.join(scratch, 'target');
  const credentials = downloadCredentials(environment, process.platform);
  logger.progress('fetching dependencies');
  const options = { target: configuration.target, credentials, buildDirectory };
  const fetchWarnings = await fetchDependencies(caller, project, options, guard, logger);
  const lockfile = await lockfileText(project.lockfile);
  logger.progress('resolving the profile');
  const graph = await unitGraph(caller, project, path.join(scratch, 'graph'));
  const asks = graph?.roots.some((unit) => unit.profile.incremental) ?? false;
  const timed = await timedBuild(
    caller,
    {
      args: buildArguments(project.plan, buildDirectory, jobs),
      env: incremental(asks, configuration.env, environment),
      profile: configuration.profile,
      units: graph?.units.filter((unit) => unit.mode === 'build').length ?? null,
    },
    logger,
  );
  return { project, buildDirectory, lockfile, graph, timed, fetchWarnings };
}

async function describe(
  { environment }: CargoPorts,
  { configuration }: BuildRequest,
  caller: Caller,
  { project, buildDirectory, lockfile, graph, timed, fetchWarnings }: Performed,
): Promise<Build> {
  const { tables, host, selection, metadata } = project;
  const { artifacts, calls } = timed;
  const roots = artifacts.filter((artifact) => isRoot(artifact, selection));
  const places = [[buildDirectory, '<build>'] as const, [metadata.workspaceRoot, '<project>'] as const];
  const found = effective({ configuration, graph, roots, tables, host, calls, places });
  const { programs, warnings: programWarnings } = programsOf(artifacts, selection, buildDirectory);
  const cold = coldUsage(timed);
  const members = new Set(metadata.members.map((member) => member.id));
  return {
    identity: {
      'toolchain.name': 'cargo',
      'toolchain.cargo': project.cargo,
      'toolchain.rustc': await compilerVersion(caller, found.call ?? calls[0] ?? null),
      'toolchain.host': host,
      linker: await linkerOf(found.call, programs[0]?.path ?? null),
      lockfile: lockfileHash(lockfile),
      ...found.identity,
    },
    packages: packagesOf({ graph, artifacts, locked: parseLockfile(lockfile, project.lockfile), members }),
    programs,
    usage: cold.usage,
    counts: countsOf(graph, artifacts, members),
    warnings: [
      ...guardWarnings(project.settings, configuration.env, environment),
      ...project.warnings,
      ...fetchWarnings,
      ...found.warnings,
      ...programWarnings,
      ...cold.warnings,
    ].map(oneLine),
  };
}

/** Warnings quote the project, which may put anything into a name. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 1000);
}

/** Best effort: null from a cargo that has no graph, or another kind of it. In a directory of its own, so that nothing that cargo remembers of this call reaches the build. */
async function unitGraph(caller: Caller, project: Project, directory: string): Promise<UnitGraph | null> {
  const env: Variables = { ...BOOTSTRAP, CARGO_INCREMENTAL: undefined };
  const told = await caller.cargo(unitGraphArguments(project.plan, directory), {
    env,
    timeoutSeconds: QUESTION_SECONDS,
  });
  return told.exitCode === 0 ? parseUnitGraph(told.stdout) : null;
}

function isRoot(artifact: Artifact, selection: Selection): boolean {
  const { name, kind } = artifact.target;
  if (!selection.packages.some((member) => member.id === artifact.package_id)) return false;
  if (kind.includes('bin')) return selection.bins === 'all' || selection.bins.includes(name);
  return selection.lib && !kind.includes('custom-build') && !kind.includes('proc-macro');
}

/** The costs hold only for a build in which every unit was compiled. */
function coldUsage({ artifacts, completed }: TimedBuild): { usage: Usage | null; warnings: string[] } {
  const fresh = artifacts.filter((artifact) => artifact.fresh).map((artifact) => artifact.target.name);
  if (fresh.length === 0) return { usage: completed.usage, warnings: [] };
  return {
    usage: null,
    warnings: [
      `no compile time: ${fresh.length} of ${artifacts.length} units were not compiled but taken from an earlier build (${fresh.slice(0, 3).join(', ')})`,
    ],
  };
}

/** First line of the compiler's own `-vV`: version, commit and date. */
async function compilerVersion(caller: Caller, call: RustcCall | null): Promise<string> {
  const told = await caller.program(call?.rustc ?? 'rustc', ['-vV']);
  return told.exitCode === 0 ? (told.stdout.split('\n', 1)[0]?.trim() ?? '') : 'unknown';
}

async function lockfileText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(
      `cannot read ${file} (${messageOf(error)}); run cargo generate-lockfile and commit it`,
    );
  }
}
