import { expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { withoutFailed } from '../../../src/jobs/bench/stage.ts';
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
