import { expect, test } from 'vitest';
import { historyOf } from '../support/git-history.ts';
import { connect } from './api-fixture.ts';

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
