import type { Item } from '../../compare/triage/item.ts';
import type { Reached } from '../../compare/triage/reached.ts';
import { UserError } from '../../errors.ts';
import type { HistoryRecord } from '../../measure/history-record.ts';
import { isoDay, isoWeek } from '../../report/triage/week.ts';
import { lineOf } from './line.ts';
import type { TriagePorts } from './ports.ts';
import { reachedOf, stillOpen, type TriageState } from './state.ts';

/** The commits that a report is about. */
export interface TriageRange {
  /** First-parent commits, oldest first, with those before the range that are looked back at. */
  readonly line: readonly string[];
  /** The range begins behind it; null: with the first of the line. */
  readonly since: string | null;
  /** How far the report that ended at `since` got by its records; undefined: not known. */
  readonly reached: Reached | undefined;
  /** What earlier reports left open. */
  readonly carried: readonly Item[];
  readonly week: string;
  /** `yyyy-mm-dd`: the day that the week's report was first made. */
  readonly date: string;
  /** Commits that came after the range and were reported on before: it is an older run's, made again, and is not to be published. */
  readonly later: readonly string[];
  readonly warnings: readonly string[];
}

export interface RangeRequest {
  readonly head: string;
  /** Revision or date that the user named; null: where the last report ended. */
  readonly since: string | null;
  readonly records: readonly HistoryRecord[];
  readonly state: TriageState | null;
}

const DAY = 24 * 60 * 60 * 1000;
/** Days between two reports after which the range is said to be longer than a week. */
const LATE_DAYS = 9;

/**
 * Finds the range: behind the revision or date that the user named; else what the last report of this week began with; else behind the
 * last commit of the report before; else the last seven days. Errors: UserError for a `since` that names no commit of this line.
 */
export async function rangeOf(request: RangeRequest, ports: TriagePorts): Promise<TriageRange> {
  const { state } = request;
  const now = ports.clock.now();
  const rest = { week: isoWeek(now), date: isoDay(now), later: [], reached: undefined, warnings: [] };
  if (request.since !== null) {
    const found = await named(request.since, request, ports);
    return { ...found, ...rest, carried: stillOpen(state?.items ?? []) };
  }
  if (state === null) return { ...(await lastDays(7, request, ports)), ...rest, carried: [] };
  return { ...rest, ...(await behindReport(state, state.week === rest.week, now, request, ports)) };
}

type AfterReport = Found & Pick<TriageRange, 'carried'> & Partial<TriageRange>;

/** `again`: the last report is of this week, and is made again. */
async function behindReport(
  state: TriageState,
  again: boolean,
  now: Date,
  request: RangeRequest,
  ports: TriagePorts,
): Promise<AfterReport> {
  const start = again ? state.since : state.until;
  const carried = stillOpen(again ? state.before : state.items);
  const day = again ? { date: state.date } : {};
  const line = await lineOf(request.head, request.records, (commits) => commits.indexOf(start ?? ''), ports);
  const later = line.includes(state.until) ? [] : await reportedLater(state.until, request, ports);
  if (later.length > 0) {
    const isUsable = start !== null && start !== request.head && line.includes(start);
    const found = isUsable ? { line, since: start } : await lastDays(7, request, ports);
    const known = carried.filter(({ commit }) => found.line.includes(commit.sha));
    return { ...found, carried: known, later, warnings: [olderRun(request.head, state)] };
  }
  if (start === null) return { ...(await fromTheFirst(request, ports)), ...day, carried };
  if (line.includes(start)) {
    const reached = reachedOf(again ? state.reachedBefore : state.reached);
    return { line, since: start, reached, carried, ...day, warnings: again ? [] : lateness(state, now) };
  }
  const warning = `The last report ended with ${start.slice(0, 10)}, which is no commit of this line any more: its history was rewritten, or it is of another branch. This report is about the last seven days.`;
  return { ...(await lastDays(7, request, ports)), carried, ...day, warnings: [warning] };
}

/** The commits after `head` up to the last report's newest; none where `head` is not older than that. */
async function reportedLater(
  until: string,
  { head, records }: RangeRequest,
  ports: TriagePorts,
): Promise<readonly string[]> {
  const line = await lineOf(until, records, (commits) => commits.indexOf(head), ports);
  const place = line.indexOf(head);
  return place === -1 ? [] : line.slice(place + 1);
}

function olderRun(head: string, { week, until }: TriageState): string {
  return `The report of ${week} went up to ${until.slice(0, 10)}, and this run is about the older ${head.slice(0, 10)}, as when a job is run again. It is shown here only: nothing was published, and the report of ${week} stays as it is.`;
}

type Found = Pick<TriageRange, 'line' | 'since'>;

async function named(since: string, request: RangeRequest, ports: TriagePorts): Promise<Found> {
  const time = timeOf(since);
  if (time !== null) return behindTime(time, request, ports);
  const sha = await ports.git.resolve(since);
  const line = await lineOf(request.head, request.records, (commits) => commits.indexOf(sha), ports);
  if (line.includes(sha)) return { line, since: sha };
  throw new UserError(
    `--since ${since} is ${sha.slice(0, 10)}, which is not on the first-parent line of ${request.head.slice(0, 10)}; name a commit that main went through, or a date such as 2026-11-09`,
  );
}

/** Milliseconds of a date or time; null for what is none. */
function timeOf(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z?)?$/.test(text)) return null;
  const time = Date.parse(text.length === 10 ? text : text.replace(/Z?$/, 'Z'));
  if (Number.isNaN(time)) throw new UserError(`--since ${text} is no date; give one such as 2026-11-09`);
  return time;
}

function lastDays(days: number, request: RangeRequest, ports: TriagePorts): Promise<Found> {
  return behindTime(ports.clock.now().getTime() - days * DAY, request, ports);
}

/** The range behind the newest measured commit that is older than `time`. */
async function behindTime(time: number, request: RangeRequest, ports: TriagePorts): Promise<Found> {
  const times = new Map(request.records.map(({ commit, committed }) => [commit, Date.parse(committed)]));
  const isBefore = (sha: string) => (times.get(sha) ?? Number.POSITIVE_INFINITY) < time;
  const line = await lineOf(request.head, request.records, (commits) => commits.findIndex(isBefore), ports);
  const start = line.findLast(isBefore);
  return start === undefined ? beforeFirst(line, times) : { line, since: start };
}

async function fromTheFirst(request: RangeRequest, ports: TriagePorts): Promise<Found> {
  const times = new Map(request.records.map(({ commit, committed }) => [commit, Date.parse(committed)]));
  return beforeFirst(await lineOf(request.head, request.records, () => -1, ports), times);
}

/** From the first measured commit on; nothing of an unmeasured line. */
function beforeFirst(line: readonly string[], measured: ReadonlyMap<string, number>): Found {
  const first = line.findIndex((sha) => measured.has(sha));
  if (first === -1) return { line, since: line.at(-1) ?? null };
  return { line, since: line[first - 1] ?? null };
}

function lateness(state: TriageState, now: Date): string[] {
  const days = Math.round((now.getTime() - Date.parse(state.date)) / DAY);
  return days <= LATE_DAYS
    ? []
    : [`The last report was ${days} days ago (${state.date}); this one is about all that came since.`];
}
