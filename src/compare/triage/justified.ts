import type { Acceptance } from '../../measure/history-record.ts';
import { accepts } from '../gate.ts';
import type { Item } from './item.ts';

/** The item with those open rows justified that an acceptance of its own commit names. `commit`: full SHA of that commit. */
export function justified(item: Item, accepted: readonly Acceptance[], commit: string): Item {
  const rows = item.rows.map((row) => {
    const found = accepted.find((each) => accepts(each, row.case));
    if (row.state !== 'open' || found === undefined) return row;
    const { by, reason } = found;
    return { ...row, state: 'justified' as const, commit, by, reason };
  });
  return { ...item, rows };
}
