import path from 'node:path';
import { downloadCredentials } from '../../process/environment.ts';
import type { BuildRequest } from '../toolchain.ts';
import { type Caller, createCaller } from './caller.ts';
import type { CargoPorts } from './cargo.ts';
import { cargoEnvironment } from './environment.ts';
import { fetchDependencies } from './fetch.ts';
import { guardLockfile } from './lockfile-guard.ts';
import { findManifest, missingManifest } from './manifest.ts';
import { openProject, type Project } from './project.ts';

/** A project that was built before, opened once more for work in the same build directory. */
export interface Again {
  readonly caller: Caller;
  readonly project: Project;
  readonly buildDirectory: string;
}

/** Opens the project of a request that `build` has seen. Errors: as `openProject`. */
export async function openAgain(
  ports: CargoPorts,
  { directory, configuration, scratch }: BuildRequest,
): Promise<Again> {
  if (findManifest(directory) === null) throw missingManifest(directory);
  const asker = createCaller(ports.runner, directory, cargoEnvironment(configuration.env));
  const project = await openProject(asker, configuration, ports.environment);
  const env = cargoEnvironment(configuration.env, project.settings);
  const caller = createCaller(ports.runner, directory, env);
  return { caller, project, buildDirectory: path.join(scratch, 'target') };
}

/** Does `work` with the dependencies there and a Cargo.lock that fits, and puts the user's Cargo.lock back. */
export async function withDependencies<T>(
  { environment, logger }: CargoPorts,
  { caller, project, buildDirectory }: Again,
  target: string | null,
  work: () => Promise<T>,
): Promise<T> {
  const guard = guardLockfile(project.lockfile);
  try {
    const credentials = downloadCredentials(environment, process.platform);
    await fetchDependencies(caller, project, { target, credentials, buildDirectory }, guard, logger);
    return await work();
  } finally {
    guard.restore();
  }
}
