import type { HistoryRecord } from '../../measure/history-record.ts';
import { bumpsOf } from './bumps.ts';
import { driftsOf } from './drifts.ts';
import { rangeEntries } from './entries.ts';
import type { Bump, Drift, Entry, Hint, Returned, Stopped, TriageRow } from './entry.ts';
import { hintsOf } from './hints.ts';
import type { Item } from './item.ts';
import { type Reached, startOf } from './reached.ts';
import { orderRuns, type Run } from './runs.ts';
import { type Judged, judgedRuns, type Rules } from './steps.ts';
import { stoppedCases, stoppedConfigurations } from './stopped.ts';
import { endsOf, totalRows } from './total.ts';
import { followed, itemOfDrift, itemOfEntry } from './track.ts';

export interface TriageRequest {
  readonly records: readonly HistoryRecord[];
  /** First-parent commits of main, oldest first, up to the newest of the range; what lies before the range is looked back at. */
  readonly line: readonly string[];
  /** The range begins behind this commit; null: with the first of the line. */
  readonly since: string | null;
  /** How far the report before got: what was recorded after it is news, though it lie before `since`. Absent: not known. */
  readonly reached?: Reached | undefined;
  readonly rules: Rules;
  /** What the report before left open. */
  readonly items: readonly Item[];
  /** Date of this report, `yyyy-mm-dd`. */
  readonly date: string;
}

/** The range in one configuration. */
export interface ConfigurationTriage {
  readonly configuration: string;
  /** Measured commits of the range, and those of them that were compared with a parent. */
  readonly measured: number;
  readonly compared: number;
  /** The two ends of the range that were measured; null for fewer than two. */
  readonly first: string | null;
  readonly last: string | null;
  /** Headline rows of the whole range, the worst first. */
  readonly total: readonly TriageRow[];
  readonly entries: readonly Entry[];
  readonly returned: readonly Returned[];
  readonly drifts: readonly Drift[];
  readonly hints: readonly Hint[];
  readonly bumps: readonly Bump[];
  readonly stopped: readonly Stopped[];
}

export interface Triaged {
  /** First-parent commits of the range, with those before it whose record came after the last report. */
  readonly commits: number;
  /** Of those, the ones that were compared in any configuration. */
  readonly compared: number;
  readonly configurations: readonly ConfigurationTriage[];
  /** Carried over and new, in the state that the newest run gives them. */
  readonly items: readonly Item[];
  /** One line each; commits and names in them are outside text. */
  readonly warnings: readonly string[];
}

/**
 * Judges main's history over a range: what each commit moved, what drifted, what changed around it, what stopped, and what became of
 * earlier regressions. Pure and deterministic. Errors: throws when `since` is not on the line, which is the caller's to find out.
 */
export function triage(request: TriageRequest): Triaged {
  const { line, since, rules } = request;
  const start = since === null ? -1 : line.indexOf(since);
  if (since !== null && start === -1) throw new Error(`the range's start ${since} is not on the line`);
  const { configurations, unknown } = orderRuns(request.records, line);
  const all = configurations.map((runs) => judgedRuns(runs, rules));
  const starts = all.map(({ configuration }) => startOf(configuration, line, start, request.reached));
  const parts = all.map((judged, index) => configurationTriage(judged, starts[index] ?? start));
  const stopped = stoppedConfigurations(all, starts);
  const late = [...inRange(all, starts)].filter((position) => position <= start).sort((a, b) => a - b);
  return {
    commits: line.length - 1 - start + late.length,
    compared: inRange(all, starts, ({ compared }) => compared).size,
    configurations: parts.map((part) => ({
      ...part,
      stopped: [...stopped.filter((each) => each.configuration === part.configuration), ...part.stopped],
    })),
    items: itemsOf(request, all, parts),
    warnings: [
      ...lateWarning(late.map((position) => line[position] ?? '')),
      ...unknownWarning(unknown),
      ...lostItems(request.items, all),
    ],
  };
}

function configurationTriage(judged: Judged, start: number): ConfigurationTriage {
  const { configuration, runs } = judged;
  const found = runs.findIndex(({ position }) => position > start);
  const from = found === -1 ? runs.length : found;
  const ends = endsOf(judged, from);
  const sha = (index: number | undefined) =>
    index === undefined ? null : (runs[index]?.record.commit ?? null);
  if (from === runs.length) {
    const nothing = { entries: [], returned: [], drifts: [], hints: [], bumps: [], stopped: [], total: [] };
    return { configuration, measured: 0, compared: 0, first: null, last: null, ...nothing };
  }
  return {
    configuration,
    measured: runs.length - from,
    first: sha(ends?.first),
    last: sha(ends?.last),
    total: ends === null ? [] : totalRows(judged, ends),
    ...rangeEntries(judged, from),
    drifts: driftsOf(judged, from),
    hints: hintsOf(judged, from),
    bumps: bumpsOf(judged, from),
    stopped: stoppedCases(judged, from),
  };
}

/** Positions of the commits that any configuration's range has a run of. */
function inRange(
  all: readonly Judged[],
  starts: readonly number[],
  isMeant: (run: Run) => boolean = () => true,
): ReadonlySet<number> {
  return new Set(
    all.flatMap(({ runs }, index) =>
      runs
        .filter((run) => run.position > (starts[index] ?? -1) && isMeant(run))
        .map(({ position }) => position),
    ),
  );
}

function itemsOf(
  request: TriageRequest,
  all: readonly Judged[],
  parts: readonly ConfigurationTriage[],
): Item[] {
  const follow = (item: Item) => {
    const judged = all.find(({ configuration }) => configuration === item.configuration);
    return judged === undefined ? item : followed(item, judged);
  };
  const items = new Map(request.items.map((item) => [item.id, follow(item)]));
  for (const [index, part] of parts.entries()) {
    const judged = all[index];
    if (judged === undefined) continue;
    const fresh = [
      ...part.entries.map((entry) => itemOfEntry(entry, request.date)),
      ...part.drifts.map((drift) => itemOfDrift(drift, judged, request.date, [...items.values()])),
    ].filter((item) => item !== null);
    for (const item of fresh) if (!items.has(item.id)) items.set(item.id, follow(item));
  }
  return [...items.values()];
}

/** `late`: commits, oldest first. */
function lateWarning(late: readonly string[]): string[] {
  const last = late.at(-1);
  if (last === undefined) return [];
  const [first = ''] = late;
  const which = late.length === 1 ? last.slice(0, 10) : `${first.slice(0, 10)} to ${last.slice(0, 10)}`;
  const [commits, are] = late.length === 1 ? ['1 commit', 'is'] : [`${late.length} commits`, 'are'];
  return [
    `${commits} from before this range came into the history after the last report, and ${are} part of this one: ${which}.`,
  ];
}

function unknownWarning(unknown: readonly string[]): string[] {
  const [first] = unknown;
  if (first === undefined) return [];
  const more = unknown.length > 1 ? ` and ${unknown.length - 1} more` : '';
  const [are, they] = unknown.length > 1 ? ['are', 'they were'] : ['is', 'it was'];
  return [
    `The history holds records of ${first.slice(0, 10)}${more}, which ${are} not on this line of commits; ${they} left out.`,
  ];
}

function lostItems(items: readonly Item[], all: readonly Judged[]): string[] {
  const known = new Set(all.flatMap(({ runs }) => runs.map(({ record }) => record.commit)));
  return items
    .filter(({ commit }) => !known.has(commit.sha))
    .map(
      ({ commit, configuration }) =>
        `An open regression of ${commit.sha.slice(0, 10)} (${configuration}) can no longer be followed: the commit has no record on this line. It stays as it was.`,
    );
}
