import { constants, deflateRawSync } from 'node:zlib';
import { instructionsThreshold } from '../compare/exact.ts';
import { historicalChange } from '../compare/pair.ts';
import { PAIRED_RULE } from '../compare/paired.ts';
import { limitsFor, mainMetric, ruleMatcher } from '../compare/rules.ts';
import { isOpen } from '../compare/triage/item.ts';
import type { Config } from '../config/config.ts';
import { axisOf } from '../measure/metric.ts';
import type { Clock, Logger } from '../ports.ts';
import type { Badge } from '../report/badges/badge.ts';
import type { BadgeOptions } from '../report/badges/badges.ts';
import { badgeSnippet } from '../report/badges/snippet.ts';
import { knownAxis, knownMetric } from '../report/label.ts';
import {
  type FoundChangePoint,
  NO_LIMITS,
  type SeriesLimits,
  type SeriesName,
} from '../report/page/collect.ts';
import { madeAt } from '../report/page/html.ts';
import { PAGE_PATH, renderPublished } from '../report/page/published.ts';
import type { HistoryStore } from '../store/history-store.ts';
import { VERSION } from '../version.ts';
import { readState, type TriageState } from './triage/state.ts';

export interface BadgeRequest {
  readonly config: Config;
  /** `owner/repository`, or a folder's name. */
  readonly project: string;
  /** `https://…/owner/repository`; null: there are no links and no snippet. */
  readonly repositoryUrl: string | null;
  /** Name of the data branch, for the snippet. */
  readonly branch: string;
  /** `stale`: the page only when there is none, or the one there is a week old, since every page stays in the branch's history. */
  readonly page: 'always' | 'stale' | 'never';
}

export interface BadgePorts {
  readonly history: HistoryStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface BadgeResult {
  /** Paths of the files that were written. */
  readonly paths: readonly string[];
  readonly badges: readonly Badge[];
  /** Markdown for a README; null: nothing was published, or there is nothing to link to. */
  readonly snippet: string | null;
  /** There were no badges before. */
  readonly isFirst: boolean;
  /** What could not be read or written, one line each. */
  readonly warnings: readonly string[];
}

const PAGE_DAYS = 7;
/** Every history has it. */
const SOME_BADGE = 'badges/regressions.json';

/**
 * Renders the history's badges and trend page and publishes them beside it. What is refused is a warning.
 * Errors: none of the store's.
 */
export async function publishBadges(request: BadgeRequest, ports: BadgePorts): Promise<BadgeResult> {
  const { records, warnings, complete } = await ports.history.read();
  const nothing: BadgeResult = { paths: [], badges: [], snippet: null, isFirst: false, warnings };
  if (records.length === 0) return nothing;
  if (!complete)
    return { ...nothing, warnings: [...warnings, 'The badges and the trend page were left as they are.'] };
  const now = ports.clock.now();
  const { state } = await readState(ports.history);
  const isFirst = (await ports.history.readFile(SOME_BADGE)) === null;
  const { files, badges } = renderPublished(records, {
    project: request.project,
    repositoryUrl: request.repositoryUrl,
    tare: VERSION,
    now,
    configuration: request.config.configurations[0]?.name ?? null,
    limitsOf: seriesLimits(request.config),
    changePoints: driftsOf(state),
    triaged: triagedOf(state),
    deflate: (await wantsPage(request, ports, now)) ? deflate : null,
  });
  const outcome = await ports.history.publish(files, 'Badges and trend page');
  if (!outcome.written) {
    const refused = `The badges were not published: ${outcome.reason}`;
    return { ...nothing, badges, warnings: [...warnings, refused] };
  }
  const paths = files.map(({ path }) => path);
  return { paths, badges, snippet: snippetOf(request, badges), isFirst, warnings };
}

/** What the last weekly report left open. */
function triagedOf(state: TriageState | null): BadgeOptions['triaged'] {
  if (state === null) return null;
  const { items, until, date, reached } = state;
  const untilOf = (name: string) => {
    if (reached === undefined) return until;
    const own = reached.find(({ configuration }) => configuration === name);
    return own === undefined ? null : (own.commit ?? until);
  };
  return { open: items.filter(isOpen).length, untilOf, date: Date.parse(date) / 1000 };
}

/** The drifts that the weekly reports found, by the commit that they are told of. */
function driftsOf(state: TriageState | null): FoundChangePoint[] {
  const drifts = (state?.items ?? []).filter(({ kind }) => kind === 'drift');
  return drifts.flatMap(({ configuration, commit, rows }) =>
    rows.map((row) => ({
      configuration,
      case: row.case,
      metric: row.metric,
      commit: commit.sha,
      before: row.before ?? 1,
      after: row.after ?? 1 + (row.change ?? 0),
    })),
  );
}

/** Noise has few repetitions: fewer are looked for, which is 2 % shorter. */
export function deflate(bytes: Uint8Array): Uint8Array {
  return deflateRawSync(bytes, { level: 9, strategy: constants.Z_FILTERED });
}

async function wantsPage({ page }: BadgeRequest, { history }: BadgePorts, now: Date): Promise<boolean> {
  if (page !== 'stale') return page === 'always';
  const published = await history.readFile(PAGE_PATH);
  const made = published === null ? null : madeAt(published);
  return made === null || now.getTime() / 1000 - made >= PAGE_DAYS * 24 * 3600;
}

function snippetOf({ repositoryUrl, branch }: BadgeRequest, badges: readonly Badge[]): string | null {
  if (repositoryUrl === null) return null;
  return badgeSnippet(badges, { repositoryUrl, branch, pageUrl: null });
}

/** What the configuration says about a series, by the rules that check and triage judge with. */
export function seriesLimits(config: Config): (name: SeriesName) => SeriesLimits {
  const rulesOf = ruleMatcher(config.cases);
  return ({ case: caseName, metric: metricName }) => {
    const metric = knownMetric(caseName, metricName);
    if (knownAxis(caseName) === null || metric === undefined) return NO_LIMITS;
    const main = mainMetric(caseName, config.size.gate, () => true);
    const { floor, change, budget } = limitsFor(rulesOf(caseName), metricName, metric, main);
    const usual = usualLimits(caseName, metricName, config);
    return {
      change: change ?? usual.change,
      floor: floor ?? usual.floor,
      budget,
      headline: axisOf(caseName) === 'size' ? metricName === main.name : null,
    };
  };
}

function usualLimits(
  caseName: string,
  metricName: string,
  { size }: Config,
): { readonly change: number | null; readonly floor: number | null } {
  const axis = axisOf(caseName);
  if (axis === 'size') return { change: size.change, floor: size.floor };
  if (axis === 'compile') {
    const times = knownMetric(caseName, metricName)?.tier === 'historical';
    return { change: times ? historicalChange(metricName) : null, floor: null };
  }
  const change = metricName === 'instructions' ? instructionsThreshold(0) : PAIRED_RULE.minimumEffect;
  return { change, floor: null };
}
