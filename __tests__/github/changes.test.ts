import { expect, test } from 'vitest';
import { patientChanges } from '../../src/github/changes.ts';
import type { ChangeSource } from '../../src/jobs/history/changes.ts';
import { historyOf } from '../support/git-history.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { clientOf, connect } from './api-fixture.ts';

const sha = (digit: string) => digit.repeat(40);

test('who put a label on a pull request, while it has it', async () => {
  const { api, github } = await connect({ people: ['ada'] });
  expect(await github.labelledBy(1, 'tare: accepted')).toBeNull();
  await api.label(1, 'other', 'octo');
  await api.label(1, 'tare: accepted', 'ada');
  expect(await github.labelledBy(1, 'Tare: Accepted')).toBe('ada');
  await api.label(1, 'tare: accepted', 'octo', 'unlabeled');
  expect(await github.labelledBy(1, 'tare: accepted')).toBeNull();
  await api.label(1, 'tare: accepted', 'octo');
  expect(await github.labelledBy(1, 'tare: accepted')).toBe('octo');
});

test('the newest event counts, behind any number of older ones', async () => {
  const { api, github } = await connect({ people: ['ada'] });
  await api.label(1, 'tare: accepted', 'octo');
  for (let number = 0; number < 300; number += 1) {
    await api.label(1, 'other', 'octo');
    await api.label(1, 'other', 'octo', 'unlabeled');
  }
  await api.label(1, 'tare: accepted', 'octo', 'unlabeled');
  expect(await github.labelledBy(1, 'tare: accepted')).toBeNull();
  await api.label(1, 'tare: accepted', 'ada');
  expect(await github.labelledBy(1, 'tare: accepted')).toBe('ada');
});

test('a label that goes while it is asked for accepts nothing', async () => {
  const { api, github } = await connect();
  await api.label(1, 'tare: accepted', 'octo');
  api.before('issues/list-events', () => api.label(1, 'tare: accepted', 'octo', 'unlabeled'));
  expect(await github.labelledBy(1, 'tare: accepted')).toBeNull();
});

test.each(['issues/list-labels-on-issue', 'issues/list-events'])(
  'a next page of %s on another host is not asked',
  async (operation) => {
    const { api, github } = await connect();
    await api.label(1, 'tare: accepted', 'octo');
    const headers = { link: '<http://127.0.0.2:9/next>; rel="next"' };
    api.fault(operation, { kind: 'refusal', status: 200, headers, body: [] });
    await expect(github.labelledBy(1, 'tare: accepted')).rejects.toThrow(
      'the next page is on another host, 127.0.0.2:9',
    );
  },
);

test('messages of the commits between two, the newest first', async () => {
  const history = historyOf([
    { sha: sha('3'), parents: [sha('2')], message: 'Three\n\nTare-Accept: * why', author: 'Ada' },
    { sha: sha('2'), parents: [sha('1')], message: 'Two', author: 'Bob' },
    { sha: sha('1'), parents: [] },
  ]);
  const { github } = await connect({ history });
  expect(await github.messages(sha('1'), sha('3'))).toEqual([
    { message: 'Three\n\nTare-Accept: * why', author: 'Ada' },
    { message: 'Two', author: 'Bob' },
  ]);
});

test('for the weekly report a refusal is one warning, and after a few of them nothing more is asked', async () => {
  const { api } = await connect();
  const logger = recordingLogger();
  const nothing: ChangeSource = {
    commits: async () => null,
    pullRequestOf: async () => null,
    labelledBy: async () => null,
    commandsOf: async () => null,
  };
  const changes = patientChanges(clientOf(api, 'ghs_unknown'), nothing, logger);
  for (const digit of '12345') expect(await changes.pullRequestOf(sha(digit))).toBeNull();
  expect(api.requests).toHaveLength(3);
  expect(logger.lines).toHaveLength(3);
  expect(logger.lines[0]).toMatch(
    /^warning: Where commits came from, .* Could not find the pull request of 1{40}: GitHub answered 401/,
  );
  expect(logger.lines.slice(1).filter((line) => line.startsWith('warning'))).toEqual([]);
});
