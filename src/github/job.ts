import { UserError } from '../errors.ts';
import type { Job, Mode, RunContext } from './context.ts';

/** Events that carry a trusted token while the code in question is a stranger's. */
const UNTRUSTED = new Set(['pull_request_target', 'workflow_run', 'issue_comment']);
const CHECKED = new Set(['pull_request', 'merge_group']);
/** Outside a push these keep a baseline from leaving the cache, which drops what nobody used for seven days. */
const REFRESHED = new Set(['schedule', 'workflow_dispatch']);

/** The event asks for no job, and nothing is wrong with that. */
export interface NoJob {
  /** One line that tells why, and what to do if a job was wanted. */
  readonly reason: string;
}

/**
 * The job that `mode` asks for; `auto` follows the event. Errors: UserError when Tare must not build in this event, whatever
 * the mode, and when `auto` has no job for it. `pullRequest`: the one whose check is to be run again.
 */
export function jobFor(context: RunContext, mode: Mode, pullRequest: number | null = null): Job | NoJob {
  if (mode === 'respond' || (mode === 'auto' && (context.event === 'issue_comment' || pullRequest !== null)))
    return respondOn(context);
  if (context.event === 'workflow_run' && (mode === 'auto' || mode === 'publish')) return 'publish';
  if (UNTRUSTED.has(context.event)) {
    throw new UserError(
      `Tare does not build on ${context.event}: its token may write while the code comes from a pull request. Use "on: pull_request" instead.`,
    );
  }
  if (mode === 'publish') {
    throw new UserError(
      `"mode: publish" needs the event workflow_run, which says whose data to publish; this run is of ${context.event}. See docs/how-to/forks.md.`,
    );
  }
  if (mode === 'triage') return onDefaultBranch(context, 'triage');
  if (mode !== 'auto') return mode;
  if (CHECKED.has(context.event)) return 'check';
  if (context.event === 'push' || REFRESHED.has(context.event)) return onDefaultBranch(context, 'record');
  throw new UserError(
    `Tare has no job for the event ${context.event}. Use push, pull_request, merge_group, schedule or workflow_dispatch, or set "mode: record" or "mode: check".`,
  );
}

function respondOn({ event }: RunContext): Job {
  if (event === 'issue_comment' || event === 'workflow_dispatch') return 'respond';
  throw new UserError(
    `Commands come by the event issue_comment, and the input "pull-request" by workflow_dispatch; this run is of ${event}. See docs/how-to/commands.md.`,
  );
}

/**
 * Whether the weekly report follows the job: on a schedule and when started by hand. Both record first, which keeps the newest baseline in the
 * cache and lets the report end with the newest commit.
 */
export function triageFollows({ event }: RunContext, mode: Mode, job: Job): boolean {
  return mode === 'auto' && job === 'record' && REFRESHED.has(event);
}

function onDefaultBranch(context: RunContext, job: 'record' | 'triage'): Job | NoJob {
  const { event, ref, defaultBranch } = context;
  if (defaultBranch === null) {
    throw new UserError(
      `The ${event} event does not name the default branch, so Tare cannot tell what to do on ${ref}. Set "mode: record" or "mode: check".`,
    );
  }
  if (ref === `refs/heads/${defaultBranch}`) return job;
  if (job === 'triage')
    throw new UserError(
      `"mode: triage" reports on ${defaultBranch}, and this run is of ${ref}. Start it on ${defaultBranch}.`,
    );
  const reason = `Nothing to do for a ${event} on ${ref}: baselines come from ${defaultBranch}.`;
  // A bare `on: push` runs on every branch and tag, and is no mistake.
  if (event === 'push') return { reason: `${reason} To weigh this branch, set "mode: check".` };
  throw new UserError(`${reason} Start it on ${defaultBranch}, or set "mode: check".`);
}
