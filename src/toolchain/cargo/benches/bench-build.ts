import type { Logger } from '../../../ports.ts';
import type { Caller } from '../caller.ts';
import type { Variables } from '../environment.ts';
import { buildFailure, failureOutput } from '../failure.ts';
import { type Artifact, parseArtifact } from '../messages.ts';
import { parsePackageId } from '../package-id.ts';
import { parseRunningLine, type RustcCall } from '../rustc-call.ts';

export interface BenchBuild {
  readonly artifacts: readonly Artifact[];
  readonly calls: readonly RustcCall[];
  /** First line of the compiler's complaint; null when everything compiled. */
  readonly failure: string | null;
}

/**
 * Builds benchmark programs and gathers what cargo says of each. Some may fail: cargo builds the others.
 * Errors: BuildError when not one benchmark program came out.
 */
export async function buildBenches(
  caller: Caller,
  args: readonly string[],
  env: Variables,
  logger: Logger,
): Promise<BenchBuild> {
  const artifacts: Artifact[] = [];
  const calls: RustcCall[] = [];
  const completed = await caller.cargo(args, {
    env,
    onLine: (line, stream) => {
      if (stream === 'stderr') {
        const call = parseRunningLine(line);
        if (call !== null) calls.push(call);
        return;
      }
      const artifact = parseArtifact(line);
      if (artifact === null) return;
      artifacts.push(artifact);
      logger.progress(`compiling benchmarks: ${parsePackageId(artifact.package_id).name.slice(0, 80)}`);
    },
  });
  if (completed.exitCode === 0) return { artifacts, calls, failure: null };
  const ended =
    completed.signal === null ? `exit status ${completed.exitCode}` : `ended by ${completed.signal}`;
  if (completed.signal !== null || !artifacts.some(isBenchProgram)) {
    throw buildFailure('bench', completed.stderr, ended);
  }
  const failure = failureOutput(completed.stderr).split('\n', 1)[0]?.trim() || ended;
  return { artifacts, calls, failure };
}

/** Programs are built too, for benchmarks that start them. */
function isBenchProgram({ executable, profile }: Artifact): boolean {
  return executable != null && profile?.test === true;
}
