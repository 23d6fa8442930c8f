import { relative } from 'node:path';
import type { Entry } from '../compare/triage/entry.ts';
import { isOpen } from '../compare/triage/item.ts';
import { reachedBy } from '../compare/triage/reached.ts';
import { type ConfigurationTriage, triage as judge, type Triaged } from '../compare/triage/triage.ts';
import { messageOf, UserError } from '../errors.ts';
import { TRIAGE_SCHEMA, type TriageDocument, type TriagedConfiguration } from '../report/triage/document.ts';
import { VERSION } from '../version.ts';
import { seriesOf } from './base.ts';
import { historyName } from './history/append.ts';
import type { JobRequest } from './job.ts';
import { selectToolchain } from './measure.ts';
import { isFromRepository } from './part.ts';
import { blamed, introduced } from './triage/blame.ts';
import { createBudget } from './triage/budget.ts';
import { findCulprit } from './triage/culprit.ts';
import { maybeDeleted } from './triage/gone.ts';
import { measuredTotal } from './triage/measured-total.ts';
import { askedOfPeople } from './triage/people.ts';
import type { TriagePorts } from './triage/ports.ts';
import { type ProgramShelf, programShelf } from './triage/programs.ts';
import { publishTriage } from './triage/publish.ts';
import { rangeOf, type TriageRange } from './triage/range.ts';
import { readState } from './triage/state.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

export interface TriageRequest extends Pick<JobRequest, 'root' | 'directory' | 'config' | 'head' | 'notes'> {
  /** Revision or date that the range begins behind; null: where the last report ended. A report of a named range is not published. */
  readonly since: string | null;
}

/**
 * Makes the weekly report of main's history up to `request.head`: judges what was recorded, runs the range's first and last programs
 * against each other, searches for commits that hide behind others, presents the report, and publishes it with what stays open.
 * A history that is empty, broken in part or rewritten gives a report of what there is, with warnings; one that could not be read to its
 * end, or that was reported on beyond `request.head`, gives a report that is presented and not published, so that the next one begins
 * where it should.
 * Errors: UserError for a mistake in the request or the configuration.
 */
export async function triage(request: TriageRequest, ports: TriagePorts): Promise<TriageDocument> {
  const { records, warnings, complete } = await ports.history.read();
  const state = await readState(ports.history);
  const { head, since } = request;
  const range = await rangeOf({ head, since, records, state: state.state }, ports);
  const later = new Set(range.later);
  const judged = judge({
    records: records.filter(({ commit }) => !later.has(commit)),
    line: range.line,
    since: range.since,
    reached: range.reached,
    rules: { config: request.config, changedByHead: isFromRepository },
    items: range.carried,
    date: range.date,
  });
  const workplace = await openWorkplace(ports.temporary);
  let configurations: TriagedConfiguration[];
  try {
    configurations = await measured(judged, range, request, workplace, ports);
  } finally {
    await workplace.remove();
  }
  const entries = configurations.flatMap((each) => each.entries);
  const people = await askedOfPeople(
    blamed(judged.items, entries),
    request.config.accept.label,
    ports.changes,
  );
  const told = [
    ...request.notes,
    ...warnings,
    ...(state.warning === null ? [] : [state.warning]),
    ...range.warnings,
    ...judged.warnings,
    ...people.warnings,
    // What was not read may have been recorded.
    ...(complete && later.size === 0 ? emptiness(judged, records.length) : []),
    ...(complete && since === null && isFirst(state) ? maybeDeleted(records, range.line) : []),
  ];
  const document = documentOf({ ...judged, items: people.items }, configurations, range, head, told);
  await ports.triagePresenter.present(document);
  if (since !== null || later.size > 0) return document;
  if (!complete) {
    ports.logger.warning(
      'The report was not published: it lacks what could not be read of the history. Run the job again.',
    );
  } else if (records.length > 0) {
    const mayTell = await publishTriage(document, range, reachedBy(records, range.line), state, ports);
    if (mayTell) await ports.triagePresenter.announce(document);
  }
  return document;
}

/** Whether no report was made before, as far as the history tells. */
function isFirst({ state, warning }: Awaited<ReturnType<typeof readState>>): boolean {
  return state === null && warning === null;
}

function documentOf(
  judged: Triaged,
  configurations: readonly TriagedConfiguration[],
  { week, date, since }: TriageRange,
  until: string,
  warnings: readonly string[],
): TriageDocument {
  const stopped = configurations.reduce((sum, each) => sum + each.stopped.length, 0);
  return {
    schema: TRIAGE_SCHEMA,
    tare: VERSION,
    week,
    date,
    since,
    until,
    commits: judged.commits,
    compared: judged.compared,
    configurations: [...configurations],
    items: [...judged.items],
    needsHuman: judged.items.filter(isOpen).length + stopped,
    warnings: warnings.slice(0, 1000).map((warning) => warning.slice(0, 1000)),
  };
}

function emptiness({ commits, configurations }: Triaged, records: number): string[] {
  if (records === 0)
    return [
      'The history is empty: nothing of main has been recorded yet, or the history was deleted. `tare record`, or the action on a push to main, records.',
    ];
  if (commits === 0) return ['There is no commit since the last report.'];
  if (configurations.some(({ measured: count }) => count > 0)) return [];
  return ['No commit of this range was measured: the job that records main did not run, or was refused.'];
}

/** The configurations with their totals measured and their culprits searched, as far as the time goes. */
async function measured(
  judged: Triaged,
  range: TriageRange,
  request: TriageRequest,
  workplace: Workplace,
  ports: TriagePorts,
): Promise<TriagedConfiguration[]> {
  const { minutes } = request.config.triage;
  const budget = createBudget(minutes, ports.clock);
  const share = minutes / 2 / Math.max(1, judged.configurations.length);
  const results: TriagedConfiguration[] = [];
  for (const part of judged.configurations) {
    const shelf = await shelfFor(part, request, workplace, ports, budget);
    const total = await measuredTotal(part, shelf, share, budget, workplace, ports);
    const entries: Entry[] = [];
    for (const entry of part.entries) {
      const culprit =
        typeof shelf === 'string'
          ? null
          : await findCulprit(entry, range.line, shelf, budget, workplace, ports);
      entries.push(
        culprit === null ? entry : { ...entry, culprit: await introduced(culprit, entry, ports.changes) },
      );
    }
    if (typeof shelf !== 'string') await shelf.clear();
    results.push(plain(part, total, entries));
  }
  return results;
}

function plain(
  part: ConfigurationTriage,
  { total, totalRun }: Awaited<ReturnType<typeof measuredTotal>>,
  entries: Entry[],
): TriagedConfiguration {
  const { configuration, measured: count, compared, first, last } = part;
  return {
    configuration,
    measured: count,
    compared,
    first,
    last,
    total: [...total],
    totalRun,
    entries,
    returned: [...part.returned],
    drifts: [...part.drifts],
    hints: [...part.hints],
    bumps: [...part.bumps],
    stopped: [...part.stopped],
  };
}

/** Where a configuration's programs are had from, or why they are not. */
async function shelfFor(
  part: ConfigurationTriage,
  request: TriageRequest,
  workplace: Workplace,
  ports: TriagePorts,
  budget: ReturnType<typeof createBudget>,
): Promise<ProgramShelf | string> {
  if (part.first === null) return 'fewer than two commits of it were measured';
  const { config, directory, root } = request;
  for (const configuration of config.configurations) {
    try {
      const toolchain = await selectToolchain(configuration, directory, ports.toolchains);
      const base = { commits: [], root, directory, config, configuration, toolchain };
      const name = historyName(seriesOf(base, ports), relative(root, directory));
      if (name === part.configuration) return programShelf(base, workplace, ports, budget);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (configuration.name === part.configuration) return messageOf(error);
    }
  }
  return 'its programs are of another folder, machine or configuration than this run';
}
