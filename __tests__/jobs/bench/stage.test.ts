import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { withoutFailed } from '../../../src/jobs/bench/stage.ts';
import { unfitLine } from '../../../src/jobs/bench/unfit.ts';
import { check } from '../../../src/jobs/check.ts';
import { record } from '../../../src/jobs/record.ts';
import { endingOf } from '../../../src/jobs/status.ts';
import { reportSchema } from '../../../src/report/report.ts';
import type { BuiltBenches } from '../../../src/toolchain/bench.ts';
import { type JobWorld, makeWorld } from '../world.ts';

/** The world's ports with a toolchain whose benchmarks are these. */
function withBenches({ ports }: JobWorld, benches: () => Promise<BuiltBenches>): JobWorld['ports'] {
  return { ...ports, toolchains: ports.toolchains.map((toolchain) => ({ ...toolchain, benches })) };
}

test('a mistake in a benchmark is a warning, and the sizes stay', async () => {
  const world = await makeWorld('', () => undefined);
  const ports = withBenches(world, async () => {
    throw new UserError('no such linker; install it');
  });
  const result = await check(world.request, ports);
  const report = reportSchema.parse(result.report);
  expect(report.comparisons.map((row) => row.case)).toContain('size tiny');
  expect(report.warnings).toContain(
    'The benchmarks cannot be built, and none was run: no such linker; install it',
  );
  expect(endingOf(result).status).toBe(0);
});

test.each([check, record])('a program that does not tell its benchmarks is a failed row: %o', async (job) => {
  const world = await makeWorld('', () => undefined);
  const failed = {
    name: 'kernels',
    message: 'the program did not list its benchmarks',
    output: 'last words',
  };
  const ports = withBenches(world, async () => ({
    ...{ programs: [], identity: {}, warnings: [] },
    failed: [failed],
  }));
  const result = await job(world.request, ports);
  const report = reportSchema.parse(result.report);
  expect(report.failed).toEqual([
    {
      configuration: 'default',
      case: 'bench kernels',
      message: 'the program did not list its benchmarks',
      output: 'last words',
    },
  ]);
  expect(endingOf(result).status).toBe(0);
  const ofBase = report.warnings.filter((text) => text.startsWith("The base's bench kernels: "));
  expect(ofBase).toHaveLength(job === check ? 1 : 0);
});

test('benchmarks of a program that failed on the head are not called removed', () => {
  const bench = (name: string, file: string) => ({
    ...{ case: `bench ${name}`, file, args: [], home: [], metric: 'wall-time' as const },
    ...{ reads: null, directory: '' },
  });
  const base = {
    benches: [
      bench('a', 'bench/p-bench-kernels'),
      bench('b', 'bench/p-bench-other'),
      bench('c', 'bench/p-bench-own_x'),
    ],
  };
  const failed = ['kernels', 'own x'].map((name) => ({ case: `bench ${name}`, message: '', output: '' }));
  expect(withoutFailed(['bench a', 'bench b', 'bench c'], base, failed)).toEqual(['bench b']);
  expect(withoutFailed(['bench a'], base, [])).toEqual(['bench a']);
});

describe('patterns that fit no benchmark', () => {
  const two = async (toml: string) => {
    const { config } = (await makeWorld(toml, () => undefined)).request;
    return unfitLine(['bench sort/10k', 'bench parse'], config);
  };
  const commands = '[[bench]]\nname = "run"\nrun = "{bin:tiny}"\n';

  test.each([
    ['filter = ["bench sort"]', 'filter "bench sort"'],
    ['filter = ["bench sort*", "bench none"]', 'filter "bench none"'],
    ['exclude = ["bench */slow"]', 'exclude "bench */slow"'],
    ['filter = ["bench sort/*"]\nexclude = ["bench parse"]', null],
    ['', null],
    // Of a command, of another configuration, or of another tool's number.
    [`filter = ["bench run"]\n${commands}`, null],
    [`exclude = ["bench gone"]\n[[configuration]]\nname = "a"\n[[configuration]]\nname = "b"`, null],
    [`filter = ["bench ram", "bench parse"]\n[[numbers]]\nfile = "n.txt"\nformat = "bmf"`, null],
    [`filter = ["bench rm"]\n[[numbers]]\nfile = "n.txt"\nformat = "bmf"`, 'filter "bench rm"'],
  ])('%s', async (keys, told) => {
    expect(await two(`[benches]\n${keys}\n`)).toBe(
      told === null
        ? null
        : `[benches]: no benchmark has a name that fits ${told}; a pattern fits a full name, like "bench sort/10k", and * stands for any text. There are "bench sort/10k", "bench parse"`,
    );
  });
});

test('they are told in the report, and nothing is run', async () => {
  const world = await makeWorld('[benches]\nfilter = ["bench srt"]\n', () => undefined);
  const benchmark = {
    ...{ name: 'sort', args: [], home: [], metric: 'wall-time' as const, reads: null },
  };
  const program = {
    ...{ name: 'kernels', kind: 'bench' as const, package: 'p', path: '/nowhere', directory: '/nowhere' },
    ...{ harness: 'criterion' as const, benchmarks: [benchmark] },
  };
  const ports = withBenches(world, async () => ({ programs: [program], identity: {}, warnings: [] }));
  const { report } = await check(world.request, ports);
  expect(report.warnings).toContain(
    '[benches]: no benchmark has a name that fits filter "bench srt"; a pattern fits a full name, like "bench sort/10k", and * stands for any text. There are "bench sort"',
  );
});
