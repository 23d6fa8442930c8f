import { makeBadge } from 'badge-maker';
import type { HistoryFile } from '../../store/history-store.ts';
import { visible } from '../inert.ts';

/** What a badge says of a thing; it decides the colour. */
export const STANDINGS = ['worse', 'better', 'mixed', 'same', 'unknown'] as const;
export type Standing = (typeof STANDINGS)[number];

/** One badge. Texts are outside text where they hold a program's name. */
export interface Badge {
  /** Its files are `badges/<name>.json` and `badges/<name>.svg`. */
  readonly name: string;
  readonly label: string;
  readonly message: string;
  readonly standing: Standing;
}

/** Names that shields and badge-maker both know. */
const COLOURS: Record<Standing, string> = {
  worse: 'red',
  better: 'brightgreen',
  mixed: 'yellow',
  same: 'blue',
  unknown: 'lightgrey',
};

const LABEL_SHOWN = 40;

/**
 * A badge as two files: shields' endpoint form (schema version 1) and a finished SVG, whose title and label for screen readers
 * is "label: message".
 */
export function badgeFiles(badge: Badge): readonly HistoryFile[] {
  const label = visible(badge.label, LABEL_SHOWN);
  const message = visible(badge.message, LABEL_SHOWN);
  const color = COLOURS[badge.standing];
  const endpoint = { schemaVersion: 1, label, message, color };
  const svg = makeBadge({ label, message, color, idSuffix: badge.name.replace(/[^A-Za-z0-9_-]/g, '-') });
  return [
    { path: `badges/${badge.name}.json`, content: `${JSON.stringify(endpoint)}\n` },
    { path: `badges/${badge.name}.svg`, content: `${svg}\n` },
  ];
}
