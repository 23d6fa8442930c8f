import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createProcessRunner } from '../../../../src/process/runner.ts';
import { interview } from '../../../../src/toolchain/cargo/benches/interview.ts';

const folder = mkdtempSync(join(tmpdir(), 'tare-interview-'));
const runner = createProcessRunner({
  environment: process.env,
  platform: process.platform,
  temporary: folder,
});
afterAll(async () => {
  await runner.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks a shell script that stands for the program `kernels`, whose package uses these crates. */
async function asked(
  script: string,
  dependencies: readonly string[] = [],
  isForeign = false,
  listSeconds = 2,
) {
  const path = join(folder, 'kernels');
  writeFileSync(path, script, { mode: 0o755 });
  const program = { name: 'kernels', kind: 'bench' as const, package: 'p', path, directory: folder };
  const interviewer = { runner, env: {}, home: folder, listSeconds };
  return interview(interviewer, { ...program, isForeign, dependencies: new Set(dependencies) });
}

test('a program of a known harness that hangs before its list is failed, with its last lines', async () => {
  const told = await asked('#!/bin/sh\necho ::warning::loading; echo why >&2; sleep 300\n', ['criterion']);
  expect(told).toEqual({
    bench: null,
    failed: {
      name: 'kernels',
      message: 'the program did not list its benchmarks within 2 s and was ended',
      output: ': :warning::loading\nwhy',
    },
    warnings: [],
  });
});

test('a program that cannot be started is failed', async () => {
  expect(await asked('#!/no/such/interpreter\n', ['criterion'])).toEqual({
    ...{ bench: null, warnings: [] },
    failed: { name: 'kernels', message: 'the program does not start on this machine', output: '' },
  });
});

test('a program of another target that cannot be started is left out with a warning', async () => {
  const { bench, failed, warnings } = await asked('#!/no/such/interpreter\n', ['criterion'], true);
  expect(bench?.benchmarks).toEqual([]);
  expect([failed, warnings]).toEqual([
    null,
    ['benchmark program kernels of package p does not start on this machine'],
  ]);
});

test('a program of a known harness that panics before its list is failed, with its last lines', async () => {
  const script = '#!/bin/sh\necho "thread main panicked: no corpus" >&2; exit 101\n';
  expect(await asked(script, ['criterion'])).toEqual({
    ...{ bench: null, warnings: [] },
    failed: {
      name: 'kernels',
      message: 'the program ended with exit status 101 when it was asked for its benchmarks',
      output: 'thread main panicked: no corpus',
    },
  });
});

test.each([
  ['a harness of its own', 101, []],
  ['one that knows no such arguments', 2, ['criterion']],
])('a program of %s that fails is run whole', async (_, status, dependencies) => {
  const { bench, failed } = await asked(`#!/bin/sh\nexit ${status}\n`, dependencies);
  expect([bench?.harness, bench?.benchmarks.length, failed]).toEqual(['other', 1, null]);
});

const DIVAN = (test: string) => `#!/bin/sh
case "$*" in
*terse*) echo 'k::one: benchmark'; echo 'k::many: benchmark';;
*--test*) ${test};;
*) echo k; echo '├─ one'; echo '╰─ many';;
esac
`;

test('divan with several numbers of threads has a benchmark for each', async () => {
  const tree = "printf 'k\\n├─ one\\n╰─ many\\n   ├─ t=1\\n   ╰─ t=4\\n'";
  const { bench } = await asked(DIVAN(tree), ['divan']);
  expect(bench?.harness).toBe('divan');
  expect(bench?.benchmarks.map(({ name, args }) => [name, args.join(' ')])).toEqual([
    ['k::one', '--bench --exact --min-time 0.1 --max-time 0.5 --sample-count 20 --color never -- k::one'],
    [
      'k::many::t=1',
      '--bench --threads 1 --exact --min-time 0.1 --max-time 0.5 --sample-count 20 --color never -- k::many',
    ],
    [
      'k::many::t=4',
      '--bench --threads 4 --exact --min-time 0.1 --max-time 0.5 --sample-count 20 --color never -- k::many',
    ],
  ]);
});

test.each([
  ['exit 3', ['ended with exit status 3']],
  ['sleep 300', ['was ended since it took too long']],
  ['yes garbage | head -c 9000000', []],
])('divan whose benchmarks cannot be run once (%s) keeps them as they are listed', async (script, how) => {
  const { bench, failed, warnings } = await asked(DIVAN(script), ['divan']);
  expect(bench?.benchmarks.map(({ name }) => name)).toEqual(['k::one', 'k::many']);
  expect(failed).toBeNull();
  expect(warnings).toEqual(
    how.map(
      (each) =>
        `benchmark program kernels of package p: a run of each of its benchmarks once (--test) ${each}, so those with args or several threads may not be known one by one`,
    ),
  );
});

/** Divan before 0.1.18, which knows no `--format` and lists no args. */
const OLD_DIVAN = `#!/bin/sh
case "$*" in
*terse*) echo 'error: unexpected argument found' >&2; exit 2;;
*--test*) printf 'k\\n├─ one\\n╰─ many\\n   ├─ 2-rg.vte\\n   ╰─ a b\\n      ├─ t=1\\n      ╰─ t=4\\n';;
*) printf 'k\\n├─ one\\n╰─ many\\n';;
esac
`;

test('an older divan has a benchmark for each row that a run shows', async () => {
  const { bench, warnings } = await asked(OLD_DIVAN, ['divan']);
  expect(
    bench?.benchmarks.map(({ name, args }) => [name, args.join(' ').replace(/ --min.* --/, ' …')]),
  ).toEqual([
    ['k::one', '--bench --exact … k::one'],
    ['k::many::2-rg.vte', '--bench --exact … k::many::2-rg.vte'],
    ['k::many::a b::t=1', '--bench --threads 1 --exact … k::many::a b'],
    ['k::many::a b::t=4', '--bench --threads 4 --exact … k::many::a b'],
  ]);
  expect(warnings).toEqual([]);
});

test.each([
  ['criterion', 'exit 0', 'printed nothing'],
  ['divan', "printf 'k\\n╰─ slow  (ignored)\\n'", 'answered "k / ╰─ slow (ignored)"'],
  [
    'libtest-mimic',
    "printf 'a: test\\n\\n1 test, 0 benchmarks\\n'",
    'answered "a: test / 1 test, 0 benchmarks"',
  ],
])('a program of %s that lists no benchmark is a warning', async (harness, script, said) => {
  const { bench, warnings } = await asked(`#!/bin/sh\n${script}\n`, [harness]);
  expect(bench?.benchmarks).toEqual([]);
  expect(warnings).toEqual([
    `benchmark program kernels of package p has no benchmark that is run: asked with --bench --list, it ${said}`,
  ]);
});
