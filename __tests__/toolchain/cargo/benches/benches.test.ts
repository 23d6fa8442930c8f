import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTime } from '../../../../src/measure/bench/formats/format.ts';
import type { ProcessRunner } from '../../../../src/process/command.ts';
import type { BuiltBench, BuiltBenches, BuiltBenchmark } from '../../../../src/toolchain/bench.ts';
import { Folder, MAIN, onePackage, session } from '../support.ts';

const BENCH = (name: string) => `[[bench]]\nname = "${name}"\nharness = false\n`;
/** One build for all harnesses; unoptimised, since only the answers matter. */
const HARNESSES = {
  ...onePackage(
    'kernels',
    `[dev-dependencies]\ncriterion = { version = "=0.7.0", default-features = false }\ndivan = "=0.1.21"\n${[
      'crit',
      'tree',
      'own',
      'broken',
    ]
      .map(BENCH)
      .join('')}[profile.release]\nopt-level = 0\n`,
  ),
  'src/lib.rs': 'pub fn sum(n: u64) -> u64 { (0..n).fold(0, |a, b| a ^ b.wrapping_mul(2654435761)) }\n',
  'benches/crit.rs': `use criterion::*;
fn bench(c: &mut Criterion) {
    c.bench_function("a/b: 100", |b| b.iter(|| kernels::sum(std::hint::black_box(100))));
    c.bench_function("a/b: 1000", |b| b.iter(|| kernels::sum(std::hint::black_box(1000))));
}
criterion_group!(benches, bench);
criterion_main!(benches);
`,
  'benches/tree.rs': `fn main() { divan::main(); }
#[divan::bench(threads = [1, 2])]
fn many() -> u64 { kernels::sum(100) }
#[divan::bench(args = [10, 1000])]
fn sum(n: u64) -> u64 { kernels::sum(n) }
mod inner { #[divan::bench(types = [u32, u64])] fn zero<T: Default>() -> T { T::default() } }
`,
  'benches/own.rs': 'fn main() { println!("METRIC:own:42:ns"); }\n',
  'benches/broken.rs': 'fn main() { missing(); }\n',
  'benches/unstable.rs': '#![feature(test)]\n',
};

describe('harnesses', () => {
  test('are recognised without configuration, and each benchmark runs alone', {
    timeout: 900_000,
  }, async () => {
    using project = new Folder(HARNESSES);
    await session(project, {}, async (toolchain, request, runner) => {
      const before = project.read('Cargo.lock');
      const found = await benchesOf(toolchain.benches?.(request));
      expect(
        found.programs.map(({ name, harness, benchmarks }) => [
          name,
          harness,
          benchmarks.map((one) => one.name),
        ]),
      ).toEqual([
        ['crit', 'criterion', ['a/b: 100', 'a/b: 1000']],
        ['own', 'other', ['own']],
        [
          'tree',
          'divan',
          [
            ...['tree::many::t=1', 'tree::many::t=2', 'tree::sum::10', 'tree::sum::1000'],
            ...['tree::inner::zero::u32', 'tree::inner::zero::u64'],
          ],
        ],
      ]);
      expect(found.warnings).toEqual([
        expect.stringMatching(/^benchmark programs left out: unstable; the built-in harness needs nightly/),
      ]);
      expect(found.failed).toEqual([
        {
          name: 'broken',
          message: expect.stringMatching(
            /^the benchmark program of package kernels does not compile: error\[E0425\]: cannot find function/,
          ),
          output: expect.stringMatching(/broken\.rs[\s\S]*could not compile `kernels` \(bench "broken"\)/),
        },
      ]);
      expect(found.identity).toMatchObject({ 'profile.name': 'bench', 'profile.opt-level': '0' });
      expect(project.read('Cargo.lock')).toBe(before);
      expect(found.programs[0]?.directory).toBe(project.path);
      const home = path.join(request.scratch, 'home');
      const seconds = async (program: string, name: string) => {
        const bench = found.programs.find((one) => one.name === program);
        const benchmark = bench?.benchmarks.find((one) => one.name === name);
        if (bench === undefined || benchmark === undefined) throw new Error(`${program} has no ${name}`);
        return timeOf(runner, bench, benchmark, home);
      };
      expect(await seconds('crit', 'a/b: 100')).toBeGreaterThan(0);
      expect(await seconds('crit', 'a/b: 1000')).toBeGreaterThan(0);
      expect(await seconds('tree', 'tree::sum::1000')).toBeGreaterThan(0);
      expect(await seconds('tree', 'tree::many::t=2')).toBeGreaterThan(0);
      expect(project.snapshot()).toHaveProperty('Cargo.toml');
    });
  });

  test('libtest, where the user lets unstable features compile: in a benchmark program and in a library', {
    timeout: 300_000,
  }, async () => {
    using project = new Folder({
      ...onePackage('small'),
      'src/lib.rs':
        '#![cfg_attr(test, feature(test))]\n#[cfg(test)] extern crate test;\n#[cfg(test)] mod t { #[bench] fn inside(b: &mut test::Bencher) { b.iter(|| 1) } #[test] fn no() {} }\n',
      'benches/outside.rs':
        '#![feature(test)]\nextern crate test;\n#[bench] fn one(b: &mut test::Bencher) { b.iter(|| (0..test::black_box(1000u64)).sum::<u64>()) }\n',
    });
    await session(
      project,
      { configuration: { env: { RUSTC_BOOTSTRAP: '1' } } },
      async (toolchain, request, runner) => {
        const { programs, warnings } = await benchesOf(toolchain.benches?.(request));
        expect(warnings).toEqual([]);
        expect(
          programs.map(({ name, kind, harness, benchmarks }) => [
            name,
            kind,
            harness,
            benchmarks.map((one) => one.name),
          ]),
        ).toEqual([
          ['outside', 'bench', 'libtest', ['one']],
          ['small', 'lib', 'libtest', ['t::inside']],
        ]);
        const [outside] = programs;
        const [one] = outside?.benchmarks ?? [];
        if (outside === undefined || one === undefined) throw new Error('nothing to run');
        expect(await timeOf(runner, outside, one, request.scratch)).toBeGreaterThan(0);
      },
    );
  });
});

test('which programs of the project a benchmark starts by a path that is compiled in', async () => {
  using project = new Folder({
    ...onePackage('app', `${BENCH('starts')}${BENCH('not')}`),
    ...MAIN,
    'benches/starts.rs': 'fn main() { println!("{}", env!("CARGO_BIN_EXE_app")); }\n',
    'benches/not.rs':
      'fn main() { println!("{}", concat!(env!("CARGO_MANIFEST_DIR"), "/target/release/app")); }\n',
  });
  await session(project, {}, async (toolchain, request) => {
    const { programs } = await benchesOf(toolchain.benches?.(request));
    expect(programs.map(({ name, starts }) => [name, starts])).toEqual([
      ['not', undefined],
      ['starts', ['app']],
    ]);
  });
});

test('a bench profile of its own leaves the shipped program as it was built', {
  timeout: 300_000,
}, async () => {
  using project = new Folder({
    ...onePackage('app', `${BENCH('own')}[profile.bench]\ndebug = true\nopt-level = 0\n`),
    ...MAIN,
    'benches/own.rs': 'fn main() {}\n',
  });
  await session(project, {}, async (toolchain, request) => {
    const { programs: shipped } = await toolchain.build(request);
    const [app] = shipped;
    if (app === undefined) throw new Error('nothing was built');
    const bytes = readFileSync(app.path);
    const { programs } = await benchesOf(toolchain.benches?.(request));
    expect(readFileSync(app.path).equals(bytes)).toBe(true);
    for (const program of programs) await toolchain.layouts?.(request, program, [1]);
    expect(programs).toHaveLength(1);
    expect(readFileSync(app.path).equals(bytes)).toBe(true);
    expect(await toolchain.relink?.(request, app, 'map')).toMatchObject(
      process.platform === 'linux' ? { kind: 'made' } : {},
    );
  });
});

describe('without benchmarks', () => {
  test('a project has none, and nothing is compiled', async () => {
    using project = new Folder({ ...onePackage('hello'), ...MAIN });
    const log: string[] = [];
    await session(project, { log }, async (toolchain, request) => {
      expect(await toolchain.benches?.(request)).toEqual({ programs: [], identity: {}, warnings: [] });
    });
    expect(log).toEqual([]);
  });

  test('of which none compiles: all of them failed', async () => {
    using project = new Folder({
      ...onePackage('hello', `${BENCH('broken')}${BENCH('other')}`),
      ...MAIN,
      'benches/broken.rs': 'fn main() { missing(); }\n',
      'benches/other.rs': 'fn main() { missing(); }\n',
    });
    await session(project, {}, async (toolchain, request) => {
      const { programs, failed, warnings } = await benchesOf(toolchain.benches?.(request));
      expect([programs, warnings]).toEqual([[], []]);
      const message = expect.stringMatching(
        /^the benchmark program of package hello does not compile: error.*missing/,
      );
      expect(failed).toMatchObject([
        { name: 'broken', message, output: expect.stringContaining('cannot find function `missing`') },
        { name: 'other', message },
      ]);
    });
  });

  test('a program that hangs, or answers with garbage without end, is of another harness', {
    timeout: 120_000,
  }, async () => {
    using project = new Folder({
      ...onePackage('hello', `${BENCH('endless')}${BENCH('noisy')}`),
      ...MAIN,
      'benches/endless.rs': 'fn main() { loop { std::thread::park(); } }\n',
      'benches/noisy.rs':
        'fn main() { for _ in 0..400_000 { println!("{}", "├─ x".repeat(20)); } std::process::exit(3) }\n',
    });
    await session(project, {}, async (toolchain, request) => {
      const { programs } = await benchesOf(toolchain.benches?.(request));
      expect(programs.map(({ name, harness, benchmarks }) => [name, harness, benchmarks])).toEqual([
        [
          'endless',
          'other',
          [{ name: 'endless', args: ['--bench'], home: [], metric: 'wall-time', reads: null }],
        ],
        [
          'noisy',
          'other',
          [{ name: 'noisy', args: ['--bench'], home: [], metric: 'wall-time', reads: null }],
        ],
      ]);
    });
  });
});

async function benchesOf(asked: Promise<BuiltBenches> | undefined): Promise<BuiltBenches> {
  if (asked === undefined) throw new Error('the toolchain has no benchmarks');
  return asked;
}

/** Runs one benchmark as it says, and reads its number. */
async function timeOf(
  runner: ProcessRunner,
  bench: BuiltBench,
  { args, home, reads }: BuiltBenchmark,
  folder: string,
): Promise<number> {
  const env = Object.fromEntries(home.map((name) => [name, folder]));
  const told = await runner.run({ file: bench.path, args, cwd: bench.directory, env, timeoutSeconds: 60 });
  expect(told.exitCode).toBe(0);
  if (reads === null) throw new Error('nothing to read');
  const time = readTime(reads.format, told.stdout, reads.row);
  if ('message' in time) throw new Error(`${time.message}: ${told.stdout}`);
  return time.seconds;
}
