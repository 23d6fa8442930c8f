import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/report/report.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { git } from '../support/git.ts';
import { BROKEN, type Files, slowBuild, TINY, table } from '../support/tiny-project.ts';
import { waitForFile } from '../support/wait-for-file.ts';

let root = '';
let project = '';
let temporary = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tare-terminal-'));
  [project, temporary] = [join(root, 'project'), join(root, 'tmp')];
  await Promise.all([mkdir(project), mkdir(temporary)]);
  await git(project, 'init', '-q', '-b', 'main');
  await commit(TINY);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function commit(files: Files): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    if (text === null) await rm(join(project, path));
    else await writeFile(join(project, path), text);
  }
  await git(project, 'add', '--all');
  await git(project, 'commit', '-q', '-m', 'Change');
  return git(project, 'rev-parse', 'HEAD');
}

/** Runs it, and checks what holds however it ends: nothing is left running, in the temporary folder or in git. */
async function tare(args: readonly string[], interrupt?: Promise<unknown>): Promise<CliResult> {
  const environment = { TMPDIR: temporary };
  const result = await runCli(args, {
    cwd: project,
    environment,
    ...(interrupt === undefined ? {} : { interrupt }),
  });
  const worktrees = await readdir(join(project, '.git', 'worktrees')).catch(() => []);
  expect({ left: result.leftBehind, temporary: await readdir(temporary), worktrees }).toEqual({
    left: [],
    temporary: [],
    worktrees: [],
  });
  return result;
}

describe('record and check', () => {
  test('a recorded main, a check that is read as a table, JSON and Markdown, and one that finds nothing', async () => {
    const recorded = await tare(['record']);
    expect(recorded).toMatchObject({ status: 0 });
    expect(recorded.stderr).toMatch(/Baseline stored: tare-1-default-/);
    expect(await git(project, 'status', '--porcelain')).toBe('');
    const main = await git(project, 'rev-parse', 'main');

    await git(project, 'switch', '-q', '-c', 'grow');
    await commit(table(65_536));
    const grown = await tare(['check', '--json', 'out.json', '--markdown', '../out.md']);
    expect(grown.status).toBe(0);
    expect(grown.stdout).toMatch(/tiny.* grew by 60\.00\sKiB/);
    const report = reportSchema.parse(JSON.parse(await readFile(join(project, 'out.json'), 'utf8')));
    expect(report).toMatchObject({
      verdict: 'regression',
      base: { sha: main, source: 'directory', distance: 0 },
    });
    expect(await readFile(join(root, 'out.md'), 'utf8')).toMatch(/^<!-- tare -->\n### ❌ /);
    await rm(join(project, 'out.json'));

    const json = await tare(['check', '--base', 'main', '--json', '-', '--quiet', '--fail-on', 'regression']);
    expect(json).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^tare: The gate failed: size tiny \(regression\)\n$/),
    });
    expect(reportSchema.parse(JSON.parse(json.stdout)).verdict).toBe('regression');

    await commit({ ...table(4096), 'README.md': 'Better words.\n' });
    const same = await tare(['check', '--base', 'main', '--json', '-']);
    const unchanged = reportSchema.parse(JSON.parse(same.stdout));
    expect(unchanged.verdict).toBe('none');
    expect(unchanged.comparisons.filter((row) => row.tier === 'exact' && row.before !== row.after)).toEqual(
      [],
    );
  });

  test('a base that was never recorded is built first, said so, and stored', async () => {
    const base = await git(project, 'rev-parse', 'HEAD');
    await commit(table(65_536));
    const first = await tare(['check', '--base', 'HEAD~1', '--json', '-']);
    expect(first).toMatchObject({ status: 0 });
    expect(first.stderr).toContain(`Build the base ${base.slice(0, 10)}: no baseline of it is stored`);
    expect(reportSchema.parse(JSON.parse(first.stdout)).base).toEqual({
      sha: base,
      distance: 0,
      source: 'rebuilt',
    });
    const second = await tare(['check', '--base', base, '--json', '-']);
    expect(reportSchema.parse(JSON.parse(second.stdout)).base?.source).toBe('directory');
  });

  test('uncommitted changes are measured, and the report says so', async () => {
    await writeFile(join(project, 'src', 'table.rs'), table(65_536)['src/table.rs'] ?? '');
    const result = await tare(['check', '--base', 'HEAD', '--json', '-']);
    const report = reportSchema.parse(JSON.parse(result.stdout));
    expect(report.verdict).toBe('regression');
    expect(report.warnings).toEqual([expect.stringContaining('uncommitted changes')]);
    expect(result.stderr).toContain('warning: The working tree has uncommitted changes');
    const recorded = await tare(['record']);
    expect(recorded).toMatchObject({ status: 2, stdout: '' });
    expect(recorded.stderr).toMatch(
      /^tare: the working tree has uncommitted changes or new files, [^\n]*; commit, stash or ignore them[^\n]*\n$/,
    );
  });
});

describe('what goes wrong', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['no command', [], /^tare: no command given; commands: record, check/],
    ['an unknown command', ['weigh'], /^tare: unknown command "weigh"/],
    ['an unknown option', ['check', '--bse', 'main'], /^tare: .*--bse/],
    [
      'a wrong value',
      ['check', '--fail-on', 'always'],
      /^tare: --fail-on "always": allowed are never, regression, budget/,
    ],
    [
      'no such revision',
      ['check', '--base', 'nowhere'],
      /^tare: There is no commit "nowhere" in this repository\./,
    ],
    ['a revision that is an option', ['check', '--base=--all'], /^tare: "--all" is not a revision\./],
    ['no such folder', ['record', '--repo', 'nowhere'], /^tare: .*nowhere/],
    ['no such configuration file', ['record', '--config', 'nowhere.toml'], /^tare: .*nowhere\.toml/],
    ['no such configuration', ['record', '--configuration', 'fast'], /^tare: .*"fast"/],
    ['no base', ['check', '--base', ''], /^tare: --base is empty/],
    [
      'a file that cannot be written',
      ['record', '--json', 'nowhere/out.json'],
      /^tare: --json: cannot write .*ENOENT/,
    ],
  ])('%s: status 2 and one line', async (_, args, message) => {
    const result = await tare(args);
    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(message);
    expect(result.stderr.trimEnd()).not.toContain('\n');
  });

  test('a project that does not compile: status 2 and the compiler', async () => {
    await commit(BROKEN);
    const result = await tare(['record', '--quiet']);
    expect(result.status).toBe(2);
    expect(result.stdout).toContain('error[E0308]: mismatched types');
    expect(result.stderr).toMatch(/^tare: head [^\n]*\n$/);
    const json = await tare(['record', '--quiet', '--json', '-']);
    expect(json.stderr).toContain('error[E0308]: mismatched types');
    expect(await readdir(join(project, '.tare', 'baselines')).catch(() => [])).toEqual([]);
  });

  test('a base that was named and does not compile: the numbers of the head, the compiler, and status 2', async () => {
    await commit(BROKEN);
    await commit(table(4096));
    const result = await tare(['check', '--base', 'HEAD~1', '--quiet']);
    expect(result.status).toBe(2);
    expect(result.stdout).toMatch(/Measured\n/);
    expect(result.stdout.replaceAll(/\s+/g, ' ')).toContain('error[E0308]: mismatched types');
    expect(result.stderr).toMatch(
      /\ntare: nothing was compared: --base HEAD~1 has no stored baseline[^\n]*\n$/,
    );
  });

  test('a store that cannot be written: status 2', async () => {
    await writeFile(join(root, 'file'), '');
    const result = await tare(['record', '--store', '../file/store', '--quiet']);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/tare: no baseline was stored; the warnings say why\n$/);
  });

  test('a store that is a file: status 2 before anything is built', async () => {
    await writeFile(join(root, 'file'), '');
    const result = await tare(['check', '--store', '../file']);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^tare: \S+file is not a folder, [^\n]+; correct --store\n$/);
  });

  test('a folder that is no repository', async () => {
    const result = await tare(['record', '--repo', root]);
    expect(result).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^tare: .* is not in a git repository; .* --repo\.\n$/),
    });
  });
});

describe('Ctrl+C', () => {
  test('while the head is built', async () => {
    const marker = join(root, 'head');
    await commit(slowBuild(100, marker));
    const result = await tare(['record'], waitForFile(marker));
    expect(result.status).toBe(130);
    expect(await readdir(join(project, '.tare', 'baselines')).catch(() => [])).toEqual([]);
  });

  test('while the base is built in its worktree', async () => {
    const marker = join(root, 'base');
    await commit(slowBuild(100, marker));
    await commit({ 'build.rs': null });
    const result = await tare(['check', '--base', 'HEAD~1'], waitForFile(marker));
    expect(result.status).toBe(130);
    expect(result.stdout).toBe('');
    expect(await git(project, 'worktree', 'list')).not.toContain('\n');
  });
});
