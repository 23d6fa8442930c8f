import type { HistoryRecord } from '../../measure/history-record.ts';
import { plural } from '../../report/wording.ts';

/**
 * A warning where records name commits of the line that were measured before them and have no record, though no report was made yet: the
 * history may have been deleted or reset, and what was open with it. Empty where nothing hints at that.
 */
export function maybeDeleted(records: readonly HistoryRecord[], line: readonly string[]): string[] {
  const places = new Map(line.map((sha, place) => [sha, place]));
  const recorded = new Set(records.map(({ commit }) => commit));
  const missing = new Set(
    records.flatMap(({ commit, parent }) =>
      parent !== null && places.has(commit) && places.has(parent) && !recorded.has(parent) ? [parent] : [],
    ),
  );
  const newest = [...missing].toSorted((one, other) => (places.get(other) ?? 0) - (places.get(one) ?? 0))[0];
  if (newest === undefined) return [];
  const more = missing.size > 1 ? ` and ${plural(missing.size - 1, 'other commit')}` : '';
  return [
    `The history holds no report, and no record of ${newest.slice(0, 10)}${more}, which later records were compared with. If it was deleted or reset, what was open before is lost with it; if it has only just begun, this is how it begins.`,
  ];
}
