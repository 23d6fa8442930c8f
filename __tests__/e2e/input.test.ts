import { mkdir, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TINY } from '../support/tiny-project.ts';
import { type RunOptions, startWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld(TINY);
});
afterAll(() => world.close());

const push = (options: RunOptions) =>
  world.runEvent({ event: 'push', ref: 'refs/heads/main', payload: { ref: 'refs/heads/main' }, ...options });

describe('a mistake is one message, a red step and nothing built', () => {
  test.each<[string, RunOptions, RegExp]>([
    ['mode', { inputs: { mode: 'weigh' } }, /^input "mode".*"weigh".*auto, record.* check/],
    [
      'fail-on',
      { inputs: { 'fail-on': 'always' } },
      /^input "fail-on".*"always".*never, regression.* budget/,
    ],
    ['comment', { inputs: { comment: 'yes' } }, /^input "comment".*"yes".*true.* false/],
    ['configuration', { inputs: { configuration: 'fast' } }, /"fast"/],
    ['config', { inputs: { config: 'missing.toml' } }, /missing\.toml/],
    [
      'working-directory',
      { inputs: { 'working-directory': 'nowhere' } },
      /^input "working-directory": there is no folder "nowhere"/,
    ],
    [
      'a folder outside',
      { inputs: { 'working-directory': '../..' } },
      /^working directory "..\/.." is outside the repository/,
    ],
    [
      'the event',
      { environment: { GITHUB_EVENT_NAME: 'pull_request_review' } },
      /has no job for the event pull_request_review/,
    ],
  ])('%s', async (_, options, message) => {
    const run = await push(options);
    expect(run).toMatchObject({ status: 'failure', exitCode: 1, summary: null });
    expect(run.outputs).toEqual({});
    expect(run.messages('error')).toEqual([expect.stringMatching(message)]);
    expect(run.messages('error')[0]).not.toMatch(/\n|bug in Tare/);
    expect(run.log).not.toContain('Build the head');
    expect(world.cache.entries()).toEqual([]);
  });
});

test('a comment, which brings a trusted token, builds nothing though it is told to', async () => {
  const event = 'issue_comment';
  const run = await world.runEvent({ event, ref: 'refs/heads/main', inputs: { mode: 'check' } });
  expect(run).toMatchObject({ status: 'failure', exitCode: 1, summary: null, groups: [], operations: [] });
  expect(run.messages('error')).toEqual([expect.stringContaining('does not build on issue_comment')]);
});

test.each([
  ['a wrong key', 'profile = "release"\n\n[size]\nflor = "1 KiB"\n', /^tare\.toml:4: .*flor.*floor/],
  ['a wrong value', 'fail-on = "sometimes"\n', /^tare\.toml:1: .*sometimes.*never/],
  ['no TOML', 'profile = \n', /^tare\.toml:1/],
])('the configuration file: %s', async (_, text, message) => {
  await world.commit('main', { 'tare.toml': text });
  const run = await push({});
  await world.commit('main', { 'tare.toml': null });
  expect(run).toMatchObject({ status: 'failure', exitCode: 1 });
  expect(run.outputs).toEqual({});
  expect(run.messages('error')).toEqual([expect.stringMatching(message)]);
});

test('a step without a checkout', async () => {
  const run = await push({
    prepare: async (workspace) => {
      await rm(workspace, { recursive: true });
      await mkdir(workspace);
    },
  });
  expect(run).toMatchObject({ status: 'failure', exitCode: 1 });
  expect(run.messages('error')).toEqual([expect.stringContaining('is not in a git repository')]);
});

test('a repository without a Cargo project', async () => {
  await world.commit('main', { 'Cargo.toml': null, 'Cargo.lock': null });
  const run = await push({});
  expect(run).toMatchObject({ status: 'failure', exitCode: 1, summary: null });
  expect(run.outputs).toEqual({});
  expect(run.messages('error')).toEqual([expect.stringMatching(/Cargo/)]);
  expect(run.messages('error')[0]).not.toContain('bug in Tare');
});
