import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stateOf } from '../../src/compare/triage/item.ts';
import { type TriageDocument, triageSchema } from '../../src/report/triage/document.ts';
import { type CliResult, runCli } from '../support/cli.ts';
import { git } from '../support/git.ts';
import { expectWhole } from '../support/markdown.ts';
import { type Files, TINY, table } from '../support/tiny-project.ts';

let root = '';
let project = '';
/** First-parent commits, oldest first. */
const commits: string[] = [];

/** What each commit does; the third of the skipped ones grows the program, and nothing records it. */
const WORK: readonly (readonly [subject: string, files: Files, recorded: boolean])[] = [
  ['Begin', { ...TINY, 'tare.toml': '[benches]\nenabled = false\n' }, true],
  ['Say more', { 'README.md': 'More words.\n' }, true],
  ['Ship a table', table(65_536), true],
  ['Say even more', { 'README.md': 'Even more words.\n' }, true],
  ['Skipped one', { 'README.md': 'Skipped.\n' }, false],
  ['Skipped two, a larger table', table(262_144), false],
  ['Skipped three', { 'README.md': 'Skipped again.\n' }, false],
  ['Merge the stack', { 'README.md': 'Merged.\n' }, true],
  ['Leave most of the table out', table(8192), true],
];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tare-triage-'));
  project = join(root, 'project');
  await Promise.all([mkdir(project), mkdir(join(root, 'tmp'))]);
  await git(project, 'init', '-q', '-b', 'main');
  for (const [subject, files, recorded] of WORK) {
    commits.push(await commit(subject, files));
    if (recorded) expect(await tare('record', '--quiet')).toMatchObject({ status: 0 });
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function commit(subject: string, files: Files): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    if (text !== null) await writeFile(join(project, path), text);
  }
  await git(project, 'add', '--all');
  await git(project, 'commit', '-q', '-m', subject);
  return git(project, 'rev-parse', 'HEAD');
}

async function tare(...args: readonly string[]): Promise<CliResult> {
  const result = await runCli(args, { cwd: project, environment: { TMPDIR: join(root, 'tmp') } });
  expect({ left: result.leftBehind, temporary: await readdir(join(root, 'tmp')) }).toEqual({
    left: [],
    temporary: [],
  });
  return result;
}

async function triage(...args: readonly string[]): Promise<TriageDocument> {
  const result = await tare('triage', '--json', '-', '--quiet', ...args);
  expect(result).toMatchObject({ status: 0, stderr: expect.not.stringContaining('warning') });
  return triageSchema.parse(JSON.parse(result.stdout));
}

const history = (path: string) => join(project, '.tare', 'history', path);

test('names exactly the seeded changes, with their commits, and the one that hides behind a merge', async () => {
  const document = await triage('--since', commits[0] ?? '');
  expect(document).toMatchObject({
    since: commits[0],
    until: commits[8],
    commits: 8,
    compared: 5,
    warnings: [],
  });
  const [part] = document.configurations;
  expect(
    part?.entries.map(({ commit: { sha, subject, author }, verdict }) => [sha, subject, author, verdict]),
  ).toEqual([
    [commits[2], 'Ship a table', 'A Person', 'regression'],
    [commits[7], 'Merge the stack', 'A Person', 'regression'],
    [commits[8], 'Leave most of the table out', 'A Person', 'improvement'],
  ]);
  const [, merged] = part?.entries ?? [];
  expect(merged).toMatchObject({
    distance: 4,
    culprit: { case: 'size tiny', after: commits[4], until: commits[5], candidates: 1 },
  });
  expect(merged?.culprit?.note).toMatch(/^programs of 2 commits between were weighed, 2 built again$/);
  expect(part?.drifts).toEqual([]);
  expect(part?.stopped).toEqual([]);
  expect(part?.totalRun).toMatchObject({ how: 'none', reason: 'benchmarks are switched off' });
  // Of the first commit's 4 KiB and the last one's 8 KiB.
  expect(part?.total.map((row) => [row.case, (row.after ?? 0) - (row.before ?? 0)])).toEqual([
    ['size tiny', 4096],
  ]);
  expect(document.items.map((item) => [item.commit.sha, stateOf(item).state])).toEqual([
    // Most of it is gone, and 4 KiB of it are still there.
    [commits[2], 'open'],
    [commits[7], 'fixed'],
  ]);
  expect(document.needsHuman).toBe(1);
  // A look at a range of one's own leaves nothing behind for the week's report.
  expect(await readdir(history('.'))).toEqual(expect.not.arrayContaining(['triage']));
});

test('the programs of the culprit are stored now, and found without a build', async () => {
  const document = await triage('--since', commits[3] ?? '');
  const [merged] = document.configurations[0]?.entries ?? [];
  expect(merged?.culprit).toMatchObject({ until: commits[5], candidates: 1 });
  expect(merged?.culprit?.note).toMatch(/^programs of \d commits between were weighed$/);
});

test('the week: published, made again when the schedule runs twice, carried over with its state', async () => {
  const shown = await tare('triage', '--markdown', '../week.md');
  expect(shown.status).toBe(0);
  expect(shown.stdout).toMatch(
    /^Performance triage, week \d+ of \d{4}: 2 regressions, 1 improvement, 0 mixed; 5 of 9 /,
  );
  const markdown = await readFile(join(root, 'week.md'), 'utf8');
  expectWhole(markdown);
  expect(markdown).toContain('### Needs a human: 1');
  const [year] = await readdir(history('triage'));
  const published = await readdir(history(`triage/${year}`));
  expect(published).toHaveLength(2);
  expect(
    await readFile(history(`triage/${year}/${published.find((name) => name.endsWith('.md'))}`), 'utf8'),
  ).toBe(markdown);

  commits.push(await commit('Grow again', table(131_072)));
  await tare('record', '--quiet');
  const again = await triage();
  expect(again.commits).toBe(10);
  expect(again.needsHuman).toBe(2);
  expect(await readdir(history(`triage/${year}`))).toEqual(published);
  const state = JSON.parse(await readFile(history('triage/state.json'), 'utf8'));
  expect(state.items.map((item: { id: string }) => item.id)).toEqual([
    `default/${commits[2]}`,
    `default/${commits[9]}`,
  ]);
  expect(state.before).toEqual([]);

  // A week goes by.
  await writeFile(
    history('triage/state.json'),
    JSON.stringify({ ...state, week: '2020-W01', date: '2020-01-02' }),
  );
  commits.push(
    await commit('Explain the table\n\nTare-Accept: size tiny it holds the words of two languages', {
      'README.md': 'Why.\n',
    }),
  );
  await tare('record', '--quiet');
  const next = await triage();
  expect(next).toMatchObject({ since: commits[9], commits: 1, needsHuman: 0 });
  const reason = 'it holds the words of two languages';
  const justified = { state: 'justified', commit: commits[10], by: 'A Person', reason };
  expect(next.items.map((item) => [item.commit.sha, stateOf(item)])).toEqual([
    [commits[2], expect.objectContaining(justified)],
    [commits[9], expect.objectContaining(justified)],
  ]);
  expect(next.warnings).toEqual([expect.stringMatching(/^The last report was \d+ days ago/)]);
});

test.each<[string, readonly string[], RegExp]>([
  ['an unknown revision', ['--since', 'v9.9'], /v9\.9/],
  ['a date that is none', ['--since', '2026-13-45'], /--since 2026-13-45 is no date/],
  ['an option of check', ['--base', 'main'], /--base does not go with triage/],
])('%s is a mistake of the user', async (_, args, message) => {
  const result = await tare('triage', ...args);
  expect(result).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(message) });
});

test('a state that cannot be read is kept, and the report begins anew with a warning', async () => {
  await writeFile(history('triage/state.json'), '{"schema": 7, "kept": true}\n');
  const document = await triage();
  expect(document.warnings).toEqual([
    expect.stringMatching(
      /^triage\/state\.json is not as this version of Tare writes it .* kept as triage\/state-unreadable-[0-9a-f]{8}\.json$/,
    ),
  ]);
  const kept = (await readdir(history('triage'))).filter((name) => name.startsWith('state-unreadable'));
  expect(await readFile(history(`triage/${kept[0]}`), 'utf8')).toBe('{"schema": 7, "kept": true}\n');
});

test('a rewritten history gives a report of what there is', async () => {
  await git(project, 'reset', '-q', '--hard', commits[3] ?? '');
  commits.splice(4, 99, await commit('Another way on', { 'README.md': 'Another.\n' }));
  await tare('record', '--quiet');
  const document = await triage();
  expect(document.until).toBe(commits[4]);
  expect(document.warnings.join('\n')).toMatch(/no commit of this line|are not on this line of commits/);
  expect(document.configurations[0]?.entries.map(({ commit: { sha } }) => sha)).toEqual([commits[2]]);
});
