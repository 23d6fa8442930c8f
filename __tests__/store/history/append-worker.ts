import { createHistoryDirectory } from '../../../src/store/history/directory.ts';
import { recordOf } from './records.ts';

/** Appends `count` records from `first` on, and joins after each. */
const [directory = '', first = '0', count = '0'] = process.argv.slice(2);
const store = createHistoryDirectory({ directory, now: () => new Date('2027-06-15T00:00:00Z') });
for (let number = Number(first); number < Number(first) + Number(count); number += 1) {
  await store.append([recordOf(number)]);
  await store.compact();
}
