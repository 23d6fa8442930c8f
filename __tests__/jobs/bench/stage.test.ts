import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BuildError, UserError } from '../../../src/errors.ts';
import { withoutFailed } from '../../../src/jobs/bench/stage.ts';
import { unfitLine } from '../../../src/jobs/bench/unfit.ts';
import { check } from '../../../src/jobs/check.ts';
import { record } from '../../../src/jobs/record.ts';
import { endingOf } from '../../../src/jobs/status.ts';
import { measurementSchema } from '../../../src/measure/measurement.ts';
import type { MeasuredData } from '../../../src/measure/report-data.ts';
import { headlineOf } from '../../../src/report/headline.ts';
import { reportSchema } from '../../../src/report/report.ts';
import { PLAIN } from '../../../src/report/voice.ts';
import type { BuiltBenches } from '../../../src/toolchain/bench.ts';
import type { BuildRequest } from '../../../src/toolchain/toolchain.ts';
import { type JobWorld, makeWorld } from '../world.ts';

/** The world's ports with a toolchain whose benchmarks are these. */
function withBenches({ ports }: JobWorld, benches: () => Promise<BuiltBenches>): JobWorld['ports'] {
  return { ...ports, toolchains: ports.toolchains.map((toolchain) => ({ ...toolchain, benches })) };
}

const SORT = { name: 'sort', args: [], home: [], metric: 'wall-time' as const, reads: null };

/** Benchmarks of a base whose program `kernels` has `bench sort`, and of a head whose are the given. */
function ofHead(world: JobWorld, head: () => Promise<BuiltBenches>): JobWorld['ports'] {
  const { ports, request } = world;
  const benches = async ({ directory, scratch }: BuildRequest): Promise<BuiltBenches> => {
    if (directory === request.directory) return head();
    const program = {
      ...{ name: 'kernels', kind: 'bench' as const, package: 'p', path: join(scratch, 'tiny'), directory },
      ...{ harness: 'criterion' as const, benchmarks: [SORT] },
    };
    return { programs: [program], identity: {}, warnings: [] };
  };
  return { ...ports, toolchains: ports.toolchains.map((toolchain) => ({ ...toolchain, benches })) };
}

describe('benchmarks that the base has and the head cannot tell', () => {
  const removedBy = async (toml: string, head: () => Promise<BuiltBenches>) => {
    const world = await makeWorld(toml, () => undefined);
    const result = await check(world.request, ofHead(world, head));
    const report = reportSchema.parse(result.report);
    expect(report.comparisons.map((row) => row.case)).toContain('size tiny');
    expect(endingOf(result).status).toBe(0);
    return {
      removed: report.removed.map((row) => row.case),
      failed: report.failed.map((row) => [row.case, row.message, row.output]),
      headline: headlineOf(report, PLAIN).text,
    };
  };
  const nothing = { programs: [], identity: {}, warnings: [] };

  test('are removed where nothing failed', async () => {
    const told = await removedBy('', async () => nothing);
    expect(told).toMatchObject({ removed: ['bench sort'], failed: [] });
  });

  test.each<[string, () => Promise<BuiltBenches>, string[]]>([
    [
      'their program does not compile',
      async () => ({
        ...nothing,
        failed: [{ name: 'kernels', message: 'it does not compile', output: 'E' }],
      }),
      ['bench kernels', 'it does not compile', 'E'],
    ],
    [
      'none can be built',
      async () => {
        throw new UserError('no such linker; install it');
      },
      ['bench *', 'the benchmarks cannot be built, and none was run: no such linker; install it', ''],
    ],
    [
      'the build ends',
      async () => {
        throw new BuildError('cargo was ended', 'last words');
      },
      ['bench *', 'the benchmarks cannot be built, and none was run: cargo was ended', 'last words'],
    ],
  ])('are not called removed where %s', async (_, head, row) => {
    const { removed, failed, headline } = await removedBy('', head);
    expect(removed).toEqual([]);
    expect(failed).toEqual([row]);
    expect(headline).toMatch(/1 case could not be measured$/);
  });

  test('are not called removed where their program takes more room than it may', async () => {
    const world = await makeWorld('[benches]\nmax-program-bytes = "1 B"\n', () => undefined);
    const program = {
      ...{ name: 'kernels', kind: 'bench' as const, package: 'p', directory: world.request.directory },
      ...{ harness: 'criterion' as const, benchmarks: [SORT] },
    };
    const { ports } = world;
    const benches = async ({ scratch }: BuildRequest): Promise<BuiltBenches> => ({
      ...nothing,
      programs: [{ ...program, path: join(scratch, 'tiny') }],
    });
    const toolchains = ports.toolchains.map((toolchain) => ({ ...toolchain, benches }));
    const { report } = await check(world.request, { ...ports, toolchains });
    expect(report.failed.map(({ case: name, message }) => [name, message])).toEqual([
      [
        'bench kernels',
        'the benchmark programs are larger than benches.max-program-bytes (1 B), so kernels was left out; raise it or exclude benchmarks',
      ],
    ]);
  });

  test('a program that is excluded by its name does not fail', async () => {
    const failed = [{ name: 'kernels', message: 'it does not compile', output: '' }];
    const toml = '[benches]\nfilter = ["bench parse"]\nexclude = ["bench kernels"]\n';
    expect((await removedBy(toml, async () => ({ ...nothing, failed }))).failed).toEqual([]);
  });
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
      bench('d', 'bench/p-lib-small'),
    ],
  };
  const failed = ['kernels', 'own x', 'small'].map((name) => ({
    case: `bench ${name}`,
    message: '',
    output: '',
  }));
  expect(withoutFailed(['bench a', 'bench b', 'bench c', 'bench d'], base, failed)).toEqual(['bench b']);
  expect(withoutFailed(['bench a'], base, [])).toEqual(['bench a']);
});

test('the settings that the benchmarks were built with are kept, for the head too', async () => {
  const world = await makeWorld('', () => undefined);
  const identity = { 'profile.name': 'bench', 'profile.opt-level': '1' };
  const left: (MeasuredData | null)[] = [];
  const ports = {
    ...withBenches(world, async () => ({ programs: [], identity, warnings: [] })),
    presenter: {
      present: async (_: unknown, __: unknown, data: MeasuredData | null) => void left.push(data),
    },
  };
  await check(world.request, ports);
  expect(left[0]?.configurations[0]?.head?.benchProfile).toEqual(identity);
  await record(world.request, ports);
  const files = await readdir(world.store, { recursive: true });
  const stored = files.filter((file) => file.endsWith('measurement.json'));
  expect(stored.length).toBeGreaterThan(0);
  for (const file of stored) {
    const text = await readFile(join(world.store, file), 'utf8');
    expect(measurementSchema.parse(JSON.parse(text)).benchProfile).toEqual(identity);
  }
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

test('they are told in the report, and nothing is run; not where one of a program that failed may fit', async () => {
  const world = await makeWorld('[benches]\nfilter = ["bench srt"]\n', () => undefined);
  const benchmark = {
    ...{ name: 'sort', args: [], home: [], metric: 'wall-time' as const, reads: null },
  };
  const program = {
    ...{ name: 'kernels', kind: 'bench' as const, package: 'p', path: '/nowhere', directory: '/nowhere' },
    ...{ harness: 'criterion' as const, benchmarks: [benchmark] },
  };
  const found = { programs: [program], identity: {}, warnings: [] };
  const failed = [{ name: 'other', message: 'it does not compile', output: '' }];
  const told = await check(
    world.request,
    withBenches(world, async () => ({ ...found, failed })),
  );
  expect(told.report.warnings.filter((text) => text.startsWith('[benches]'))).toEqual([]);
  const { report } = await check(
    world.request,
    withBenches(world, async () => found),
  );
  expect(report.warnings).toContain(
    '[benches]: no benchmark has a name that fits filter "bench srt"; a pattern fits a full name, like "bench sort/10k", and * stands for any text. There are "bench sort"',
  );
});
