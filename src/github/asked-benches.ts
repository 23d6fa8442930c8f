import { messageOf } from '../errors.ts';
import { benchPattern } from '../jobs/respond/command.ts';
import type { Logger } from '../ports.ts';
import type { RunContext } from './context.ts';
import { type GitHub, GitHubError } from './github.ts';

/** The benchmarks that a run is limited to. */
export interface AskedBenches {
  /** Pattern of case names. */
  readonly only: string;
  /** One line that tells the reader. */
  readonly note: string;
}

/**
 * The benchmarks that `/tare bench` asked for, of exactly this attempt; null: all. Only an attempt after the first can have been asked
 * for, so only that one asks GitHub. Without an answer all benchmarks are run.
 */
export async function askedBenches(
  { pullRequest, runId, runAttempt }: RunContext,
  github: GitHub | null,
  logger: Logger,
): Promise<AskedBenches | null> {
  if (pullRequest === null || github === null || Number(runAttempt) < 2) return null;
  try {
    const { rerun } = await github.asked(pullRequest.number, pullRequest.headSha);
    if (rerun === null || rerun.filter === null) return null;
    if (rerun.run !== runId || String(rerun.attempt) !== runAttempt) return null;
    const { filter, by } = rerun;
    const note = `Only benchmarks that fit ${JSON.stringify(filter)} were run, as ${by} asked; "/tare" runs all.`;
    return { only: benchPattern(filter), note };
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    logger.warning(
      `All benchmarks are run, because it is not known whether fewer were asked for: ${messageOf(error)}`,
    );
    return null;
  }
}
