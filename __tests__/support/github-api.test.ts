import { expect, test } from 'vitest';
import { z } from 'zod';
import { type GitHubApi, startGitHubApi } from './github-api.ts';
import { faults } from './github-faults.ts';

const COMMENTS = '/repos/octo/widget/issues/1/comments';

function ask(api: GitHubApi, token: string, target: string, init: RequestInit = {}): Promise<Response> {
  const headers = {
    authorization: `token ${token}`,
    accept: 'application/vnd.github.v3+json',
    'user-agent': 'test',
    'x-github-api-version': '2022-11-28',
    ...Object.fromEntries(new Headers(init.headers)),
  };
  return fetch(`${api.url}${target}`, { ...init, headers });
}

function post(api: GitHubApi, token: string, body: unknown): Promise<Response> {
  return ask(api, token, COMMENTS, { method: 'POST', body: JSON.stringify(body) });
}

test.each<[string, string, RequestInit, string]>([
  ['an unknown path', '/repos/octo/widget/frobs', {}, 'GitHub has no such operation'],
  ['an unknown method', COMMENTS, { method: 'PUT' }, 'GitHub has no such operation'],
  ['a query that is not described', `${COMMENTS}?pages=2`, {}, 'query parameter pages is not described'],
  ['too large a page', `${COMMENTS}?per_page=250`, {}, 'query parameter per_page is above 100'],
  [
    'a path parameter of a wrong type',
    '/repos/octo/widget/pulls/first',
    {},
    'path parameter pull_number must be integer',
  ],
  ['a missing body', COMMENTS, { method: 'POST' }, 'the body is missing'],
  ['a body of a wrong type', COMMENTS, { method: 'POST', body: '{"body":1}' }, 'body/body must be string'],
  [
    'a body field too many',
    COMMENTS,
    { method: 'POST', body: '{"body":"a","head":"b"}' },
    'body field head is not described',
  ],
  [
    'another API version',
    COMMENTS,
    { headers: { 'x-github-api-version': '2020-01-01' } },
    'no API version 2020-01-01',
  ],
])('%s fails the test with the reason', async (_, target, init, reason) => {
  const api = await startGitHubApi();
  const response = await ask(api, await api.token(), target, init);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(reason);
  await expect(api.close()).rejects.toThrow(reason);
});

test('a reply that is not as described fails the test too', async () => {
  const api = await startGitHubApi();
  api.fault('issues/create-comment', { kind: 'refusal', status: 422, headers: {}, body: { message: 'No' } });
  await post(api, await api.token(), { body: 'text' });
  await expect(api.close()).rejects.toThrow(
    'reply 422 POST /repos/octo/widget/issues/1/comments: body must have required',
  );
});

test('every canned refusal is as described', async () => {
  const api = await startGitHubApi();
  const token = await api.token();
  for (const fault of Object.values(faults)) {
    if (typeof fault === 'function' || fault.kind !== 'refusal') continue;
    api.fault('issues/create-comment', fault, 1);
    expect((await post(api, token, { body: 'text' })).status).toBe(fault.status);
  }
  await api.close();
});

test('tokens have the rights that they were given, and no others', async () => {
  const api = await startGitHubApi({ people: ['reader'] });
  const readOnly = await api.token({ contents: 'read', pull_requests: 'read' });
  expect((await ask(api, readOnly, COMMENTS)).status).toBe(200);
  const refused = await post(api, readOnly, { body: 'text' });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ message: 'Resource not accessible by integration' });
  expect((await ask(api, readOnly, '/user')).status).toBe(403);
  expect((await ask(api, 'ghs_unknown', COMMENTS)).status).toBe(401);
  expect((await post(api, api.personToken('reader'), { body: 'text' })).status).toBe(201);
  expect(await api.comments(1)).toEqual([{ id: expect.any(Number), login: 'reader', body: 'text' }]);
  await api.close();
});

test('pages point to the address that was asked', async () => {
  const api = await startGitHubApi();
  const token = await api.token();
  for (const body of ['one', 'two', 'three']) await api.addComment(1, body, token);
  const response = await ask(api, token, `${COMMENTS}?per_page=2`);
  const next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? '';
  expect(next.startsWith(`${api.url}/`)).toBe(true);
  const rest = await ask(api, token, next.slice(api.url.length));
  expect(z.array(z.object({ body: z.string() })).parse(await rest.json())).toEqual([{ body: 'three' }]);
  await api.close();
});

test('broken connections are recorded, and happen before or after the request is carried out', async () => {
  const api = await startGitHubApi();
  const token = await api.token();
  api.fault('issues/create-comment', faults.reset, 1);
  api.fault('issues/create-comment', faults.resetAfter, 1);
  await expect(post(api, token, { body: 'lost' })).rejects.toThrow();
  await expect(post(api, token, { body: 'kept' })).rejects.toThrow();
  expect((await api.comments(1)).map((comment) => comment.body)).toEqual(['kept']);
  expect(api.requests.map(({ operation, status }) => [operation, status])).toEqual([
    ['issues/create-comment', null],
    ['issues/create-comment', null],
  ]);
  await api.close();
});
