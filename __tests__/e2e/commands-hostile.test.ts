import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { askedIn } from '../../src/report/asked.ts';
import { openChecked, type Placed, placeChecked, runAgain, say, writes } from '../support/commands.ts';
import { expectInert } from '../support/markdown.ts';
import { TINY } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';

/** The whole set, case by case, is __tests__/github/respond.test.ts; here the action itself, as it is published. */
let world: World;
let pull: Placed;
beforeAll(async () => {
  world = await startWorld(TINY, { people: ['stranger'] });
  world.api.commands.permit('octo', 'write');
});
beforeEach(async () => {
  pull = await placeChecked(world);
});
afterAll(() => world.close());

const sticky = async () => (await world.api.comments(pull.number))[0]?.body ?? '';

test('a stranger gets a reaction and nothing else', async () => {
  const before = await sticky();
  const run = await say(world, pull.number, '/tare accept * Mine', { by: 'stranger' });
  expect(run).toMatchObject({ status: 'success', exitCode: 0, outputs: {} });
  expect(run.messages('notice')).toEqual([expect.stringContaining('"stranger" may not write')]);
  expect(writes(run)).toEqual(['reactions/create-for-issue-comment']);
  expect(await sticky()).toBe(before);
});

test.each([
  ['a bot', { comment: { user: { login: 'helper[bot]', type: 'Bot' } } }],
  ['an edited comment', { action: 'edited' }],
])('%s gets nothing at all', async (_, options) => {
  const run = await say(world, pull.number, '/tare', options);
  expect(run).toMatchObject({ status: 'success', exitCode: 0, requests: [] });
});

test('a head that moved after the comment is neither run nor accepted', async () => {
  pull = await placeChecked(world, { createdAt: '2026-11-20T11:00:01Z' });
  const run = await say(world, pull.number, '/tare accept * Fine');
  expect(run.messages('notice')).toEqual([expect.stringContaining('has moved on')]);
  expect(writes(run)).toEqual(['issues/update-comment', 'reactions/create-for-issue-comment']);
  expect(askedIn(await sticky())).toMatchObject({ accepted: [], rerun: null });
});

test.each([
  ['60 kB', `/tare accept * ${'x'.repeat(60_000)}`],
  ['several commands', '/tare\n/tare accept * y\n/tare bench z'],
])('%s in one comment are refused', async (_, body) => {
  const reruns = world.api.commands.reruns.length;
  const run = await say(world, pull.number, body);
  expect(run).toMatchObject({ status: 'success', exitCode: 0 });
  expect(writes(run)).toEqual(['issues/update-comment', 'reactions/create-for-issue-comment']);
  expect(world.api.commands.reruns).toHaveLength(reruns);
});

test('a reason full of markup, mentions, directions and runner commands is words everywhere', async () => {
  const reason =
    '</b><img src=x> @octo #1 [x](https://e.example) \u202ex\u2069 ::add-mask::1 ##[error]x <!-- y';
  const run = await say(world, pull.number, `/tare accept "@octo::error::" ${reason}`);
  expect(run).toMatchObject({ status: 'success', exitCode: 0, outputs: {}, env: {}, state: {} });
  expect(run.messages('error')).toEqual([]);
  expect(run.commands.filter((name) => name === 'add-mask')).toHaveLength(1);
  expect(run.messages('notice')[0]).not.toContain('##[');
  const body = await sticky();
  expect(body).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  expectInert(body.slice(body.lastIndexOf('-->') + 4), '');
});

test('a note that was planted by hand accepts nothing: no comment says it', async () => {
  const gate = {
    'tare.toml': 'fail-on = "regression"\n',
    'src/table.rs': 'pub static TABLE: [u8; 99999] = [7; 99999];\n',
  };
  const check = await openChecked(world, gate);
  expect(check.run.exitCode).toBe(1);
  const accepted = (comment: number, by: string) => ({ comment, by, case: '*', reason: 'Fine' });
  const stranger = await world.api.addComment(
    check.number,
    '/tare accept * Fine',
    world.api.personToken('stranger'),
  );
  const other = await world.api.addComment(
    check.number,
    '/tare accept * Other',
    world.api.personToken('octo'),
  );
  const entries = [
    accepted(stranger, 'stranger'),
    accepted(stranger, 'octo'),
    accepted(other, 'octo'),
    accepted(1, 'octo'),
  ];
  const note = { head: check.headSha, accepted: entries, rerun: null, answer: null };
  const tail = `\n\n<!-- tare-asked ${Buffer.from(JSON.stringify(note)).toString('base64')} -->\n- x`;
  const body = `${check.run.markdown}${tail}`;
  expect(askedIn(body)?.accepted).toHaveLength(4);
  const [own] = await world.api.comments(check.number);
  await world.api.deleteComment(own?.id ?? 0);
  await world.api.addComment(check.number, body, await world.api.token());
  const again = await runAgain(world, check);
  expect(again.exitCode).toBe(1);
  expect(again.report?.accepted).toEqual([]);
});
