import { expect, test } from 'vitest';
import { issueMarker, isWeekly } from '../../src/github/issue-marker.ts';
import type { IssueDraft } from '../../src/github/issues.ts';
import { faults } from '../support/github-faults.ts';
import { clientOf, connect } from './api-fixture.ts';

function draft(week: string | null, text: string, more: Partial<IssueDraft> = {}): IssueDraft {
  const marker = issueMarker('default', week);
  return {
    marker,
    title: `Report of ${week}`,
    body: `${marker}\n${text}\n`,
    create: true,
    reopen: false,
    replaces: (body) => isWeekly(body, 'default'),
    ...more,
  };
}

test('an issue is made once, edited afterwards, and replaced by the next week', async () => {
  const { api, github } = await connect();
  const first = await github.writeIssue(draft('2026-W46', 'one'));
  expect(first).toMatchObject({ created: true, closed: [] });
  expect(await github.writeIssue(draft('2026-W46', 'two'))).toEqual({
    url: first.url,
    created: false,
    closed: [],
  });
  const second = await github.writeIssue(draft('2026-W47', 'three'));
  expect(second).toMatchObject({ created: true, closed: [first.url] });
  expect((await api.issues()).map(({ body, state }) => [body.split('\n')[1], state])).toEqual([
    ['two', 'closed'],
    ['three', 'open'],
  ]);
});

test('an issue of another name, or of a person, is none of its own', async () => {
  const { api, github } = await connect({ people: ['eve'] });
  const foreign = draft('2026-W46', 'pasted');
  await api.addIssue('Pasted', foreign.body, api.personToken('eve'));
  await github.writeIssue(draft('2026-W46', 'own'));
  const other = issueMarker('tools/client', '2026-W46');
  await github.writeIssue({
    ...draft('2026-W46', ''),
    marker: other,
    body: `${other}\nother`,
    replaces: (body) => isWeekly(body, 'tools/client'),
  });
  const all = await api.issues();
  expect(all.map(({ login, body }) => [login, body.split('\n')[1]])).toEqual([
    ['eve', 'pasted'],
    ['github-actions[bot]', 'own'],
    ['github-actions[bot]', 'other'],
  ]);
  expect(all.map(({ state }) => state)).toEqual(['open', 'open', 'open']);
});

test('one that somebody closed is edited, and opened again only where that is asked for', async () => {
  const { api, github } = await connect();
  const rolling = { replaces: null };
  await github.writeIssue(draft(null, 'one', rolling));
  await api.closeIssue((await api.issues())[0]?.number ?? 0);
  await github.writeIssue(draft(null, 'two', rolling));
  expect(await api.issues()).toEqual([
    expect.objectContaining({ state: 'closed', body: expect.stringContaining('two') }),
  ]);
  await github.writeIssue(draft(null, 'three', { ...rolling, reopen: true }));
  expect(await api.issues()).toEqual([
    expect.objectContaining({ state: 'open', body: expect.stringContaining('three') }),
  ]);
});

test('nothing is made where none is wanted', async () => {
  const { api, github } = await connect();
  expect(await github.writeIssue(draft('2026-W46', 'one', { create: false }))).toEqual({
    url: null,
    created: false,
    closed: [],
  });
  expect(await api.issues()).toEqual([]);
});

test('an answer that is lost makes no second issue', async () => {
  const { api, github } = await connect();
  api.fault('issues/create', faults.resetAfter, 1);
  expect(await github.writeIssue(draft('2026-W46', 'one'))).toMatchObject({ created: true });
  expect(await api.issues()).toHaveLength(1);
});

test('a token without the right is told what it lacks', async () => {
  const { api } = await connect();
  const github = clientOf(api, await api.token({ contents: 'write', issues: 'read' }));
  await expect(github.writeIssue(draft('2026-W46', 'one'))).rejects.toThrow(/"permissions: issues: write"/);
});

test.each([
  ['default', '2026-W47', '<!-- tare-triage:default week=2026-W47 -->'],
  ['a b --> <x', null, '<!-- tare-triage:a%20;b%20;--%3e;%20;%3c;x rolling -->'],
])('the marker of %s, %s', (name, week, marker) => {
  expect(issueMarker(name, week)).toBe(marker);
});
