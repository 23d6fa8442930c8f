import { expect, test } from 'vitest';
import type { Cause, Comparison } from '../../../src/compare/comparison.ts';
import { appendHistory } from '../../../src/jobs/history/append.ts';
import type { ChangeSource } from '../../../src/jobs/history/changes.ts';
import type { HistoryRecord } from '../../../src/measure/history-record.ts';
import type { HistoryStore } from '../../../src/store/history-store.ts';
import { comparison } from '../../compare/fixtures.ts';
import { git } from '../../support/git.ts';
import { makeWorld } from '../world.ts';

const TABLE: Cause = {
  kind: 'function',
  subject: 'tool::TABLE',
  before: null,
  after: '60000',
  amount: 60_000,
  note: 'new',
};

interface Made {
  /** Of one more commit. */
  readonly subject?: string | null;
  /** In place of what git tells. */
  readonly changes?: Partial<ChangeSource>;
  /** Makes the commits that follow the base. */
  readonly build?: (root: string) => Promise<unknown>;
}

/** The record of a commit with those rows. */
async function recordWith(
  comparisons: readonly Comparison[],
  { subject = null, changes = {}, build }: Made = {},
): Promise<HistoryRecord | undefined> {
  const { request, ports } = await makeWorld('', () => undefined);
  await build?.(request.root);
  const made = build === undefined ? request.head : await git(request.root, 'rev-parse', 'HEAD');
  const head = subject === null ? made : await commitWith(request.root, subject);
  const appended: HistoryRecord[] = [];
  const written = { written: true, revision: null } as const;
  const history: HistoryStore = {
    read: async () => ({ records: appended, warnings: [], complete: true }),
    append: async (records) => {
      appended.push(...records);
      return written;
    },
    publish: async () => written,
    readFile: async () => null,
    compact: async () => written,
  };
  const part = {
    configuration: 'default',
    base: build === undefined ? null : ({ sha: request.head, distance: 0, source: 'directory' } as const),
    ...{ baseIdentity: null, headIdentity: {} },
    ...{ changed: [], comparisons, added: [], removed: [], failed: [], causes: [], warnings: [] },
  };
  const series = { configuration: 'default', os: 'linux', arch: 'x64', hash: '0'.repeat(16) };
  const recorded = '2026-11-20T10:00:00.000Z';
  const draft = { series, identity: {}, values: [], recorded, unchanged: [] };
  await appendHistory(
    [{ part, draft }],
    { ...request, head },
    { ...ports, history, changes: { ...ports.changes, ...changes } },
    () => undefined,
  );
  return appended[0];
}

test('a cause that several rows of a case have stands once in its record, as the headline has it', async () => {
  const row = (metric: string, headline: boolean, why: Comparison['why']) =>
    comparison({ case: 'size tool', metric, headline, verdict: 'regression', why });
  const detail = { ...TABLE, amount: 1 };
  const record = await recordWith([
    row('file-bytes', false, [detail]),
    row('loadable-bytes', true, [TABLE, TABLE]),
    row('rodata-bytes', false, [detail, { ...detail, subject: 'tool::main' }]),
  ]);
  expect(record?.causes).toEqual([{ ...TABLE, case: 'size tool' }]);
});

const REGRESSION = [comparison({ case: 'size tool', verdict: 'regression' })];

/** Everything of pull request 12 was accepted, by its label and by a command; nothing of any other. */
const TWELVE: Partial<ChangeSource> = {
  labelledBy: async (number) => (number === 12 ? 'ada' : null),
  commandsOf: async (number) =>
    number === 12 ? [{ case: '*', reason: 'Fine', by: 'ada', via: 'command' }] : [],
};

test.each(['Borrow (#12)', 'Merge pull request #12 from eve/change'])(
  'a commit that says %j accepts nothing of it where GitHub names another, or none',
  async (subject) => {
    const other = await recordWith(REGRESSION, {
      subject,
      changes: { ...TWELVE, pullRequestOf: async () => 7 },
    });
    expect(other).toMatchObject({ pullRequest: 7, accepted: [] });
    const untold = await recordWith(REGRESSION, { subject, changes: TWELVE });
    expect(untold).toMatchObject({ pullRequest: 12, accepted: [] });
  },
);

test('the pull request that GitHub names accepts, whatever the subject says', async () => {
  const changes = { ...TWELVE, pullRequestOf: async () => 12 };
  const record = await recordWith(REGRESSION, { subject: 'Say nothing of it (#7)', changes });
  expect(record?.pullRequest).toBe(12);
  expect(record?.accepted.map(({ via }) => via)).toEqual(['command', 'label']);
});

const TRAILER = 'Write it down\n\nTare-Accept: size rg the tables are worth it';
const commit = (root: string, message: string) => git(root, 'commit', '-q', '--allow-empty', '-m', message);

test.each<[string, (root: string) => Promise<unknown>]>([
  [
    'a merge brought',
    async (root) => {
      await git(root, 'checkout', '-q', '-b', 'topic');
      await commit(root, TRAILER);
      await git(root, 'checkout', '-q', 'main');
      await git(root, 'merge', '-q', '--no-ff', '-m', 'Merge pull request #7 from x/y', 'topic');
    },
  ],
  [
    'lies below the pushed head',
    async (root) => {
      await commit(root, TRAILER);
      await commit(root, 'Something else');
    },
  ],
])(
  'a trailer that %s is kept where the commit regressed nothing itself: it may settle what is open',
  async (_, build) => {
    const asked: number[] = [];
    const changes: Partial<ChangeSource> = {
      pullRequestOf: async () => 12,
      labelledBy: async (number) => {
        asked.push(number);
        return 'ada';
      },
    };
    const record = await recordWith([], { build, changes });
    expect(record?.accepted).toEqual([
      { case: 'size rg', reason: 'the tables are worth it', by: expect.any(String), via: 'trailer' },
    ]);
    expect(asked).toEqual([]);
  },
);

async function commitWith(root: string, subject: string): Promise<string> {
  await git(root, 'commit', '-q', '--allow-empty', '-m', subject);
  return git(root, 'rev-parse', 'HEAD');
}
