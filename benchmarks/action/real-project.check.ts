/**
 * A real project's pull request through the action, from the push that records main to the comment.
 *
 *   PROJECT=DIR BASE=REV HEAD=REV [CONFIG=FILE] [OUT=FILE.md] npx vitest run --config benchmarks/action/vitest.config.ts
 *
 * The runner, GitHub's API, git server and cache of the end-to-end tests; dist/ is spawned as a runner does. DIR: a git clone of a
 * Cargo project, whose text files at BASE become main's first commit and at HEAD the pull request; CONFIG becomes its tare.toml.
 * Prints what each step built, its seconds and its verdicts; OUT keeps the comment.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { Files } from '../../__tests__/support/tiny-project.ts';
import { startWorld } from '../../__tests__/support/world.ts';
import type { Run } from '../../__tests__/support/world-run.ts';

const run = promisify(execFile);
const STEP = { timeoutSeconds: 3000 };

test('main is recorded, and the pull request gets its comment', async () => {
  const [project, base, head] = ['PROJECT', 'BASE', 'HEAD'].map(wanted);
  const config = process.env['CONFIG'];
  const toml = config === undefined ? {} : { 'tare.toml': await readFile(config, 'utf8') };
  const before = { ...(await filesAt(project ?? '', base ?? '')), ...toml };
  const after = { ...(await filesAt(project ?? '', head ?? '')), ...toml };
  const world = await startWorld(before);
  onTestFinished(() => world.close());
  const recorded = await timed('push', () => world.pushToMain({ 'RECORDED.md': 'Recorded.\n' }, STEP));
  expect(recorded.status).toBe('success');
  const gone = Object.keys(before).filter((path) => !Object.hasOwn(after, path));
  const changes = { ...after, ...Object.fromEntries(gone.map((path) => [path, null])) };
  const checked = await timed('pull request', async () => (await world.openPullRequest(changes, STEP)).run);
  expect(checked.status).toBe('success');
  expect((await world.api.comments(1)).map(({ body }) => body)).toEqual([checked.markdown]);
  for (const row of checked.report?.comparisons ?? [])
    if (row.headline) console.log(`${row.case} ${row.metric}: ${row.verdict} ${change(row.change)}`);
  const out = process.env['OUT'];
  if (out !== undefined) await writeFile(out, checked.markdown ?? '');
});

async function timed(name: string, step: () => Promise<Run>): Promise<Run> {
  const begun = performance.now();
  const result = await step();
  const builds = result.groups.filter((group) => group.startsWith('Build'));
  console.log(`${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s; ${builds.join('; ')}`);
  return result;
}

function change(share: number | null): string {
  return share === null ? '' : `${(share * 100).toFixed(2)} %`;
}

function wanted(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; the head of this file says how it is run`);
  return value;
}

/** Every text file of a revision. Links, submodules and files that are not UTF-8 are left out. */
async function filesAt(project: string, revision: string): Promise<Files> {
  const options = { cwd: project, maxBuffer: 1 << 28 };
  const { stdout } = await run('git', ['ls-tree', '-r', '-z', revision], options);
  const files: Record<string, string> = {};
  for (const line of stdout.split('\0')) {
    const [, blob, path] = /^100\d{3} blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    if (blob === undefined || path === undefined) continue;
    const shown = await run('git', ['cat-file', 'blob', blob], { ...options, encoding: 'buffer' });
    const text = shown.stdout.toString('utf8');
    if (Buffer.from(text).equals(shown.stdout)) files[path] = text;
  }
  return files;
}
