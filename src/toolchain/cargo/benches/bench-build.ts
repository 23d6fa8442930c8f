import type { Logger } from '../../../ports.ts';
import type { Caller } from '../caller.ts';
import type { Variables } from '../environment.ts';
import { failureOutput } from '../failure.ts';
import { type Artifact, parseArtifact } from '../messages.ts';
import { parsePackageId } from '../package-id.ts';
import { parseRunningLine, type RustcCall } from '../rustc-call.ts';

export interface BenchBuild {
  readonly artifacts: readonly Artifact[];
  readonly calls: readonly RustcCall[];
  /** The compiler's complaint, as {@link failureOutput} has it, or how cargo ended; null when everything compiled. */
  readonly failure: string | null;
}

/**
 * Builds benchmark programs and gathers what cargo says of each. Some or all may fail: cargo builds the others.
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
  const complaint = failureOutput(completed.stderr);
  const failure = completed.signal === null ? complaint || ended : `cargo was ${ended}\n${complaint}`;
  return { artifacts, calls, failure };
}
