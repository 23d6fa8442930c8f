import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { triage } from '../../../src/jobs/triage.ts';
import { createHistoryDirectory } from '../../../src/store/history/directory.ts';
import { historyOf, shaAt } from '../../support/triage-history.ts';
import { makeWorld } from '../world.ts';

const GONE = /^The history holds no report, and no record of /;

/** What the report warns of, of a history with those records; `twice`: of the one that is made after it. */
async function warnings(numbers: readonly number[], twice = false): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'tare-gone-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const { request, ports } = await makeWorld('', () => undefined);
  const { records, line } = historyOf(Array.from({ length: 6 }, () => ({ sizes: { a: 1e6 } })));
  const history = createHistoryDirectory({ directory });
  await history.append(records.filter((_, number) => numbers.includes(number)));
  const report = () =>
    triage(
      { ...request, head: shaAt(5), since: null },
      {
        ...ports,
        history,
        clock: { now: () => new Date('2026-11-09T06:17:00Z') },
        triagePresenter: { present: async () => undefined, announce: async () => undefined },
        triageLinks: { repositoryUrl: null, runUrl: null },
        ancestry: async () => line.toReversed(),
      },
    );
  if (twice) await report();
  return (await report()).warnings;
}

test('records that were compared with commits without any say that the history may have been deleted', async () => {
  expect(await warnings([4, 5])).toContainEqual(
    expect.stringMatching(new RegExp(`${GONE.source}${shaAt(3).slice(0, 10)}, which later records`)),
  );
  expect(await warnings([2, 4])).toContainEqual(
    expect.stringMatching(new RegExp(`${GONE.source}${shaAt(3).slice(0, 10)} and 1 other commit, which`)),
  );
});

test.each<[string, readonly number[], boolean]>([
  ['begins with its first record', [0, 1, 2, 3, 4, 5], false],
  ['was reported on before', [4, 5], true],
])('a history that %s is not said to be deleted', async (_, numbers, twice) => {
  expect((await warnings(numbers, twice)).filter((line) => GONE.test(line))).toEqual([]);
});
