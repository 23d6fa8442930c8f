import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Files, TINY } from '../support/tiny-project.ts';
import { startWorld, type World } from '../support/world.ts';

/** Adds up the numbers of a file of the repository `rounds` times; both commands read their own commit's file. */
function program(rounds: number): Files {
  return {
    'src/main.rs': `use std::hint::black_box;

fn main() {
    if std::env::args().nth(1).as_deref() == Some("crash") {
        panic!("crashed as asked");
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

const rows = (report: Awaited<ReturnType<World['runPullRequest']>>['report']) =>
  report?.comparisons.filter((row) => row.case.startsWith('bench ')) ?? [];

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
  expect(run.report?.bench).toMatchObject({ cases: 2, budget: 1 });
  expect(run.report?.failed.map(({ case: name }) => name).toSorted()).toEqual([
    'bench crash',
    'bench nobody',
  ]);
  const [comment] = await world.api.comments(number);
  expect(comment?.body).toContain('`sum`');
  expect(comment?.body).toContain('crashed as asked');
});

test('an unchanged program is not flagged', async () => {
  const { run } = await world.openPullRequest({ 'README.md': 'Only words.\n' });
  expect(run.status).toBe('success');
  const [row] = rows(run.report);
  expect(row?.case).toBe('bench sum');
  expect(['none', 'inconclusive']).toContain(row?.verdict);
  expect(run.outputs['regressions']).toBe('0');
});

test('each side reads its own data files', async () => {
  const { run } = await world.openPullRequest({ 'numbers.txt': `${numbers}\n${numbers}\n${numbers}` });
  const [row] = rows(run.report);
  expect(row).toMatchObject({ case: 'bench sum', verdict: 'regression' });
});
