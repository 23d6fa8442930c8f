import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { triageSchema } from '../../src/report/triage/document.ts';
import { git } from '../support/git.ts';
import { faults } from '../support/github-faults.ts';
import { expectWhole } from '../support/markdown.ts';
import { TINY, table } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ ...TINY, 'tare.toml': '[benches]\nenabled = false\n' });
  await world.pushToMain({ 'README.md': 'Recorded.\n' });
  await world.pushToMain(table(65_536));
});
afterAll(() => world.close());

const SCHEDULE = { event: 'schedule', ref: 'refs/heads/main' } as const;
/** Without a build. */
const ALONE = { event: 'workflow_dispatch', ref: 'refs/heads/main', inputs: { mode: 'triage' } } as const;

const issues = () => world.api.issues();

async function published(): Promise<readonly string[]> {
  const names = await git(world.git.directory, 'ls-tree', '-r', '--name-only', 'tare-data');
  return names.split('\n').filter((name) => name.startsWith('triage/'));
}

test('a schedule records and reports: summary, data branch, one issue by its own hand', async () => {
  const grown = await world.git.resolve('main');
  const run = await world.runEvent(SCHEDULE);
  expect(run).toMatchObject({ status: 'success', annotations: [] });
  expect(run.summary).toMatch(/Baseline recorded earlier[\s\S]*## Performance triage, week \d+ of \d{4}/);
  expect(run.outputs).toMatchObject({
    'needs-human': '1',
    'issue-url': expect.stringMatching(/\/issues\/\d+$/),
  });

  const document = triageSchema.parse(JSON.parse(await readFile(run.outputs['triage'] ?? '', 'utf8')));
  expect(document.configurations[0]?.entries.map(({ commit, verdict }) => [commit.sha, verdict])).toEqual([
    [grown, 'regression'],
  ]);
  const [issue, ...others] = await issues();
  expect(others).toEqual([]);
  expect(issue).toMatchObject({
    title: expect.stringMatching(/^Performance triage, week \d+ of \d{4}$/),
    state: 'open',
    login: 'github-actions[bot]',
  });
  expect(issue?.body).toMatch(
    /^<!-- tare-triage:default week=\d{4}-W\d{2} -->\n\*\*1 regression, 0 improvements, 0 mixed\*\*; /,
  );
  expect(issue?.body).toContain(`/commit/${grown})`);
  expectWhole(issue?.body ?? '');
  expect(await published()).toEqual([
    expect.stringMatching(/^triage\/\d{4}\/\d{4}-\d\d-\d\d\.json$/),
    expect.stringMatching(/^triage\/\d{4}\/\d{4}-\d\d-\d\d\.md$/),
    'triage/state.json',
  ]);
});

test('a schedule that comes twice edits the same issue and the same files', async () => {
  const files = await published();
  await world.commit('main', table(16_384));
  const run = await world.runEvent(SCHEDULE);
  expect(run).toMatchObject({ status: 'success', annotations: [] });
  // Most of the growth is gone, and some of it still there.
  expect(run.outputs['needs-human']).toBe('1');
  const all = await issues();
  expect(all).toHaveLength(1);
  expect(all[0]?.body).toContain('**1 regression, 1 improvement, 0 mixed**');
  expect(run.operations).toContain('issues/update');
  expect(run.operations).not.toContain('issues/create');
  expect(await published()).toEqual(files);
});

test("a person's issue with the same marker is left alone", async () => {
  const [own] = await issues();
  const { api } = world;
  await api.addIssue('Mine', own?.body ?? '', api.personToken(api.owner));
  const run = await world.runEvent(ALONE);
  expect(run).toMatchObject({ status: 'success', report: null });
  expect(run.summary).toMatch(/^## Performance triage/);
  const all = await issues();
  expect(all.map(({ title }) => title)).toEqual([own?.title, 'Mine']);
});

test('one rolling issue, or none', async () => {
  const rolling = '[benches]\nenabled = false\n[triage]\nissue = "rolling"\n';
  await world.commit('main', { 'tare.toml': rolling });
  const run = await world.runEvent(ALONE);
  const all = await issues();
  expect(all.at(-1)).toMatchObject({
    title: 'Performance triage',
    body: expect.stringMatching(/^<!-- tare-triage:default rolling -->\n/),
  });
  expect(run.outputs['issue-url']).toMatch(new RegExp(`/issues/${all.at(-1)?.number}$`));

  await world.commit('main', { 'tare.toml': rolling.replace('rolling', 'off') });
  const off = await world.runEvent(ALONE);
  expect(off.operations.filter((name) => name.startsWith('issues/'))).toEqual([]);
  expect(off.outputs['issue-url']).toBeUndefined();
  expect(await issues()).toHaveLength(all.length);
  await world.commit('main', { 'tare.toml': rolling });
});

test.each([
  [
    'a token that may not write issues',
    { permissions: { contents: 'write' as const, pull_requests: 'read' as const } },
  ],
  ['a service that is down', {}],
])(
  '%s: the report is in the summary and on the data branch, and the step is green',
  async (name, options) => {
    if (name.startsWith('a service')) world.api.fault('issues/list-for-repo', faults.serverError(503));
    const run = await world.runEvent({ ...ALONE, ...options });
    world.api.repair();
    expect(run).toMatchObject({ status: 'success', exitCode: 0 });
    expect(run.messages('warning')).toEqual([
      expect.stringMatching(/^The issue could not be written; the report is in the job summary\. Could not /),
    ]);
    expect(run.summary).toContain('## Performance triage');
  },
);

test('a label that is put on after the merge settles the regression, and a token that may not ask is told', async () => {
  const { number } = await world.openPullRequest({ 'README.md': 'What was merged.\n' });
  world.api.brings(number);
  await world.api.label(number, 'tare: accepted', world.api.owner);
  const settled = await world.runEvent(ALONE);
  expect(settled).toMatchObject({ status: 'success', annotations: [] });
  expect(settled.outputs['needs-human']).toBe('0');
  expect(settled.summary).toContain('justified by octo: label "tare: accepted" of pull request');

  const permissions = { contents: 'write', issues: 'write' } as const;
  const refused = await world.runEvent({ ...ALONE, permissions });
  world.api.brings(null);
  expect(refused).toMatchObject({ status: 'success', exitCode: 0 });
  expect(refused.outputs['needs-human']).toBe('1');
  expect(refused.messages('warning')).toEqual([
    expect.stringMatching(/^Where commits came from, .*"permissions: pull-requests: read"/),
  ]);
});

test('a weekly report of another branch is refused', async () => {
  await world.commit('topic', { 'README.md': 'Another.\n' });
  const run = await world.runEvent({
    event: 'workflow_dispatch',
    ref: 'refs/heads/topic',
    inputs: { mode: 'triage' },
  });
  expect(run.status).toBe('failure');
  expect(run.messages('error')).toEqual([
    '"mode: triage" reports on main, and this run is of refs/heads/topic. Start it on main.',
  ]);
});
