import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type BadgeRequest, publishBadges, seriesLimits } from '../../src/jobs/badge.ts';
import { encodeState, STATE_FILE } from '../../src/jobs/triage/state.ts';
import { createHistoryDirectory } from '../../src/store/history/directory.ts';
import type { HistoryStore } from '../../src/store/history-store.ts';
import { historyRatio, historyRecord, shaOf } from '../support/history.ts';
import { recordingLogger } from '../support/recording-logger.ts';

let folder = '';
let config: Config;
beforeAll(async () => {
  config = await loadConfig({
    root: '/',
    directory: '/',
    file: null,
    overrides: { failOn: null, comment: null, configurations: null },
    readFile: async () => null,
  });
  folder = await mkdtemp(join(tmpdir(), 'tare-badge-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let histories = 0;
function newHistory(): HistoryStore {
  return createHistoryDirectory({ directory: join(folder, `${++histories}`) });
}

const RECORD = historyRecord(1, {
  values: [{ case: 'size rg', metric: 'loadable-bytes', value: 2 ** 20 }],
  ratios: [historyRatio('bench sort', 1.1, { verdict: 'regression' })],
});
const FIRST = new Date('2026-03-01T00:00:00Z');

function publish(history: HistoryStore, request: Partial<BadgeRequest> = {}, now = FIRST) {
  return publishBadges(
    {
      config,
      project: 'o/r',
      repositoryUrl: 'https://example.org/o/r',
      branch: 'tare-data',
      page: 'stale',
      ...request,
    },
    { history, clock: { now: () => now }, logger: recordingLogger() },
  );
}

describe('publishing', () => {
  test('writes badges and the page beside the records, and gives the README’s lines', async () => {
    const history = newHistory();
    await history.append([RECORD]);
    const result = await publish(history);
    expect(result).toMatchObject({ isFirst: true, warnings: [] });
    expect(result.paths).toEqual([
      'badges/size.json',
      'badges/size.svg',
      'badges/run-time.json',
      'badges/run-time.svg',
      'badges/regressions.json',
      'badges/regressions.svg',
      'index.html',
    ]);
    expect(result.snippet).toContain('https://example.org/o/r/raw/tare-data/badges/size.svg');
    expect(JSON.parse((await history.readFile('badges/size.json')) ?? '')).toMatchObject({
      message: '1.00 MiB',
    });
    expect(await history.readFile('index.html')).toContain('<title>o/r: size');
    expect((await history.read()).records).toEqual([RECORD]);
  });

  test('draws the page again when it is a week old, and the badges each time', async () => {
    const history = newHistory();
    await history.append([RECORD]);
    const drawn = async (days: number, page: BadgeRequest['page'] = 'stale') => {
      const result = await publish(history, { page }, new Date(FIRST.getTime() + days * 24 * 3600_000));
      expect(result.isFirst).toBe(false);
      expect(result.paths).toContain('badges/size.svg');
      return result.paths.includes('index.html');
    };
    await publish(history);
    expect([await drawn(6), await drawn(7), await drawn(8), await drawn(9, 'always')]).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect(await drawn(60, 'never')).toBe(false);
  });

  test('of an empty history is nothing', async () => {
    expect(await publish(newHistory())).toMatchObject({ paths: [], snippet: null, warnings: [] });
  });

  test('leaves all as it is where the history was not read whole', async () => {
    const history = newHistory();
    await history.append([RECORD]);
    const broken = { ...history, read: async () => ({ ...(await history.read()), complete: false }) };
    expect(await publish(broken)).toMatchObject({
      paths: [],
      snippet: null,
      warnings: ['The badges and the trend page were left as they are.'],
    });
    expect(await history.readFile('badges/size.svg')).toBeNull();
  });

  test('that is refused is a warning', async () => {
    const history = newHistory();
    await history.append([RECORD]);
    const refusing = { ...history, publish: async () => ({ written: false, reason: 'no right' }) as const };
    expect(await publish(refusing)).toMatchObject({
      paths: [],
      snippet: null,
      warnings: ['The badges were not published: no right'],
    });
  });

  test('counts what the last weekly report left open', async () => {
    const history = newHistory();
    await history.append([RECORD]);
    const item = {
      kind: 'regression' as const,
      configuration: 'release',
      commit: {
        sha: shaOf(0),
        subject: '',
        author: '',
        pullRequest: null,
        committed: RECORD.committed,
      },
      opened: '2026-01-05',
      rows: [
        {
          case: 'bench sort',
          metric: 'wall-time',
          unit: 's' as const,
          tier: 'paired' as const,
          category: 'primary' as const,
          before: null,
          after: null,
          change: 0.1,
          threshold: 0.01,
          state: 'open' as const,
          commit: null,
          by: null,
          reason: null,
        },
      ],
    };
    const items = [1, 2, 3].map((number) => ({ ...item, id: String(number) }));
    const state = { tare: '0.1.0', week: '2026-W09', date: '2026-02-28', since: null, until: shaOf(1) };
    await history.publish([{ path: STATE_FILE, content: encodeState({ ...state, before: [], items }) }], '');
    await publish(history);
    expect(JSON.parse((await history.readFile('badges/regressions.json')) ?? '')).toMatchObject({
      message: '3',
    });
    // A commit up to its last one was recorded after it was made.
    const reached = [{ configuration: 'release', commit: shaOf(0) }];
    const late = encodeState({ ...state, reached, before: [], items });
    await history.append([historyRecord(0)]);
    await history.publish([{ path: STATE_FILE, content: late }], '');
    await publish(history);
    expect(JSON.parse((await history.readFile('badges/regressions.json')) ?? '')).toMatchObject({
      message: '4',
    });
  });
});

describe('limits of a series', () => {
  const limits = (caseName: string, metric: string, changes = {}) =>
    seriesLimits({ ...config, ...changes })({ configuration: 'release', case: caseName, metric });

  test('are those that check judges by', () => {
    expect(limits('size rg', 'loadable-bytes')).toMatchObject({
      change: 0.001,
      floor: 1024,
      headline: true,
      budget: null,
    });
    expect(limits('size rg', 'gzip-bytes', { size: { ...config.size, gate: 'gzip' } }).headline).toBe(true);
    expect(limits('bench sort', 'wall-time')).toEqual({
      change: 0.01,
      floor: null,
      budget: null,
      headline: null,
    });
    expect(limits('compile workspace', 'units').change).toBeNull();
  });

  test('follow the rules for cases', () => {
    const rule = { match: 'bench *', metric: null, category: null, floor: null, change: 0.05, budget: 2 };
    expect(limits('bench sort', 'wall-time', { cases: [rule] })).toMatchObject({ change: 0.05, budget: 2 });
    expect(limits('size rg', 'loadable-bytes', { cases: [rule] }).budget).toBeNull();
  });

  test('of what this version does not know are none', () => {
    expect(limits('from the future', 'x')).toEqual({
      change: null,
      floor: null,
      budget: null,
      headline: null,
    });
  });
});
