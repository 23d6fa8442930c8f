import { messageOf } from '../errors.ts';
import { publishBadges } from '../jobs/badge.ts';
import type { JobRequest } from '../jobs/job.ts';
import type { JobPorts } from '../jobs/ports.ts';
import type { RunContext } from './context.ts';
import type { PresentCommands } from './presenter.ts';

export interface BadgeRun {
  readonly request: Pick<JobRequest, 'config'>;
  readonly ports: Pick<JobPorts, 'history' | 'clock' | 'logger'>;
  readonly context: Pick<RunContext, 'owner' | 'repository' | 'repositoryUrl'>;
  readonly core: Pick<PresentCommands, 'summary'>;
}

/**
 * Draws the badges of what was just recorded, and the trend page where it is old. What is refused is a warning: the record stands.
 * The first time the lines for a README are told in the log and the job summary.
 */
export async function refreshBadges({ request, ports, context, core }: BadgeRun): Promise<void> {
  const { history, clock, logger } = ports;
  if (history === null) return;
  const { config } = request;
  const result = await logger.group('Draw badges and the trend page', () =>
    publishBadges(
      {
        config,
        project: `${context.owner}/${context.repository}`,
        repositoryUrl: context.repositoryUrl,
        branch: config.history.branch,
        page: 'stale',
      },
      { history, clock, logger },
    ),
  );
  for (const warning of result.warnings) logger.warning(warning);
  if (!result.isFirst || result.snippet === null) return;
  logger.info(`The branch ${config.history.branch} now holds badges. For the README:\n${result.snippet}`);
  try {
    await core.summary.addRaw(told(config.history.branch, result.snippet)).write();
  } catch (error) {
    logger.warning(`The job summary could not be written: ${messageOf(error)}`);
  }
}

function told(branch: string, snippet: string): string {
  return `\n### Badges\n\nThe branch \`${branch}\` now holds badges and the trend page. For the README:\n\n\`\`\`markdown\n${snippet}\n\`\`\`\n`;
}
