import type { Acceptance } from '../../measure/history-record.ts';
import type { ConfigurationPart } from '../../report/assemble.ts';
import type { JobRequest } from '../job.ts';
import type { JobPorts } from '../ports.ts';
import { acceptances } from './changes.ts';

type Parts = readonly Pick<ConfigurationPart, 'comparisons' | 'base'>[];

/** What is accepted of a pull request's regressions; nothing is asked where it has none. */
export async function acceptedOf(
  parts: Parts,
  { head, commits, config, origin }: JobRequest,
  ports: JobPorts,
): Promise<readonly Acceptance[]> {
  if (!parts.some(hasAny)) return [];
  const pullRequest = origin?.pullRequest ?? null;
  const asked = { base: commits[0] ?? null, head, pullRequest, label: config.accept.label };
  return acceptances(asked, ports.changes, { git: ports.git, warn: ports.logger.warning });
}

export type AskedOnMain = Pick<JobRequest, 'head' | 'config'> & {
  /** The pull request that brought it, by GitHub's own answer: its label and its commands count. */
  readonly pullRequest: number | null;
};

/**
 * What was accepted by a main commit. Trailers of all that it brought may speak of an earlier regression, so that they are always read;
 * people are asked about its own regressions, where it has any.
 */
export async function acceptedOnMain(
  parts: Parts,
  { head, config, pullRequest }: AskedOnMain,
  { changes, git }: JobPorts,
  warn: (warning: string) => void,
): Promise<readonly Acceptance[]> {
  const base = parts.find((part) => part.base !== null)?.base?.sha ?? null;
  const asked = parts.some(hasAny) ? pullRequest : null;
  return acceptances({ base, head, pullRequest: asked, label: config.accept.label }, changes, { git, warn });
}

/** Whether a row can fail a gate. */
export function hasAny({ comparisons }: Parts[number]): boolean {
  return comparisons.some(({ verdict, overBudget }) => verdict === 'regression' || overBudget);
}
