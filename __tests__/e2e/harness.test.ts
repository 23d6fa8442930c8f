import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Report, reportSchema } from '../../src/report/report.ts';
import { runCli } from '../support/cli.ts';
import { git } from '../support/git.ts';
import { CRITERION, DIVAN, locked, SLOWER } from '../support/harness-projects.ts';
import type { Files } from '../support/tiny-project.ts';
import { startWorld } from '../support/world.ts';

// Two builds with their dependencies from crates.io, on a machine that may be busy.
const PATIENCE = { timeout: 3_300_000 };

const row = (report: Report | null, name: string, metric = 'wall-time') =>
  report?.comparisons.find((each) => each.case === `bench ${name}` && each.metric === metric);

function expectSlower(report: Report | null, name: string): void {
  const found = row(report, name);
  expect(found, JSON.stringify(found)).toMatchObject({
    tier: 'paired',
    verdict: 'regression',
    relevant: true,
  });
  expect(found?.samples).toBeGreaterThanOrEqual(12);
  expect(found?.change).toBeGreaterThan(0.5);
}

function expectUnflagged(report: Report | null, name: string): void {
  const found = row(report, name);
  expect(['none', 'inconclusive', 'improvement'], JSON.stringify(found)).toContain(found?.verdict);
}

test(
  'criterion, a command with its instructions and another tool’s time, in a terminal',
  PATIENCE,
  async () => {
    const project = await mkdtemp(join(tmpdir(), 'tare-harness-'));
    onTestFinished(() => rm(project, { recursive: true, force: true }));
    const commit = async (files: Files) => {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(project, path)), { recursive: true });
        await writeFile(join(project, path), text ?? '');
      }
      await git(project, 'add', '--all');
      await git(project, 'commit', '-q', '-m', 'Change');
    };
    await git(project, 'init', '-q', '-b', 'main');
    await commit({
      ...(await locked(CRITERION)),
      'tare.toml': `[benches]
minutes = 10

[[bench]]
name = "run"
run = "{bin:crit}"

[[numbers]]
file = "out/told.txt"
format = "metric-lines"
command = "{bin:crit} out/told.txt"
`,
    });
    const recorded = await runCli(['record'], { cwd: project });
    expect(recorded).toMatchObject({ status: 0, stderr: expect.stringContaining('Baseline stored: ') });
    await git(project, 'switch', '-q', '-c', 'slower');
    await commit(SLOWER);
    const checked = await runCli(['check', '--json', 'out/report.json'], { cwd: project });
    expect(checked.status).toBe(0);
    expect(checked.stderr.match(/^Build .*…$/gm)).toEqual([expect.stringContaining('Build the head ')]);
    const report = reportSchema.parse(JSON.parse(await readFile(join(project, 'out/report.json'), 'utf8')));
    expect(report.failed).toEqual([]);
    expect(report.base?.source).toBe('directory');
    for (const name of ['changed', 'run', 'told']) expectSlower(report, name);
    expectUnflagged(report, 'same');
    expect(row(report, 'run', 'instructions')).toMatchObject({ tier: 'exact', verdict: 'regression' });
    // What was taken of both sides here stands in for what two jobs told.
    expect(row(report, 'told', 'imported-time')).toBeUndefined();
    expect(report.bench?.instructions).toMatch(/^1 of 1 commands by valgrind-/);
  },
);

test('divan, in the action', PATIENCE, async () => {
  const world = await startWorld({
    ...(await locked(DIVAN)),
    'tare.toml': '[benches]\nminutes = 10\nlayouts = false\n',
  });
  onTestFinished(() => world.close());
  const recorded = await world.pushToMain({ 'README.md': 'Recorded.\n' }, { timeoutSeconds: 1500 });
  expect(recorded.status).toBe('success');
  const { run } = await world.openPullRequest(SLOWER, { timeoutSeconds: 1500 });
  expect(run.status).toBe('success');
  expect(run.groups.filter((group) => group.startsWith('Build'))).toHaveLength(1);
  expect(run.report?.failed).toEqual([]);
  expectSlower(run.report, 'kernels::changed');
  expectUnflagged(run.report, 'kernels::same');
  expect(run.outputs['regressions']).toBe('1');
});
