import { knownAxis } from './label.ts';
import type { Report } from './report.ts';

/** Share of a name's characters that must be the same at its start and end. */
const LIKE = 0.5;
/** Beyond this many cases nobody reads the pairs, and finding them costs their square. */
const MOST = 200;

export interface Rename {
  readonly configuration: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Cases that may only have a new name: one removed and one added of the same configuration and axis that are each other's
 * nearest by name, with half of the longer name alike at its start and end. A guess, to be shown as one.
 */
export function likelyRenames({ added, removed }: Report): readonly Rename[] {
  if (added.length > MOST || removed.length > MOST) return [];
  return removed.flatMap((old) => {
    const after = nearest(old, added);
    if (after === null || after.case === old.case || nearest(after, removed) !== old) return [];
    return [{ configuration: old.configuration, before: old.case, after: after.case }];
  });
}

type Row = Report['added'][number];

function nearest(row: Row, others: readonly Row[]): Row | null {
  let best: Row | null = null;
  let most = LIKE;
  for (const other of others) {
    if (other.configuration !== row.configuration || knownAxis(other.case) !== knownAxis(row.case)) continue;
    const share = alike(row.case, other.case);
    if (share > most) [best, most] = [other, share];
  }
  return best;
}

/** Characters in common at the start and at the end, as a share of the longer name; the word for the axis counts for nothing. */
function alike(one: string, other: string): number {
  const [a, b] = [one, other].map((name) => name.slice(name.indexOf(' ') + 1)) as [string, string];
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return (start + end) / Math.max(a.length, b.length, 1);
}
