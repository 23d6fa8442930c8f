import type { HistoryRecord } from '../../measure/history-record.ts';
import type { HistoryFile } from '../../store/history-store.ts';
import { type Badge, badgeFiles } from '../badges/badge.ts';
import { type BadgeOptions, badgesOf } from '../badges/badges.ts';
import { collectTrend, type FoundChangePoint, type SeriesLimits, type SeriesName } from './collect.ts';
import { type Deflate, renderPage } from './html.ts';
import { withLevels } from './levels.ts';

/** Path of the trend page on the data branch: what GitHub Pages shows first. */
export const PAGE_PATH = 'index.html';

export interface PublishedOptions {
  /** `owner/repository`, or a folder's name. */
  readonly project: string;
  /** `https://…/owner/repository`; null: no links. */
  readonly repositoryUrl: string | null;
  readonly tare: string;
  readonly now: Date;
  /** The configuration that the badges are of; null: the first. */
  readonly configuration: string | null;
  /** What the project's settings say about a series. */
  readonly limitsOf: (name: SeriesName) => SeriesLimits;
  /** Drawn as lines. */
  readonly changePoints: readonly FoundChangePoint[];
  /** What the last weekly report left open; null: there was none. */
  readonly triaged: BadgeOptions['triaged'];
  /** Compresses the page's numbers; null: badges only. */
  readonly deflate: Deflate | null;
}

export interface Published {
  readonly files: readonly HistoryFile[];
  readonly badges: readonly Badge[];
}

/** The badges and, where asked for, the trend page of a history. Records come oldest commit first, as a HistoryStore reads them. */
export function renderPublished(records: readonly HistoryRecord[], options: PublishedOptions): Published {
  const trend = collectTrend(records, options);
  const badges = badgesOf(trend, options);
  const files = badges.flatMap(badgeFiles);
  if (options.deflate === null) return { files, badges };
  const facts = {
    project: options.project,
    repositoryUrl: options.repositoryUrl,
    tare: options.tare,
    made: Math.floor(options.now.getTime() / 1000),
  };
  return {
    files: [
      ...files,
      { path: PAGE_PATH, content: renderPage(withLevels(trend, records), facts, options.deflate) },
    ],
    badges,
  };
}
