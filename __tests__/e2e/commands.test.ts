import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askedIn } from '../../src/report/asked.ts';
import { type Checked, openChecked, runAgain, say, writes } from '../support/commands.ts';
import { TINY, table } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';
import type { Run } from '../support/world-run.ts';

const GATE = { 'tare.toml': 'fail-on = "regression"\n' };

let world: World;
beforeAll(async () => {
  world = await startWorld({ ...TINY, ...GATE }, { people: ['stranger'] });
  world.api.commands.permit('octo', 'admin');
  await world.pushToMain({ 'README.md': 'Recorded.\n' });
});
afterAll(() => world.close());

async function sticky(number: number): Promise<string> {
  const own = (await world.api.comments(number)).filter(({ login }) => login === 'github-actions[bot]');
  expect(own).toHaveLength(1);
  return own[0]?.body ?? '';
}

describe('a regression that fails the gate', () => {
  let check: Checked;
  beforeAll(async () => {
    check = await openChecked(world, table(65_536));
    expect(check.run).toMatchObject({ status: 'failure', exitCode: 1 });
  });

  test('is accepted: noted in the one comment, and the failed check is started again', async () => {
    const said = await say(
      world,
      check.number,
      'Fine.\n\n/tare accept "size tiny" The new table is *needed*',
    );
    expect(said).toMatchObject({ status: 'success', exitCode: 0 });
    expect(said.messages('notice')).toEqual([expect.stringContaining('"size tiny" was accepted at')]);
    expect(writes(said)).toEqual([
      'issues/update-comment',
      'actions/re-run-workflow-failed-jobs',
      'reactions/create-for-issue-comment',
    ]);
    expect(world.api.commands.reruns).toEqual([[check.runId, 'failed']]);
    expect(world.api.commands.reactions).toEqual([{ comment: said.comment, content: '+1' }]);
    const body = await sticky(check.number);
    expect(body).toContain('- Accepted by `octo`: `size tiny`. The new table is `*needed*`');
    expect(body.startsWith(check.run.markdown ?? '?')).toBe(true);
  });

  test('passes the gate from then on, and the comment keeps who accepted it', async () => {
    const again = await runAgain(world, check);
    expect(again).toMatchObject({ status: 'success', exitCode: 0 });
    expect(again.report?.accepted).toEqual([
      { case: 'size tiny', reason: 'The new table is *needed*', by: 'octo', via: 'command' },
    ]);
    expect(await sticky(check.number)).toContain('- Accepted by `octo`: `size tiny`.');
  });

  test('is accepted in the record of main, too, once it is merged', async () => {
    world.api.brings(check.number);
    const run = await world.pushToMain(table(65_536), { message: 'A rebased commit (#999)' });
    world.api.brings(null);
    expect(run).toMatchObject({ status: 'success', exitCode: 0 });
    expect(run.report?.accepted).toEqual([expect.objectContaining({ by: 'octo', via: 'command' })]);
    await world.pushToMain({ 'src/table.rs': TINY['src/table.rs'] ?? '' });
  });

  test('fails it again after another push: what was accepted was another head', async () => {
    const run = await world.pushToPullRequest(check.number, table(131_072));
    expect(run).toMatchObject({ status: 'failure', exitCode: 1 });
    expect(run.report?.accepted).toEqual([]);
    expect(await sticky(check.number)).not.toContain('Accepted');
  });
});

test('"/tare" runs the check again, and the report says who asked', async () => {
  const check = await openChecked(world, { 'README.md': 'Words.\n' });
  const before = world.api.commands.reruns.length;
  const said = await say(world, check.number, '/tare');
  expect(said).toMatchObject({ status: 'success', exitCode: 0 });
  expect(world.api.commands.reruns.slice(before)).toEqual([[check.runId, 'all']]);
  expect(await sticky(check.number)).toContain('- Another run, asked by `octo`');
  const again = await runAgain(world, check);
  expect(again.status).toBe('success');
  expect(await sticky(check.number)).toContain('- Another run, asked by `octo`');
});

test('"/tare help" lists the commands, and the next report takes the list away', async () => {
  const check = await openChecked(world, { 'README.md': 'More words.\n' });
  const said = await say(world, check.number, '/tare help');
  expect(writes(said)).toEqual(['issues/update-comment', 'reactions/create-for-issue-comment']);
  expect(await sticky(check.number)).toContain('`/tare bench <filter>`');
  const again = await runAgain(world, check);
  expect(await sticky(check.number)).toBe(again.markdown);
});

test('"/tare bench" runs only those benchmarks, in exactly the attempt that it asked for', async () => {
  const check = await openChecked(world, {
    'src/main.rs': 'fn main() {\n    println!("{:?}", std::env::args());\n}\n',
    'tare.toml': COMMANDS,
  });
  expect(benches(check.run)).toEqual(['bench one', 'bench two']);
  const said = await say(world, check.number, '/tare bench <b>tw</b>');
  expect(said.status).toBe('success');
  const none = await runAgain(world, check);
  expect(benches(none)).toEqual([]);
  const asked = { ...check, runId: check.runId };
  await say(world, check.number, '/tare bench tw');
  const third = { environment: { GITHUB_RUN_ATTEMPT: '3' } };
  const again = await runAgain(world, asked, third);
  expect(benches(again)).toEqual(['bench two']);
  expect(again.report?.warnings.join(' ')).toContain('Only benchmarks that fit "tw" were run, as octo asked');
  expect(await sticky(check.number)).toContain(
    'Another run of the benchmarks that fit `tw`, asked by `octo`',
  );
  const later = await runAgain(world, asked, { environment: { GITHUB_RUN_ATTEMPT: '4' } });
  expect(benches(later)).toEqual(['bench one', 'bench two']);
  expect(await sticky(check.number)).not.toContain('asked by');
});

const COMMANDS = `[compile]
enabled = false
[benches]
minutes = 0.5
[[bench]]
name = "one"
run = "{bin:tiny} one"
[[bench]]
name = "two"
run = "{bin:tiny} two"
`;

function benches(run: Run): readonly string[] {
  const rows = run.report?.comparisons.filter((row) => row.case.startsWith('bench ')) ?? [];
  return [...new Set(rows.map((row) => row.case))].sort();
}

test('a person who starts the workflow for a pull request has its check run again, and its code is not run here', async () => {
  const check = await openChecked(world, { 'README.md': 'Still more words.\n' });
  const before = world.api.commands.reruns.length;
  const by = {
    event: 'workflow_dispatch',
    ref: 'refs/heads/main',
    permissions: { actions: 'write', pull_requests: 'write' },
    inputs: { 'pull-request': String(check.number) },
    payload: { ref: 'refs/heads/main', repository: { id: 1 } },
  } as const;
  const run = await world.runEvent(by);
  expect(run).toMatchObject({ status: 'success', exitCode: 0, groups: [], report: null });
  expect(world.api.commands.reruns.slice(before)).toEqual([[check.runId, 'all']]);
  expect(await sticky(check.number)).toContain('- Another run, asked by `octo`');
  const wrong = await world.runEvent({ ...by, inputs: { 'pull-request': '39' } });
  expect(wrong.messages('notice')).toEqual([expect.stringContaining('there is no run of tare.yml')]);
});

test('without a comment one is made, and the report takes its place', async () => {
  const check = await openChecked(world, table(9000), { inputs: { comment: 'false' } });
  expect(check.run.exitCode).toBe(1);
  await say(world, check.number, '/tare accept * All of it');
  expect(askedIn(await sticky(check.number))?.accepted).toHaveLength(1);
  const again = await runAgain(world, check);
  expect(again.exitCode).toBe(0);
  expect(await sticky(check.number)).toContain(again.markdown ?? '?');
});
