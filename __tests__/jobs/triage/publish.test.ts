import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { TriagePorts } from '../../../src/jobs/triage/ports.ts';
import { publishTriage } from '../../../src/jobs/triage/publish.ts';
import { readState, STATE_FILE } from '../../../src/jobs/triage/state.ts';
import { createHistoryDirectory } from '../../../src/store/history/directory.ts';
import type { HistoryStore } from '../../../src/store/history-store.ts';
import { recordingLogger } from '../../support/recording-logger.ts';
import { weekly } from '../../support/triage-example.ts';

const RANGE = {
  line: [],
  since: null,
  reached: undefined,
  carried: [],
  week: '2026-W47',
  date: '2026-11-16',
  later: [],
  warnings: [],
};

async function world() {
  const directory = await mkdtemp(join(tmpdir(), 'tare-publish-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const history = createHistoryDirectory({ directory });
  const logger = recordingLogger();
  const publish = (store: HistoryStore, read: Awaited<ReturnType<typeof readState>>) => {
    const ports = { history: store, logger, triageLinks: { repositoryUrl: null, runUrl: null } };
    // What publishing needs of the ports.
    return publishTriage(weekly(), RANGE, new Map(), read, ports as unknown as TriagePorts);
  };
  return { directory, history, logger, publish };
}

test('a report, its JSON and the state; the state is read again as it was written', async () => {
  const { directory, history, logger, publish } = await world();
  expect(await publish(history, await readState(history))).toBe(true);
  expect((await readdir(join(directory, 'triage/2026'))).toSorted()).toEqual([
    '2026-11-16.json',
    '2026-11-16.md',
  ]);
  const { state, warning } = await readState(history);
  expect(warning).toBeNull();
  expect(state).toMatchObject({ week: '2026-W47', date: '2026-11-16', until: weekly().until });
  expect(state?.items.map(({ id }) => id)).toEqual(weekly().items.map(({ id }) => id));
  expect(logger.lines).toEqual(['info: Report: triage/2026/2026-11-16.md in the history']);
});

test('a state that was out of reach when the report began is not written over', async () => {
  const { directory, history, logger, publish } = await world();
  await publish(history, await readState(history));
  const before = await readFile(join(directory, STATE_FILE), 'utf8');
  const unreachable = { ...history, readFile: async () => null };
  expect(await publish(history, await readState(unreachable))).toBe(false);
  expect(await readFile(join(directory, STATE_FILE), 'utf8')).toBe(before);
  expect(logger.lines.at(-1)).toMatch(/^warning: The report was not published: the state of the last one/);
});

test('a state that may not be read is not written over', async () => {
  const { directory, history, logger, publish } = await world();
  await publish(history, await readState(history));
  const before = await readFile(join(directory, STATE_FILE), 'utf8');
  const refusing: HistoryStore = { ...history, readFile: () => Promise.reject(new Error('EACCES')) };
  expect(await publish(refusing, await readState(refusing))).toBe(false);
  expect(await readFile(join(directory, STATE_FILE), 'utf8')).toBe(before);
  expect(logger.lines.at(-1)).toMatch(/^warning: The report was not published/);
});

test.each([
  ['no JSON', '{"schema": 1,'],
  ['a later schema', '{"schema": 2}'],
  ['wrong fields', '{"schema": 1, "tare": "0.1.0", "week": "2026-W99x"}'],
  ['hostile', '{"__proto__": {"week": "2026-W47"}, "items": "x"}'],
])('a state that is %s is kept beside the new one', async (_, text) => {
  const { directory, history, publish } = await world();
  await history.publish([{ path: STATE_FILE, content: text }], 'Broken');
  const read = await readState(history);
  expect(read).toMatchObject({ state: null, unreadable: text });
  await publish(history, read);
  const kept = (await readdir(join(directory, 'triage'))).find((name) => name.startsWith('state-unreadable'));
  expect(await readFile(join(directory, 'triage', kept ?? ''), 'utf8')).toBe(text);
  expect((await readState(history)).state).not.toBeNull();
});

test('a history that refuses is a warning', async () => {
  const { history, logger, publish } = await world();
  const refusing = {
    ...history,
    publish: async () => ({ written: false, reason: 'the branch is protected' }) as const,
  };
  expect(await publish(refusing, await readState(history))).toBe(true);
  expect(logger.lines).toEqual(['warning: The report was not published: the branch is protected']);
});
