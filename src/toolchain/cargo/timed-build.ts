import type { Logger } from '../../ports.ts';
import type { Completed } from '../../process/command.ts';
import type { Caller } from './caller.ts';
import type { Variables } from './environment.ts';
import { buildFailure, callFailure } from './failure.ts';
import { type Artifact, parseArtifact } from './messages.ts';
import { parsePackageId } from './package-id.ts';
import { parseRunningLine, type RustcCall } from './rustc-call.ts';

export interface TimedBuild {
  readonly completed: Completed;
  readonly artifacts: readonly Artifact[];
  readonly calls: readonly RustcCall[];
}

export interface TimedBuildOptions {
  readonly args: readonly string[];
  readonly env: Variables;
  readonly profile: string;
  /** Units that will be compiled; null when that is not known. */
  readonly units: number | null;
}

/**
 * Builds, measured, and gathers what cargo says of each unit.
 * Errors: BuildError when the project does not compile; UserError when cargo refuses to begin.
 */
export async function timedBuild(
  caller: Caller,
  options: TimedBuildOptions,
  logger: Logger,
): Promise<TimedBuild> {
  const artifacts: Artifact[] = [];
  const calls: RustcCall[] = [];
  let hasBegun = false;
  const completed = await caller.cargo(options.args, {
    env: options.env,
    measured: true,
    onLine: (line, stream) => {
      if (stream === 'stderr') {
        if (/^\s*Running `/.test(line)) hasBegun = true;
        const call = parseRunningLine(line);
        if (call !== null) calls.push(call);
        return;
      }
      const artifact = parseArtifact(line);
      if (artifact === null) return;
      artifacts.push(artifact);
      logger.progress(
        progressText(artifacts.length, options.units, parsePackageId(artifact.package_id).name),
      );
    },
  });
  if (completed.exitCode === 0) return { completed, artifacts, calls };
  if (!hasBegun && completed.signal === null) {
    throw callFailure('cargo cannot build', caller.directory, completed);
  }
  const ended =
    completed.signal === null ? `exit status ${completed.exitCode}` : `ended by ${completed.signal}`;
  throw buildFailure(options.profile, completed.stderr, ended);
}

function progressText(done: number, units: number | null, name: string): string {
  const of = units === null ? '' : `/${Math.max(units, done)}`;
  return `compiling ${done}${of} ${name.slice(0, 80)}`;
}
