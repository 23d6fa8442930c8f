import { expect, test } from 'vitest';
import { commentMarker } from '../../src/github/comment-marker.ts';
import { faults } from '../support/github-faults.ts';
import { clientOf, connect } from './api-fixture.ts';

const HEAD = 'a'.repeat(40);
const LATER_HEAD = 'b'.repeat(40);

function marked(text: string, run = '7', attempt = '1', headSha = HEAD) {
  const { prefix, line } = commentMarker('default', { headSha, runId: run, runAttempt: attempt });
  return { prefix, body: `${line}\n${text}` };
}

test('creates the first comment and edits it from then on', async () => {
  const { api, github } = await connect();
  api.setHead(1, HEAD);
  const first = marked('first');
  const created = await github.upsertComment(1, first.prefix, first.body);
  expect(created).toMatchObject({ written: true, created: true });
  const second = marked('second', '8');
  const edited = await github.upsertComment(1, second.prefix, second.body);
  expect(edited).toEqual({ written: true, created: false, url: created.url });
  expect(await api.comments(1)).toEqual([
    expect.objectContaining({ body: second.body, login: 'github-actions[bot]' }),
  ]);
});

test('finds its own comment behind 250 others', async () => {
  const { api, github } = await connect({ people: ['reader'] });
  api.setHead(1, HEAD);
  for (let index = 0; index < 230; index += 1)
    await api.addComment(1, `Remark ${index}`, api.personToken('reader'));
  const first = marked('first');
  await api.addComment(1, first.body, await api.token());
  for (let index = 0; index < 20; index += 1)
    await api.addComment(1, `Later ${index}`, api.personToken('reader'));
  const second = marked('second', '8');
  expect(await github.upsertComment(1, second.prefix, second.body)).toMatchObject({
    written: true,
    created: false,
  });
  const bodies = (await api.comments(1)).map((comment) => comment.body);
  expect(bodies.filter((body) => body.startsWith(second.prefix))).toEqual([second.body]);
  expect(api.requests.filter((request) => request.operation === 'issues/list-comments')).toHaveLength(3);
});

test('leaves a comment alone whose marker somebody else pasted', async () => {
  const { api, github } = await connect({ people: ['mallory'], apps: ['other-bot'] });
  api.setHead(1, HEAD);
  const mine = marked('mine');
  await api.addComment(1, mine.body, api.personToken('mallory'));
  await api.addComment(1, mine.body, await api.token({ pull_requests: 'write' }, 'other-bot'));
  const quoted = `> ${mine.body}`;
  await api.addComment(1, quoted, await api.token());
  expect(await github.upsertComment(1, mine.prefix, mine.body)).toMatchObject({
    written: true,
    created: true,
  });
  expect((await api.comments(1)).map((comment) => [comment.login, comment.body])).toEqual([
    ['mallory', mine.body],
    ['other-bot[bot]', mine.body],
    ['github-actions[bot]', quoted],
    ['github-actions[bot]', mine.body],
  ]);
  expect(api.requests.some((request) => request.operation === 'issues/update-comment')).toBe(false);
});

test.each(['person', 'app'])("knows its own comments with a %s's token", async (kind) => {
  const { api } = await connect({ people: ['keeper'], apps: ['weigher'] });
  api.setHead(1, HEAD);
  const token =
    kind === 'person' ? api.personToken('keeper') : await api.token({ pull_requests: 'write' }, 'weigher');
  const github = clientOf(api, token);
  const first = marked('first');
  const second = marked('second', '8');
  await github.upsertComment(1, first.prefix, first.body);
  await github.upsertComment(1, second.prefix, second.body);
  expect((await api.comments(1)).map((comment) => comment.body)).toEqual([second.body]);
});

test('falls back to the login of the workflow token when it cannot ask who it is', async () => {
  const { api, github } = await connect();
  api.setHead(1, HEAD);
  const [first, second] = [marked('first'), marked('second', '8')];
  await github.upsertComment(1, first.prefix, first.body);
  api.fault('graphql', faults.forkToken);
  expect(await github.upsertComment(1, second.prefix, second.body)).toMatchObject({
    written: true,
    created: false,
  });
});

test('creates the comment anew when it is deleted in between', async () => {
  const { api, github } = await connect();
  api.setHead(1, HEAD);
  const [first, second] = [marked('first'), marked('second', '8')];
  const id = await api.addComment(1, first.body, await api.token());
  api.before('issues/update-comment', () => api.deleteComment(id));
  expect(await github.upsertComment(1, second.prefix, second.body)).toMatchObject({
    written: true,
    created: true,
  });
  expect((await api.comments(1)).map((comment) => comment.body)).toEqual([second.body]);
});

test('does not write when the pull request has moved on', async () => {
  const { api, github } = await connect();
  api.setHead(1, LATER_HEAD);
  const late = marked('late');
  expect(await github.upsertComment(1, late.prefix, late.body)).toEqual({
    written: false,
    url: null,
    reason: 'The comment was left alone: pull request #1 has moved on from aaaaaaa to bbbbbbb.',
  });
  expect(await api.comments(1)).toEqual([]);
});

test('does not write over the report of a newer run on the same commit', async () => {
  const { api, github } = await connect();
  api.setHead(1, HEAD);
  const newer = marked('newer', '10');
  await github.upsertComment(1, newer.prefix, newer.body);
  const older = marked('older', '9', '4');
  expect(await github.upsertComment(1, older.prefix, older.body)).toMatchObject({
    written: false,
    reason: 'The comment was left alone: the newer run 10 has reported on aaaaaaa already.',
  });
  const again = marked('again', '10', '2');
  expect(await github.upsertComment(1, again.prefix, again.body)).toMatchObject({
    written: true,
    created: false,
  });
});

test("a newer run's report on an older commit gives way", async () => {
  const { api, github } = await connect();
  api.setHead(1, HEAD);
  await api.addComment(1, marked('other', '99', '1', LATER_HEAD).body, await api.token());
  const mine = marked('mine', '7');
  expect(await github.upsertComment(1, mine.prefix, mine.body)).toMatchObject({
    written: true,
    created: false,
  });
});

test('updateComment edits, and never creates', async () => {
  const { api, github } = await connect();
  api.setHead(1, HEAD);
  const { prefix, body } = marked('text');
  expect(await github.updateComment(1, prefix, body)).toBeNull();
  expect(await api.comments(1)).toEqual([]);
  await github.upsertComment(1, prefix, body);
  const next = marked('next', '8');
  expect(await github.updateComment(1, prefix, next.body)).toMatchObject({ written: true, created: false });
  const [comment] = await api.comments(1);
  api.before('issues/update-comment', () => api.deleteComment(comment?.id ?? 0));
  expect(await github.updateComment(1, prefix, marked('last', '9').body)).toBeNull();
  expect(await api.comments(1)).toEqual([]);
});

test.each([
  ['the connection breaks after the comment was made', faults.resetAfter],
  ['the answer breaks off', faults.cut],
])('makes no second comment when %s', async (_, fault) => {
  const { api, github } = await connect();
  api.setHead(1, HEAD);
  api.fault('issues/create-comment', fault, 1);
  const { prefix, body } = marked('once');
  expect(await github.upsertComment(1, prefix, body)).toMatchObject({ written: true, created: true });
  expect((await api.comments(1)).map((comment) => comment.body)).toEqual([body]);
});

test('creates the comment after a server error and a broken connection', async () => {
  const { api, github, waits } = await connect();
  api.setHead(1, HEAD);
  api.fault('issues/create-comment', faults.serverError(502), 1);
  api.fault('issues/create-comment', faults.reset, 1);
  const { prefix, body } = marked('once');
  expect(await github.upsertComment(1, prefix, body)).toMatchObject({ written: true, created: true });
  expect(await api.comments(1)).toHaveLength(1);
  expect(waits).toEqual([1, 2]);
});

test('a body of 65,536 characters is accepted, a longer one is refused with the reason', async () => {
  const { api, github } = await connect();
  api.setHead(1, HEAD);
  const { prefix, body } = marked('');
  const full = body.padEnd(65_536, 'x');
  await expect(github.upsertComment(1, prefix, `${full}x`)).rejects.toThrow(
    'Could not comment on pull request #1: GitHub answered 422 (Validation Failed: Body is too long (maximum is 65536 characters)).',
  );
  expect(await github.upsertComment(1, prefix, full)).toMatchObject({ written: true });
});

test('a body without its marker is a bug', async () => {
  const { api, github } = await connect();
  await expect(github.upsertComment(1, marked('').prefix, 'text')).rejects.toThrow(
    /must begin with its marker/,
  );
  expect(api.requests).toEqual([]);
});
