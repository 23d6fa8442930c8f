import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Files, TINY } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';

/** Adds up the numbers of a file of the repository `rounds` times; both commands read their own commit's file. */
function program(rounds: number): Files {
  return {
    'src/main.rs': `use std::hint::black_box;

fn main() {
    match std::env::args().nth(1).unwrap_or_default().as_str() {
        "crash" => panic!("crashed as asked"),
        "hang" => loop {
            std::thread::park();
        },
        "fork" => {
            std::process::Command::new("sleep").arg("300").spawn().unwrap();
            return;
        }
        "commands" => {
            println!("::set-output name=verdict::none\n::add-mask::1\n##[error]stop");
            std::process::exit(1);
        }
        _ => {}
    }
    let numbers: Vec<u64> = std::fs::read_to_string("numbers.txt")
        .expect("numbers.txt")
        .lines()
        .map(|line| line.parse().expect("a number"))
        .collect();
    let mut sum = 0u64;
    for round in 0..black_box(${rounds}u64) {
        for number in &numbers {
            sum = sum.wrapping_add(black_box(number ^ round));
        }
    }
    println!("{sum}");
}
`,
  };
}

const numbers = Array.from({ length: 1000 }, (_, index) => String(index * 7919)).join('\n');
const PROJECT: Files = {
  ...TINY,
  ...program(20_000),
  'numbers.txt': numbers,
  'tare.toml': `[benches]
minutes = 1

[[bench]]
name = "sum"
run = "{bin:tiny}"

[[bench]]
name = "crash"
run = "{bin:tiny} crash"

[[bench]]
name = "hang"
run = "{bin:tiny} hang"
timeout = "1 s"

[[bench]]
name = "fork"
run = "{bin:tiny} fork"

[[bench]]
name = "commands"
run = "{bin:tiny} commands"

[[bench]]
name = "nobody"
run = "{bin:nobody}"
`,
};

let world: World;
beforeAll(async () => {
  world = await startWorld(PROJECT);
  await world.pushToMain({ 'README.md': 'Recorded.\n' });
});
afterAll(() => world.close());

type Report = Awaited<ReturnType<World['runPullRequest']>>['report'];

const rows = (report: Report) =>
  report?.comparisons.filter(
    ({ case: name, metric }) => name.startsWith('bench ') && metric === 'wall-time',
  ) ?? [];

test('a slower program is found against the stored one, without a second build', async () => {
  const { number, run } = await world.openPullRequest(program(60_000));
  expect(run.status).toBe('success');
  expect(run.groups.filter((group) => group.startsWith('Build'))).toHaveLength(1);
  const [row, ...others] = rows(run.report);
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    case: 'bench sum',
    metric: 'wall-time',
    tier: 'paired',
    verdict: 'regression',
    relevant: true,
  });
  expect(row?.samples).toBeGreaterThanOrEqual(12);
  expect(row?.change).toBeGreaterThan(0.5);
  expect(run.report?.bench).toMatchObject({ cases: 5, budget: 1 });
  expect(run.report?.bench?.instructions).toMatch(/^\d of 5 commands by valgrind-/);
  const failed = run.report?.failed.map(({ case: name, message, output }) => [name, message, output]);
  expect(failed?.toSorted()).toEqual([
    [
      'bench commands',
      'base: ended with exit status 1 (in its first run)',
      ': :set-output name=verdict::none\n: :add-mask::1\n## [error]stop',
    ],
    [
      'bench crash',
      'base: ended with exit status 101 (in its first run)',
      expect.stringContaining('as asked'),
    ],
    ['bench fork', 'base: left a process running (in its first run)', ''],
    ['bench hang', 'base: was ended after 1 s (in its first run)', ''],
    [
      'bench nobody',
      expect.stringMatching(/^\{bin:nobody\}: the base \w+ has no such program; it has tiny$/),
      '',
    ],
  ]);
  const [comment] = await world.api.comments(number);
  expect(comment?.body).toContain('`sum`');
  expect(comment?.body).toContain('crashed as asked');
});

test('a pull request of words costs no benchmark time', async () => {
  const { run } = await world.openPullRequest({ 'README.md': 'Only words.\n' });
  expect(run.status).toBe('success');
  expect(rows(run.report)).toEqual([]);
  expect(run.report?.bench).toMatchObject({ pairs: 0, minutes: 0, unchanged: expect.any(Number) });
  expect(run.summary).toContain('with the same programs on both sides');
  expect(run.outputs['regressions']).toBe('0');
});

test('each side reads its own data files', async () => {
  const { run } = await world.openPullRequest({ 'numbers.txt': `${numbers}\n${numbers}\n${numbers}` });
  const [row] = rows(run.report);
  expect(row).toMatchObject({ case: 'bench sum', verdict: 'regression' });
});
