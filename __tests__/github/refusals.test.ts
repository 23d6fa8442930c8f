import { describe, expect, test } from 'vitest';
import { commentMarker } from '../../src/github/comment-marker.ts';
import { GitHubError } from '../../src/github/github.ts';
import { createGitHub } from '../../src/github/octokit.ts';
import { type Fault, faults } from '../support/github-faults.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { clientOf, connect } from './api-fixture.ts';

const HEAD = 'a'.repeat(40);
const { prefix, line } = commentMarker('default', { headSha: HEAD, runId: '7', runAttempt: '1' });

async function errorOf(work: Promise<unknown>): Promise<GitHubError> {
  const error: unknown = await work.then(() => null).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(GitHubError);
  if (!(error instanceof GitHubError)) throw new Error('unreachable');
  expect(error.message).not.toMatch(/\n|ghs_|ghp_/);
  return error;
}

describe('a refusal is not tried again and says what to do', () => {
  test.each<[string, Fault, number, RegExp]>([
    ['bad token', faults.badToken, 401, /GitHub answered 401 \(Bad credentials\).*check the input "token"/],
    [
      "a fork's token",
      faults.forkToken,
      403,
      /^Could not comment on pull request #1: GitHub answered 403 \(Resource not accessible by integration\)\. The token lacks "permissions: pull-requests: write".*fork or by Dependabot always gets a read-only token\.$/,
    ],
    ['a locked conversation', faults.locked, 403, /issue is locked/],
    ['not found', faults.notFound, 404, /does not exist, or the token may not see it/],
    ['invalid', faults.invalid, 422, /Validation Failed: Could not process data.*does not accept it/],
  ])('%s', async (_, fault, status, message) => {
    const { api, github, waits } = await connect();
    api.setHead(1, HEAD);
    api.fault('issues/create-comment', fault);
    const error = await errorOf(github.upsertComment(1, prefix, line));
    expect(error.status).toBe(status);
    expect(error.message).toMatch(message);
    expect(waits).toEqual([]);
    expect(api.requests.filter(({ operation }) => operation === 'issues/create-comment')).toHaveLength(1);
  });

  test("the read-only token of a fork's pull request", async () => {
    const { api } = await connect();
    api.setHead(1, HEAD);
    const github = clientOf(api, await api.token({ contents: 'read', pull_requests: 'read' }));
    const error = await errorOf(github.upsertComment(1, prefix, line));
    expect(error.status).toBe(403);
    expect(error.message).toContain('"permissions: pull-requests: write"');
    expect(await api.comments(1)).toEqual([]);
  });

  test('an unknown token and an unknown pull request', async () => {
    const { api, github } = await connect();
    expect((await errorOf(clientOf(api, 'ghs_unknown').pullRequestHead(1))).status).toBe(401);
    const error = await errorOf(github.pullRequestHead(99));
    expect(error.message).toBe(
      'Could not read pull request #99: GitHub answered 404 (Not Found). It does not exist, or the token may not see it: the job needs "permissions: pull-requests: read".',
    );
  });
});

describe('what may pass is tried again', () => {
  test.each<[string, Fault, readonly number[]]>([
    ['500', faults.serverError(500), [1, 4]],
    ['503', faults.serverError(503), [1, 4]],
    ['a broken connection', faults.reset, [1, 4]],
    ['an answer that breaks off', faults.cut, [1, 4]],
    ['429 with retry-after', faults.tooManyRequests(7), [7, 7]],
  ])('%s, twice', async (_, fault, expected) => {
    const { api, github, waits } = await connect();
    api.setHead(1, HEAD);
    api.fault('pulls/get', fault, 2);
    expect(await github.pullRequestHead(1)).toBe(HEAD);
    expect(waits).toEqual(expected);
  });

  test('a rate limit on creating a comment: the request was not carried out', async () => {
    const { api, github, waits } = await connect();
    api.setHead(1, HEAD);
    api.fault('issues/create-comment', faults.tooManyRequests(3), 1);
    expect(await github.upsertComment(1, prefix, line)).toMatchObject({ written: true });
    expect(waits).toEqual([3]);
    expect(await api.comments(1)).toHaveLength(1);
  });

  test('a slow answer counts as none', async () => {
    const { api, github } = await connect({}, { timeoutSeconds: 1 });
    api.setHead(1, HEAD);
    api.fault('pulls/get', faults.slow(20), 1);
    expect(await github.pullRequestHead(1)).toBe(HEAD);
    expect(api.requests.filter(({ operation }) => operation === 'pulls/get')).toHaveLength(1);
  });
});

describe('at most three tries in at most a minute', () => {
  test.each<[string, Fault, number | null, RegExp]>([
    ['500', faults.serverError(500), 500, /GitHub answered 500 \(Server Error\).*run the job again later/],
    ['a broken connection', faults.reset, null, /no complete answer from http:\/\/127\.0\.0\.1:\d+ \(.+\)/],
    ['an answer that breaks off', faults.cut, null, /cut off/],
    ['429', faults.tooManyRequests(20), 429, /Too many requests with this token/],
  ])('%s for good', async (_, fault, status, message) => {
    const { api, github, waits } = await connect();
    api.fault('pulls/get', fault);
    const error = await errorOf(github.pullRequestHead(1));
    expect(error.status).toBe(status);
    expect(error.message).toMatch(message);
    expect(waits).toHaveLength(2);
  });

  test.each<[string, Fault, RegExp]>([
    [
      'a longer wait than a minute',
      faults.tooManyRequests(61),
      /again after \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/,
    ],
    [
      'the hourly limit',
      faults.hourlyLimit(new Date('2100-01-01T10:00:00Z')),
      /again after 2100-01-01 (10:00:00|09:59:59) UTC/,
    ],
    ['a secondary limit without a time', faults.secondaryLimit, /run the job again later/],
  ])('%s: gives up at once', async (_, fault, message) => {
    const { api, github, waits } = await connect();
    api.fault('*', fault);
    expect((await errorOf(github.pullRequestHead(1))).message).toMatch(message);
    expect(waits).toEqual([]);
    expect(api.requests).toHaveLength(1);
  });

  test('nobody answers at all', async () => {
    const { api, github } = await connect();
    await api.close();
    const error = await errorOf(github.pullRequestHead(1));
    expect(error.status).toBeNull();
    expect(error.message).toContain('Check that the runner can reach it');
  });
});

test.each<[string, Fault, number | null, RegExp]>([
  ["a gateway's page", faults.gatewayPage, 502, /GitHub answered 502\. GitHub has a problem of its own/],
  ["a portal's page", faults.portalPage, null, /the answer is cut off or is not JSON/],
])('%s in place of an answer', async (_, fault, status, message) => {
  const { api, github } = await connect();
  api.fault('pulls/get', fault);
  const error = await errorOf(github.pullRequestHead(1));
  expect(error.status).toBe(status);
  expect(error.message).toMatch(message);
});

test('an empty token is a mistake of the user', () => {
  const logger = recordingLogger();
  const sleep = async () => {};
  const options = { token: ' ', apiUrl: 'http://127.0.0.1:1', owner: 'o', repository: 'r', logger, sleep };
  expect(() => createGitHub(options)).toThrow('The input "token" is empty');
});
