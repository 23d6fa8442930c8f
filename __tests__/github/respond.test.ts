import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commentMarker } from '../../src/github/comment-marker.ts';
import { askedIn } from '../../src/report/asked.ts';
import { FORK } from '../support/fork.ts';
import { type GitHubApi, startGitHubApi } from '../support/github-api.ts';
import type { RunDraft } from '../support/github-commands.ts';
import { faults } from '../support/github-faults.ts';
import { expectInert } from '../support/markdown.ts';
import { type Placed, placeChecked, type Said, say } from './respond-fixture.ts';

let api: GitHubApi;
let pull: Placed;
let comments: readonly { readonly id: number; readonly body: string }[];
let reruns: number;
let reactions: number;
beforeAll(async () => {
  api = await startGitHubApi({ people: ['stranger'], pullRequests: 40 });
  api.commands.permit('octo', 'write');
});
beforeEach(async () => {
  pull = await placeChecked(api);
  await remember();
});
afterEach(() => api.repair());
afterAll(() => api.close());

async function remember(): Promise<void> {
  comments = await api.comments(pull.number);
  reruns = api.commands.reruns.length;
  reactions = api.commands.reactions.length;
}

/** Nothing was written but `allowed`, no run was started, and no comment but the person's own is new or different. */
async function expectNothing(run: Said, reason: string | RegExp, allowed: readonly string[] = []) {
  expect(run.responded).toMatch(/ignored|refused/);
  expect(run.reason).toMatch(reason);
  expect(run.writes).toEqual(allowed);
  expect(api.commands.reruns).toHaveLength(reruns);
  const now = await api.comments(pull.number);
  expect(now.slice(0, comments.length)).toEqual(comments);
  expect(now.length).toBeLessThanOrEqual(comments.length + 1);
}

/** Nothing but Tare's comment was changed, and that only by what it answers. */
async function expectRefused(run: Said, reason: string | RegExp): Promise<string> {
  expect(run.responded).toBe('refused');
  expect(run.reason).toMatch(reason);
  expect(run.writes).toEqual(['issues/update-comment', 'reactions/create-for-issue-comment']);
  expect(api.commands.reactions.slice(reactions)).toEqual([
    { comment: expect.any(Number), content: 'confused' },
  ]);
  expect(api.commands.reruns).toHaveLength(reruns);
  const [own, ...others] = await api.comments(pull.number);
  expect(own?.body.startsWith(comments[0]?.body ?? '?')).toBe(true);
  expect(others).toHaveLength(comments.length);
  expect(askedIn(own?.body ?? '')).toMatchObject({ accepted: [], rerun: null });
  return own?.body ?? '';
}

const REACTION = ['reactions/create-for-issue-comment'];

describe('nothing is done, and nothing is written', () => {
  const accept = '/tare accept * It is fine';

  test('for a stranger, who gets a reaction', async () => {
    const run = await say(api, pull.number, accept, { by: 'stranger' });
    await expectNothing(run, '"stranger" may not write to this repository', REACTION);
    expect(api.commands.reactions.slice(reactions)).toEqual([{ comment: run.comment, content: 'confused' }]);
  });

  test.each(['read', 'none', 'triage'])('for somebody whose permission is "%s"', async (permission) => {
    api.commands.permit('stranger', permission);
    const run = await say(api, pull.number, '/tare', { by: 'stranger' });
    await expectNothing(run, 'may not write', REACTION);
  });

  test.each([
    ['a bot', { user: { login: 'helper[bot]', type: 'Bot' } }],
    ['an app with a person’s type', { user: { login: 'helper[bot]', type: 'User' } }],
    ['an organisation', { user: { login: 'octo', type: 'Organization' } }],
  ])('for %s', async (_, comment) => {
    await expectNothing(await say(api, pull.number, accept, { comment }), 'is a bot');
  });

  test.each(['edited', 'deleted'])('when a comment is %s', async (action) => {
    const run = await say(api, pull.number, accept, { action });
    await expectNothing(run, `a comment was ${action}`);
    expect(run.requests).toEqual([]);
  });

  test('on an issue', async () => {
    const run = await say(api, pull.number, accept, { issue: { pull_request: null } });
    await expectNothing(run, 'on an issue');
    expect(run.requests).toEqual([]);
  });

  test.each([
    ['a quotation', `> ${accept}`],
    ['a code block', `Write:\n\`\`\`\n${accept}\n\`\`\`\n`],
    ['a hidden comment', `Thanks!\n<!--\n${accept}\n-->`],
    ['a hidden comment without an end', `Thanks!\n<!--\n${accept}`],
    ['another word', '/tared\n/tare-accept * x'],
    ['the middle of a line', `Do not write ${accept}`],
    ['an indented line', `  ${accept}`],
    ['60 kB of other text', 'x /tare\n'.repeat(7500)],
  ])('in %s', async (_, body) => {
    const run = await say(api, pull.number, body);
    await expectNothing(run, 'holds no command');
    expect(run.requests).toEqual([]);
  });

  test('with a token that may not start runs: who asked is told why', async () => {
    const run = await say(api, pull.number, '/tare', {
      permissions: { pull_requests: 'write', actions: 'read' },
    });
    const body = await stickyOf();
    expect(run.reason).toContain('permissions: actions: write');
    expect(api.commands.reruns).toHaveLength(reruns);
    expect(askedIn(body)).toMatchObject({ rerun: null, answer: { kind: 'refused' } });
  });

  test('with a token that may not even read: the step fails', async () => {
    const run = await say(api, pull.number, '/tare', { permissions: { contents: 'read' } });
    expect(run.responded).toBe('failed');
    expect(api.commands.reruns).toHaveLength(reruns);
  });

  test('when GitHub does not say what a person may do: the step fails, and nothing is allowed', async () => {
    api.fault('repos/get-collaborator-permission-level', faults.serverError(500));
    const run = await say(api, pull.number, accept);
    expect(run.responded).toBe('failed');
    expect(run.writes).toEqual([]);
  });
});

async function stickyOf(): Promise<string> {
  return (await api.comments(pull.number))[0]?.body ?? '';
}

describe('the head', () => {
  test('that moved after the comment is not run, nor is anything accepted on it', async () => {
    const later = { createdAt: '2026-11-20T11:00:01Z' };
    for (const command of ['/tare', '/tare bench x', '/tare accept * Fine']) {
      pull = await placeChecked(api, later);
      await remember();
      await expectRefused(await say(api, pull.number, command), /has moved on to [0-9a-f]{10} since/);
    }
  });

  test.each(['/tare', '/tare bench x', '/tare accept * Fine'])(
    'that moves while "%s" is carried out stops it',
    async (command) => {
      const moved = 'd'.repeat(40);
      api.before('actions/list-workflow-runs', async () => api.setHead(pull.number, moved));
      const run = await say(api, pull.number, command);
      await expectRefused(run, /has moved on from [0-9a-f]{10} to [0-9a-f]{10}/);
    },
  );

  test('that the report is not of yet: nothing is accepted', async () => {
    pull = await placeChecked(api, {}, { reportedOn: 'b'.repeat(40) });
    await remember();
    await expectRefused(await say(api, pull.number, '/tare accept * x'), 'the report is not of');
  });

  test('of a pull request that is closed', async () => {
    api.actions.place(pull.number, { ...pull.place, state: 'closed' });
    await expectRefused(await say(api, pull.number, '/tare'), 'the pull request is closed');
  });
});

describe('a run is not started again', () => {
  test.each<[string, Partial<RunDraft>, string]>([
    ['of another workflow', { path: '.github/workflows/release.yml' }, 'there is no run of tare.yml'],
    ['of a file of that name elsewhere', { path: 'evil/tare.yml' }, 'there is no run'],
    ['of another event', { event: 'push' }, 'there is no run'],
    ['of another head', { headSha: 'c'.repeat(40) }, 'there is no run'],
    ['of another repository’s branch', { headRepositoryId: FORK.id }, 'there is no run'],
    ['of another repository', { repositoryId: 9 }, 'there is no run'],
    ['of another pull request of that head', { pullRequests: [39] }, 'there is no run'],
    ['that is not finished', { status: 'in_progress', conclusion: null }, 'is not finished'],
    ['that waits for an approval', { conclusion: 'action_required' }, 'waits for an approval'],
  ])('%s', async (_, draft, reason) => {
    pull = await placeChecked(api, draft);
    await remember();
    await expectRefused(await say(api, pull.number, '/tare'), reason);
  });
});

describe('what is done', () => {
  test('a fork’s check is run again, with the rights that it had', async () => {
    pull = await placeChecked(api, { headRepositoryId: FORK.id, pullRequests: [] });
    api.actions.place(pull.number, { ...pull.place, repository: FORK });
    const run = await say(api, pull.number, 'Again, please.\n\n/tare');
    expect(run.responded).toBe('done');
    expect(run.writes).toEqual([
      'issues/update-comment',
      'actions/re-run-workflow',
      'reactions/create-for-issue-comment',
    ]);
    expect(api.commands.reruns.at(-1)).toEqual([pull.runId, 'all']);
  });

  test('the newest run of several for one head is run again', async () => {
    api.commands.addRun({ id: 99_999, headSha: pull.headSha, pullRequests: [pull.number] });
    await say(api, pull.number, '/tare');
    expect(api.commands.reruns.at(-1)).toEqual([99_999, 'all']);
  });

  test('a run that GitHub does not start again leaves no request behind', async () => {
    api.fault('actions/re-run-workflow', faults.invalid);
    const run = await say(api, pull.number, '/tare bench sort');
    expect(run.responded).toBe('refused');
    expect(askedIn(await stickyOf())).toMatchObject({ rerun: null, answer: { kind: 'refused' } });
  });

  test('the same case is accepted once, with the last reason', async () => {
    await say(api, pull.number, '/tare accept "bench a" First');
    await say(api, pull.number, '/tare accept "bench a" Second');
    expect(askedIn(await stickyOf())?.accepted).toEqual([
      expect.objectContaining({ case: 'bench a', reason: 'Second', by: 'octo' }),
    ]);
  });

  test('without a comment of Tare’s, and none wanted: a reaction is all the answer, and nothing is accepted', async () => {
    for (const { id } of await api.comments(pull.number)) await api.deleteComment(id);
    const run = await say(api, pull.number, '/tare accept * Fine', { inputs: { comment: 'false' } });
    expect(run.responded).toBe('refused');
    expect(run.writes).toEqual(['reactions/create-for-issue-comment']);
  });

  test('outside the default branch nothing is', async () => {
    const run = await say(api, pull.number, '/tare', { ref: 'refs/heads/other' });
    expect(run).toMatchObject({ responded: 'failed', requests: [] });
  });
});

describe('a mistake is answered with the commands that there are', () => {
  test.each([
    ['/tare now', 'there is no command "now"'],
    ['/tare accept', '"accept" needs a case and a reason'],
    ['/tare accept bench', '"accept" needs a case and a reason'],
    ['/tare bench', '"bench" needs a filter'],
    [`/tare bench ${'x'.repeat(201)}`, 'the filter is longer than 200'],
    [`/tare accept * ${'x'.repeat(301)}`, 'the reason is longer than 300'],
    [`/tare accept * ${'x'.repeat(60_000)}`, 'longer than 1000 characters'],
    ['/tare\n/tare accept * y\n/tare help', 'it holds 3 commands'],
  ])('%s', async (body, reason) => {
    const told = await expectRefused(await say(api, pull.number, body), reason.slice(0, 20));
    expect(told).toContain('`/tare bench <filter>`');
  });

  test('a word with everything in it is shown as a word', async () => {
    const word = '<img/src=x>@octo#1|`::error::`##[error]';
    const told = await expectRefused(await say(api, pull.number, `/tare ${word}`), 'there is no command');
    expectInert(tailOf(told), '');
  });
});

test.each([
  ['Markdown', '**bold** [x](https://evil.example) ![i](https://evil.example/i.png) | a | `'],
  ['HTML', '</details><img src=x onerror=alert(1)><script>alert(1)</script>'],
  ['mentions', '@octo @github/security #1 GH-2 octo/widget#3 a0b1c2d3e4f5'],
  ['a marker', 'Fine <!-- tare:default head=0000000000000000000000000000000000000000 run=1.1 -->'],
  ['a note of its own', '<!-- tare-asked eyJ9 --> x'],
  ['directions and things unseen', '\u202egnp.exe\u202c \u200b\u2066x\u2069\u0007\u001b[31mred'],
  ['runner commands', '::set-output name=a::b ##[error]x %0A::stop-commands::y'],
])('%s in a reason stays words', async (_, reason) => {
  const run = await say(api, pull.number, `/tare accept "size \`x\`|@octo" ${reason}`);
  expect(run.responded).toBe('done');
  const body = await stickyOf();
  expect(body.startsWith(comments[0]?.body ?? '?')).toBe(true);
  expect(body.match(/<!--/g)).toHaveLength(2);
  expect(body).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u200b\u202a-\u202e\u2066-\u2069]/);
  expectInert(tailOf(body), '');
  expect(askedIn(body)?.accepted).toHaveLength(1);
});

/** What stands behind the hidden note. */
function tailOf(body: string): string {
  return body.slice(body.lastIndexOf('-->') + 4);
}

test('a comment that is full of what was accepted takes no more', async () => {
  const said: Said[] = [];
  for (let count = 0; count < 8; count += 1) {
    said.push(await say(api, pull.number, `/tare accept "bench ${count}" ${'<b>'.repeat(100)}`));
  }
  const refused = said.filter((run) => run.reason.includes('is full'));
  expect(refused.length).toBeGreaterThan(0);
  expect((await stickyOf()).length).toBeLessThan(60_000 + 5000);
  expect(askedIn(await stickyOf())?.accepted).toHaveLength(8 - refused.length);
});

test('somebody else’s comment with Tare’s marker is not touched', async () => {
  const marker = commentMarker('default', { headSha: pull.headSha, runId: '1', runAttempt: '1' }).line;
  const planted = await api.addComment(pull.number, `${marker}\nMine`, api.personToken('stranger'));
  await say(api, pull.number, '/tare help');
  const now = await api.comments(pull.number);
  expect(now.find(({ id }) => id === planted)?.body).toBe(`${marker}\nMine`);
  expect(await stickyOf()).toContain('`/tare` runs the check again');
});
