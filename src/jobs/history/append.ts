import { createHash, randomUUID } from 'node:crypto';
import { relative } from 'node:path';
import { isSigned } from '../../compare/comparison.ts';
import { type Acceptance, HISTORY_SCHEMA, type HistoryRecord } from '../../measure/history-record.ts';
import type { Identity, Value } from '../../measure/measurement.ts';
import type { CommitInfo } from '../../process/commit.ts';
import { inertLine } from '../../process/inert.ts';
import type { ConfigurationPart } from '../../report/assemble.ts';
import type { BaselineSeries } from '../../store/baseline.ts';
import { VERSION } from '../../version.ts';
import type { JobRequest } from '../job.ts';
import type { JobPorts } from '../ports.ts';
import { acceptedOnMain, hasAny } from './accepted.ts';
import { pullRequestIn } from './changes.ts';
import { ratiosOf, unmoved } from './ratios.ts';
import { personOf } from './trailers.ts';

/** What the history is to hold of one configuration. */
export interface HistoryDraft {
  readonly series: BaselineSeries;
  /** Of the head; empty when it did not build. */
  readonly identity: Identity;
  readonly values: readonly Value[];
  /** ISO 8601, UTC. */
  readonly recorded: string;
  /** Benchmarks whose programs are those of the base, byte for byte. */
  readonly unchanged: readonly string[];
}

/** A configuration's part of the report, judged, with what the history is to hold of it. */
export interface HistoryPart {
  readonly part: ConfigurationPart;
  readonly draft: HistoryDraft;
}

/**
 * Adds a record of each configuration to the history. A refusal is one warning to `warn`, which says what to do.
 * Resolves to what the commit accepts, see {@link acceptedOnMain}.
 */
export async function appendHistory(
  parts: readonly HistoryPart[],
  request: JobRequest,
  ports: JobPorts,
  warn: (warning: string) => void,
): Promise<readonly Acceptance[]> {
  const { history, git } = ports;
  if (parts.length === 0) return [];
  const info = await git.commitInfo(request.head);
  const mains = parts.map(({ part }) => part);
  // Anyone can write a subject: what it names is kept for a reader, and accepts nothing.
  const isAsked = history !== null || mains.some(hasAny);
  const pullRequest = isAsked ? await ports.changes.pullRequestOf(request.head) : null;
  const accepted = await acceptedOnMain(mains, { ...request, pullRequest }, ports, warn);
  if (history === null) return accepted;
  const origin = { info, pullRequest: pullRequest ?? pullRequestIn(info.subject), accepted, request };
  const records = parts.map((each) => recordOf(each, origin));
  const outcome = await ports.logger.group('Add the measurement to the history', () =>
    history.append(records),
  );
  if (outcome.written) ports.logger.info(`History: ${outcome.revision ?? 'written'}`);
  else warn(`The history was not written: ${outcome.reason}`);
  return accepted;
}

interface Origin {
  readonly info: CommitInfo;
  readonly pullRequest: number | null;
  readonly accepted: readonly Acceptance[];
  readonly request: JobRequest;
}

// The bounds of the record's schema.
const MAX_LINE = 1000;
const MAX_ROWS = 20_000;
const MAX_CAUSES = 200;
const MAX_FAILED = 2000;

function recordOf(
  { part, draft }: HistoryPart,
  { info, pullRequest, accepted, request }: Origin,
): HistoryRecord {
  const { base } = part;
  return {
    schema: HISTORY_SCHEMA,
    tare: VERSION,
    commit: request.head,
    configuration: historyName(draft.series, relative(request.root, request.directory)),
    run: runOf(request.origin?.run ?? randomUUID(), draft.series),
    recorded: draft.recorded,
    // git takes years that ISO 8601 has no four digits for.
    committed: /^\d{4}-/.test(info.date) ? info.date : draft.recorded,
    subject: line(info.subject),
    author: personOf(info.author),
    pullRequest,
    parent: base?.sha ?? null,
    distance: base === null ? null : base.distance + 1,
    identity: { ...draft.identity },
    values: [...draft.values, ...timesOf(part)].slice(0, MAX_ROWS),
    ratios: [...ratiosOf(part), ...draft.unchanged.map(unmoved)].slice(0, MAX_ROWS),
    causes: causesOf(part).slice(0, MAX_CAUSES),
    accepted: accepted.map((each) => ({ ...each })),
    failed: part.failed
      .slice(0, MAX_FAILED)
      .map(({ case: name, message }) => ({ case: name, message: line(message) })),
  };
}

/**
 * A configuration as the history calls it: with what else tells series of one repository apart, the folder, and a machine that is not
 * the usual one. `project`: the folder, relative to the root.
 */
export function historyName({ configuration, os, arch }: BaselineSeries, project: string): string {
  const machine = `${os} ${arch}`.toLowerCase();
  const usual = /^linux (x64|x86_64)$/.test(machine);
  const parts = [project.replaceAll('\\', '/'), configuration, usual ? '' : machine];
  return parts
    .filter((text) => text !== '')
    .join(' ')
    .slice(0, 400);
}

/** Jobs of one workflow run have one run id; the series tells their records of one commit apart. */
function runOf(run: string, series: BaselineSeries): string {
  const digest = createHash('sha256').update(JSON.stringify(series)).digest('hex').slice(0, 8);
  return `${run.replaceAll(/[^0-9A-Za-z._-]/g, '-').slice(0, 70)}.${digest}`;
}

/** Seconds of this machine, for a reader, since a trend is made of the ratios; and counted instructions, which are the same everywhere. */
function timesOf({ comparisons }: ConfigurationPart): Value[] {
  return comparisons
    .filter(({ tier, metric }) => tier === 'paired' || metric === 'instructions')
    .map(({ case: name, metric, after }) => ({ case: name, metric, value: after }));
}

/** A record's causes name a case and no metric, so they are those of its headline rows, each once: the other rows have them again. */
function causesOf({ causes, comparisons }: ConfigurationPart): HistoryRecord['causes'] {
  const ofCases = new Map<string, HistoryRecord['causes'][number]>();
  for (const row of comparisons.filter(({ headline, verdict }) => headline && isSigned(verdict))) {
    for (const cause of row.why.filter(({ kind }) => kind !== 'judgement')) {
      const name = JSON.stringify([row.case, cause.kind, cause.subject]);
      if (!ofCases.has(name)) ofCases.set(name, { ...cause, case: row.case });
    }
  }
  return [...causes.map((cause) => ({ ...cause, case: null })), ...ofCases.values()].map((cause) => ({
    kind: cause.kind,
    case: cause.case,
    subject: line(cause.subject),
    before: cause.before === null ? null : line(cause.before),
    after: cause.after === null ? null : line(cause.after),
    amount: cause.amount,
    note: line(cause.note),
  }));
}

function line(text: string): string {
  return inertLine(text).slice(0, MAX_LINE);
}
