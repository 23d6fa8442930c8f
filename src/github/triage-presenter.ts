import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TriageIssue } from '../config/config.ts';
import { messageOf } from '../errors.ts';
import type { TriagePresenter } from '../jobs/triage/ports.ts';
import type { Logger } from '../ports.ts';
import { countEntries, type TriageDocument } from '../report/triage/document.ts';
import { renderTriage, renderTriageIssue, triageTitle } from '../report/triage/markdown.ts';
import type { TriageLinks } from '../report/triage/who.ts';
import type { RunContext } from './context.ts';
import { type GitHub, GitHubError } from './github.ts';
import { issueMarker, isWeekly } from './issue-marker.ts';
import type { IssueDraft } from './issues.ts';
import type { PresentCommands } from './presenter.ts';

export interface TriagePresenterParts {
  readonly core: Pick<PresentCommands, 'setOutput' | 'summary'>;
  readonly context: RunContext;
  /** Tells the issues of several uses apart. */
  readonly name: string;
  readonly issue: TriageIssue;
  /** null: no token, so no issue. */
  readonly github: GitHub | null;
  readonly logger: Logger;
}

/** Presents the weekly report to GitHub: job summary and outputs first; the issue last, so that a refusal loses nothing. */
export function createActionTriagePresenter(parts: TriagePresenterParts): TriagePresenter {
  return {
    present: async (document) => {
      await writeSummary(document, parts);
      await writeOutputs(document, parts);
    },
    announce: (document) => announce(document, parts),
  };
}

export function triageLinks({ repositoryUrl, runUrl }: RunContext): TriageLinks {
  return { repositoryUrl, runUrl };
}

async function writeSummary(document: TriageDocument, { core, context, logger }: TriagePresenterParts) {
  try {
    await core.summary.addRaw(renderTriage(document, triageLinks(context))).write();
  } catch (error) {
    logger.warning(`The job summary could not be written: ${messageOf(error)}`);
  }
}

async function writeOutputs(document: TriageDocument, { core, context, logger }: TriagePresenterParts) {
  core.setOutput('needs-human', String(document.needsHuman));
  try {
    const folder = await mkdtemp(join(context.temporary, 'tare-triage-'));
    const [json, markdown] = [join(folder, 'triage.json'), join(folder, 'triage.md')];
    await writeFile(json, `${JSON.stringify(document, null, 2)}\n`);
    await writeFile(markdown, renderTriage(document, triageLinks(context)));
    core.setOutput('triage', json);
    core.setOutput('triage-markdown', markdown);
  } catch (error) {
    logger.warning(`The weekly report could not be written to ${context.temporary}: ${messageOf(error)}`);
  }
}

async function announce(document: TriageDocument, parts: TriagePresenterParts): Promise<void> {
  const { github, issue, logger, core } = parts;
  if (github === null || issue === 'off') return;
  try {
    const outcome = await github.writeIssue(draftOf(document, parts));
    if (outcome.url === null) {
      logger.info('No issue was opened: there is nothing to read in this report.');
      return;
    }
    core.setOutput('issue-url', outcome.url);
    logger.info(`Issue: ${outcome.url}`);
    for (const url of outcome.closed) logger.info(`Closed, since it was replaced: ${url}`);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    logger.warning(`The issue could not be written; the report is in the job summary. ${error.message}`);
  }
}

function draftOf(document: TriageDocument, { issue, name, context }: TriagePresenterParts): IssueDraft {
  const rolling = issue === 'rolling';
  const marker = issueMarker(name, rolling ? null : document.week);
  const title = rolling ? 'Performance triage' : triageTitle(document);
  const suffix = name === 'default' ? '' : ` (${name})`;
  return {
    marker,
    title: `${title}${suffix}`.slice(0, 200),
    body: renderTriageIssue(document, triageLinks(context), marker),
    create: isWorthReading(document),
    reopen: rolling && document.needsHuman > 0,
    replaces: rolling ? null : (body) => isWeekly(body, name),
  };
}

/** A week in which nothing moved and nothing is open needs no issue. */
function isWorthReading(document: TriageDocument): boolean {
  const { regressions, improvements, mixed, overBudget, undecided } = countEntries(document);
  const drifts = document.configurations.some((each) => each.drifts.length > 0 || each.stopped.length > 0);
  const entries = regressions + improvements + mixed + overBudget + undecided;
  return entries + document.items.length > 0 || drifts;
}
