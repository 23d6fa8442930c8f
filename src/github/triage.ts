import { messageOf, UserError } from '../errors.ts';
import { changesFromGit } from '../jobs/history/changes.ts';
import type { JobRequest, JobResult } from '../jobs/job.ts';
import type { JobPorts, Presenter } from '../jobs/ports.ts';
import { record } from '../jobs/record.ts';
import type { TriagePresenter } from '../jobs/triage/ports.ts';
import { triage } from '../jobs/triage.ts';
import type { Git } from '../process/git.ts';
import type { TriageDocument } from '../report/triage/document.ts';
import { patientChanges } from './changes.ts';
import type { RunContext } from './context.ts';
import { type GitHub, GitHubError } from './github.ts';
import { createActionTriagePresenter, type TriagePresenterParts, triageLinks } from './triage-presenter.ts';

export interface TriageRun {
  readonly request: JobRequest;
  readonly ports: JobPorts;
  readonly context: RunContext;
  readonly git: Git;
  /** null without a token. */
  readonly github: GitHub | null;
  readonly core: TriagePresenterParts['core'];
  /** Tells the issues of several uses apart. */
  readonly name: string;
  /** What must be done before anything is presented. */
  readonly before: () => Promise<void>;
}

/** What a triage of the action came to. */
export interface TriageResult {
  readonly triage: TriageDocument;
}

/** Makes the weekly report of the checked-out commit's line. Errors: UserError where main's history is switched off. */
export function triageAlone(run: TriageRun): Promise<TriageResult> {
  return report(run, run.before);
}

/**
 * Records, then reports; a report that cannot be made is a warning, since the record stands. What runs for the report could write into
 * what the record has shown, so that is shown only with the report.
 */
export async function recordThenTriage(run: TriageRun): Promise<JobResult> {
  const held = heldPresenter(run.ports.presenter);
  const result = await record(run.request, { ...run.ports, presenter: held });
  try {
    await report(run, held.release);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await held.release();
    run.ports.logger.warning(`There is no weekly report: ${error.message}`);
  }
  return result;
}

async function report(run: TriageRun, before: () => Promise<void>): Promise<TriageResult> {
  const { request, ports, context, core, git, name, github } = run;
  const { history, logger } = ports;
  if (history === null) {
    throw new UserError(
      'the weekly report is made of the history of main, which is switched off or needs the input "token"; see docs/how-to/triage.md',
    );
  }
  const { issue } = request.config.triage;
  const presenter = createActionTriagePresenter({ core, context, name, issue, github, logger });
  const triagePresenter: TriagePresenter = {
    present: async (document) => {
      await before();
      await presenter.present(document);
    },
    announce: presenter.announce,
  };
  const ancestry = (sha: string, limit: number) => firstParents(sha, limit, run);
  const changes = patientChanges(github, changesFromGit(git), logger);
  const document = await triage(
    { ...request, notes: [], since: null },
    { ...ports, changes, history, triagePresenter, triageLinks: triageLinks(context), ancestry },
  );
  return { triage: document };
}

/** A shallow checkout knows few commits: GitHub is asked for the rest. */
async function firstParents(
  sha: string,
  limit: number,
  { git, github, ports }: TriageRun,
): Promise<readonly string[]> {
  const local = await git.firstParents(sha, limit - 1);
  if (github === null || local.complete || local.commits.length >= limit) return local.commits;
  try {
    return await github.firstParents(sha, limit - 1);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    ports.logger.warning(`Only ${local.commits.length} commits of main are known here: ${messageOf(error)}`);
    return local.commits;
  }
}

/** Keeps what a job presents until it may be shown. */
function heldPresenter(presenter: Presenter): Presenter & { readonly release: () => Promise<void> } {
  const held: (() => Promise<void>)[] = [];
  return {
    present: async (...shown) => void held.push(() => presenter.present(...shown)),
    release: async () => {
      for (const show of held.splice(0)) await show();
    },
  };
}
