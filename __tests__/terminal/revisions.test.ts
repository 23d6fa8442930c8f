import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGit } from '../../src/process/git.ts';
import { createProcessRunner } from '../../src/process/runner.ts';
import { comparedCommits } from '../../src/terminal/revisions.ts';
import { git } from '../support/git.ts';

let project = '';
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'tare-revisions-'));
});
afterEach(() => rm(project, { recursive: true, force: true }));

async function onBranch(branch: string, commits: number) {
  await git(project, 'init', '-q', '-b', branch);
  for (let index = 0; index < commits; index += 1)
    await git(project, 'commit', '-q', '--allow-empty', '-m', String(index));
  const { env, platform } = process;
  const repository = createGit(
    createProcessRunner({ environment: env, platform, temporary: project }),
    project,
  );
  return () => comparedCommits({ command: 'check', base: null }, repository, 5);
}

test('the only commit of main has no parent, and the message says so', async () => {
  const compare = await onBranch('main', 1);
  await expect(compare()).rejects.toThrow(
    'HEAD is the first commit of main, which has no parent to compare with; name a revision with --base REV',
  );
});

test('a second one is compared with the first', async () => {
  const compare = await onBranch('main', 2);
  const [head, base] = [await git(project, 'rev-parse', 'HEAD'), await git(project, 'rev-parse', 'HEAD~1')];
  expect(await compare()).toEqual({ head, commits: [base] });
});

test('without a default branch one must be named', async () => {
  const compare = await onBranch('trunk', 2);
  await expect(compare()).rejects.toThrow(/none of origin\/HEAD, main, master shares history with HEAD/);
});
