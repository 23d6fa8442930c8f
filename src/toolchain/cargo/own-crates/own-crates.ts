import path from 'node:path';
import { downloadCredentials } from '../../../process/environment.ts';
import type { FinishedOwnBuild, OwnBuild, OwnCrates } from '../../own-crates.ts';
import type { BuildRequest } from '../../toolchain.ts';
import { type Again, openAgain } from '../again.ts';
import { QUESTION_SECONDS } from '../caller.ts';
import type { CargoPorts } from '../cargo.ts';
import { incremental } from '../environment.ts';
import { buildFailure, callFailure } from '../failure.ts';
import { fetchDependencies } from '../fetch.ts';
import { guardLockfile, type LockfileGuard } from '../lockfile-guard.ts';
import { type Artifact, parseArtifact } from '../messages.ts';
import { parsePackageId } from '../package-id.ts';
import { buildArguments, cleanArguments } from '../plan.ts';
import { copyBuild } from './copy.ts';
import { type CrateTimer, createCrateTimer } from './crate-timer.ts';

/** As {@link Toolchain.ownCrates}. Own crates are all packages from local paths: the workspace's members, and what lies beside them. */
export async function ownCrates(
  ports: CargoPorts,
  request: BuildRequest,
  finished: string,
): Promise<OwnCrates> {
  const again = await openAgain(ports, request);
  const guard = guardLockfile(again.project.lockfile);
  try {
    await copyBuild(path.join(finished, 'target'), again.buildDirectory);
    const credentials = downloadCredentials(ports.environment, process.platform);
    const options = {
      target: request.configuration.target,
      credentials,
      buildDirectory: again.buildDirectory,
    };
    await fetchDependencies(again.caller, again.project, options, guard, ports.logger);
    const timer = await createCrateTimer(request.scratch, process.platform);
    return new CargoOwnCrates(ports, request, again, guard, timer);
  } catch (error) {
    guard.restore();
    throw error;
  }
}

class CargoOwnCrates implements OwnCrates {
  readonly toolchain: string;
  /** Packages from local paths that have been seen, as `cargo clean` takes them. */
  readonly #own: Set<string>;
  readonly #ports: CargoPorts;
  readonly #request: BuildRequest;
  readonly #again: Again;
  readonly #guard: LockfileGuard;
  readonly #timer: CrateTimer | null;

  constructor(
    ports: CargoPorts,
    request: BuildRequest,
    again: Again,
    guard: LockfileGuard,
    timer: CrateTimer | null,
  ) {
    this.toolchain = again.project.cargo;
    this.#own = new Set(again.project.metadata.members.map(({ name, version }) => `${name}@${version}`));
    this.#ports = ports;
    this.#request = request;
    this.#again = again;
    this.#guard = guard;
    this.#timer = timer;
  }

  async build(seconds: number): Promise<OwnBuild> {
    await this.#clean();
    await this.#timer?.reset();
    const { caller, project, buildDirectory } = this.#again;
    const { configuration, jobs } = this.#request;
    const artifacts: Artifact[] = [];
    const told = await caller.cargo(buildArguments(project.plan, buildDirectory, jobs), {
      env: { ...incremental(false, configuration.env, this.#ports.environment), ...this.#timer?.env },
      measured: true,
      timeoutSeconds: Math.max(1, Math.ceil(seconds)),
      onLine: (line, stream) => {
        const artifact = stream === 'stdout' ? parseArtifact(line) : null;
        if (artifact !== null) artifacts.push(artifact);
      },
    });
    if (told.timedOut) return { kind: 'late' };
    if (told.exitCode !== 0 || told.usage === null) {
      const ended = told.signal === null ? `exit status ${told.exitCode}` : `ended by ${told.signal}`;
      throw buildFailure(configuration.profile, told.stderr, ended);
    }
    const own = artifacts.filter(isOwn).map(nameOf);
    for (const artifact of artifacts.filter(isOwn)) this.#own.add(specificationOf(artifact));
    const timed = (await this.#timer?.read()) ?? null;
    const crates = timed?.filter(({ name }) => own.includes(name)) ?? null;
    return { kind: 'built', usage: told.usage, crates, ...described(artifacts) };
  }

  close(): void {
    this.#guard.restore();
  }

  async #clean(): Promise<void> {
    const { caller, project, buildDirectory } = this.#again;
    const args = cleanArguments(project.plan, [...this.#own], buildDirectory);
    const told = await caller.cargo(args, { timeoutSeconds: QUESTION_SECONDS });
    if (told.exitCode !== 0) {
      throw callFailure('cargo cannot remove what the own crates left', caller.directory, told);
    }
  }
}

function described(
  artifacts: readonly Artifact[],
): Pick<FinishedOwnBuild, 'foreign' | 'kept' | 'dependencies'> {
  const others = artifacts.filter((artifact) => !isOwn(artifact));
  return {
    foreign: distinct(others.filter(({ fresh }) => !fresh).map(nameOf)),
    kept: distinct(artifacts.filter((artifact) => isOwn(artifact) && artifact.fresh).map(nameOf)),
    dependencies: distinct(
      others.map(({ target, features, package_id: id }) => {
        const { name, version } = parsePackageId(id);
        return [name, version, target.kind.join(), [...features].sort().join()].join(' ');
      }),
    ),
  };
}

/** A local path, by its id in both of cargo's forms. */
function isOwn({ package_id: id }: Artifact): boolean {
  return id.startsWith('path+') || /\(path\+[^()]*\)$/.test(id);
}

function nameOf({ package_id: id }: Artifact): string {
  return parsePackageId(id).name;
}

function specificationOf({ package_id: id }: Artifact): string {
  const { name, version } = parsePackageId(id);
  return `${name}@${version}`;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
