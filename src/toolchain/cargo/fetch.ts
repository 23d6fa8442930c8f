import type { Logger } from '../../ports.ts';
import type { Caller } from './caller.ts';
import type { Variables } from './environment.ts';
import { callFailure } from './failure.ts';
import type { LockfileGuard } from './lockfile-guard.ts';
import { fetchArguments } from './plan.ts';
import type { Project } from './project.ts';

const STALE = /lock ?file.*--locked|--locked.*lock ?file/s;

export interface FetchOptions {
  readonly target: string | null;
  /** What private registries and repositories need; only this command, which runs no code of the project's, gets it. */
  readonly credentials: Variables;
  readonly buildDirectory: string;
}

/**
 * Downloads what the build needs, so that the timed part neither waits for the network nor may change Cargo.lock. A missing or
 * outdated Cargo.lock is made by cargo; the caller's guard puts the user's back.
 * Gives warnings. Errors: UserError when cargo cannot fetch.
 */
export async function fetchDependencies(
  caller: Caller,
  project: Project,
  { target, credentials, buildDirectory }: FetchOptions,
  guard: LockfileGuard,
  logger: Logger,
): Promise<string[]> {
  const targets = fetchTargets(project, target);
  const fetch = (locked: boolean) =>
    caller.cargo(fetchArguments(project.plan, buildDirectory, targets, locked), {
      env: credentials,
      onLine: (line) => {
        if (/^\s*(Updating|Downloading|Downloaded|Blocking|Locking) /.test(line)) {
          logger.progress(`fetching: ${line.trim().slice(0, 120)}`);
        }
      },
    });
  let told = await fetch(guard.existed);
  let isStale = false;
  if (told.exitCode !== 0 && guard.existed && STALE.test(told.stderr)) {
    isStale = true;
    told = await fetch(false);
  }
  if (told.exitCode !== 0) throw callFailure('cargo cannot fetch the dependencies', caller.directory, told);
  if (!guard.existed) {
    return [
      "no Cargo.lock: the dependency versions are today's, and may differ between two builds; commit Cargo.lock",
    ];
  }
  if (!isStale) return [];
  return [
    'Cargo.lock does not fit the manifests: cargo changed it for this build, and dependency versions may differ; run cargo update --workspace and commit Cargo.lock',
  ];
}

/** Build scripts need the host's dependencies too. With a target from cargo's configuration, everything is fetched. */
function fetchTargets({ settings, host }: Project, target: string | null): string[] {
  if (settings.targets.length > 0 && target === null) return [];
  if (target?.endsWith('.json') || host === 'unknown') return [];
  return [...new Set([...(target === null ? [] : [target]), host])];
}
