import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LAYOUT_SEEDS } from '../../../src/jobs/bench/layouts.ts';
import { roomOf, withRoom } from '../../../src/jobs/bench/room.ts';
import { type StageRequest, stageBenches, withoutFailed } from '../../../src/jobs/bench/stage.ts';
import { record } from '../../../src/jobs/record.ts';
import { MAX_PROGRAM_BYTES, type StoredProgram } from '../../../src/measure/measurement.ts';
import { findProgram } from '../../../src/process/program.ts';
import { MAX_ENTRY_BYTES } from '../../../src/store/entry.ts';
import type { BuiltBench } from '../../../src/toolchain/bench.ts';
import type { BuildRequest, BuiltProgram } from '../../../src/toolchain/toolchain.ts';
import { makeFolder } from '../../store/draft.ts';
import { makeWorld } from '../world.ts';

const KEPT = 'benches.max-program-bytes (1000 B)';

function benchProgram(file: string, path: string): BuiltBench {
  const name = file.replace('.exe', '');
  const benchmark = { name: `${name}/x`, args: [], home: [], metric: 'wall-time' as const, reads: null };
  const target = { name, kind: 'bench', package: 'p', directory: path } as const;
  return { ...target, path, harness: 'criterion', benchmarks: [benchmark] };
}

/** Stages programs of these sizes, by file name, beside a shipped program `rg`. */
async function stage(toml: string, sizes: Readonly<Record<string, number>> = {}) {
  const { request, ports } = await makeWorld(toml, () => undefined);
  const folder = await makeFolder();
  const programs: BuiltBench[] = [];
  for (const [name, bytes] of Object.entries(sizes)) {
    await writeFile(join(folder, name), Buffer.alloc(bytes));
    programs.push(benchProgram(name, join(folder, name)));
  }
  const [cargo] = ports.toolchains;
  const [configuration] = request.config.configurations;
  if (cargo === undefined || configuration === undefined) throw new Error('an empty world');
  const rg: BuiltProgram = { name: 'rg', kind: 'bin', package: 'rg', path: join(folder, 'rg') };
  const directory = join(folder, 'entry');
  await mkdir(join(directory, 'bench'), { recursive: true });
  const staging: StageRequest = {
    build: { directory: request.root, configuration, scratch: folder, jobs: 1 },
    toolchain: { ...cargo, benches: async () => ({ programs, identity: {}, warnings: [] }) },
    ...{ config: request.config, root: folder, directory },
    shipped: new Map([['bin/rg', rg]]),
    stored: [shipped(100)],
  };
  const staged = await stageBenches(staging, ports);
  return { ...staged, staging, files: (await readdir(join(directory, 'bench'))).toSorted() };
}

function shipped(bytes: number): StoredProgram {
  return { name: 'rg', kind: 'bin', file: 'bin/rg', bytes, sha256: '0'.repeat(64) };
}

const limited = '[benches]\nmax-program-bytes = 1000\n';

test('a program that is too large takes no room from those behind it', async () => {
  const { benches, failed, files } = await stage(limited, { huge: 3000, one: 400, two: 600, three: 1 });
  expect(benches.map((bench) => bench.case)).toEqual(['bench one/x', 'bench two/x']);
  expect(failed.map((row) => row.case)).toEqual(['bench huge', 'bench three']);
  expect(failed[0]?.message).toBe(
    `the benchmark programs are larger than ${KEPT}, so huge was left out; raise it or exclude benchmarks`,
  );
  expect(files).toEqual(['p-bench-one', 'p-bench-two']);
});

describe('other layouts', () => {
  test('take the room that the programs leave, four a program', async () => {
    const staged = await stage(limited, { one: 150, large: 100, two: 50 });
    expect(withRoom(staged, staged.staging)).toEqual({
      files: ['bench/p-bench-one'],
      warnings: [
        `Code placement will not be ruled out for large, two: with four other code layouts each, the benchmark programs do not fit ${KEPT}; raise it or exclude benchmarks`,
      ],
    });
    const few = await stage(limited, { one: 100, two: 100 });
    expect(withRoom(few, few.staging)).toEqual({
      files: ['bench/p-bench-one', 'bench/p-bench-two'],
      warnings: [],
    });
  });

  test('of a shipped program take room too', async () => {
    const command = '[[bench]]\nname = "run"\nrun = "{bin:rg}"\n';
    const staged = await stage(limited + command, { one: 121 });
    expect(withRoom(staged, staged.staging).files).toEqual(['bench/p-bench-one']);
    const smaller = await stage(limited + command, { one: 120 });
    expect(withRoom(smaller, smaller.staging).files).toEqual(['bench/p-bench-one', 'bin/rg']);
  });

  test('and the programs never make an entry too large', async () => {
    const { staging } = await stage('');
    const left = 50 * 1024 ** 2;
    const stored = [shipped(MAX_PROGRAM_BYTES - left)];
    expect(roomOf({ ...staging, stored })).toEqual({
      bytes: left,
      limit: 'what the shipped programs leave of a baseline (50.00 MiB)',
      advice: 'name fewer programs under bins, or exclude benchmarks',
    });
    expect(roomOf({ ...staging, stored: [shipped(MAX_ENTRY_BYTES)] }).bytes).toBe(0);
    expect(roomOf(staging).bytes).toBe(staging.config.benches.maxProgramBytes);
  });

  test.each([
    [500, true],
    [499, false],
  ])('of a program of 100 bytes are kept in %i bytes: %s', async (bytes, areKept) => {
    const world = await makeWorld(`[benches]\nmax-program-bytes = ${bytes}\n`, () => undefined);
    const build = async ({ scratch }: BuildRequest) => {
      const path = join(scratch, 'kernels');
      await writeFile(path, Buffer.alloc(100));
      return path;
    };
    const toolchains = world.ports.toolchains.map((toolchain) => ({
      ...toolchain,
      benches: async (request: BuildRequest) => ({
        ...{ programs: [benchProgram('kernels', await build(request))], identity: {}, warnings: [] },
      }),
      layouts: async (request: BuildRequest) => {
        const path = await build(request);
        return {
          kind: 'made' as const,
          stripped: path,
          programs: LAYOUT_SEEDS.map((seed) => ({ seed, path })),
        };
      },
    }));
    const { report } = await record(world.request, { ...world.ports, toolchains });
    expect(report.recorded).toBe('now');
    const stored = (await readdir(world.store, { recursive: true })).filter((file) =>
      file.includes('kernels'),
    );
    expect(stored).toHaveLength(areKept ? 1 + LAYOUT_SEEDS.length : 1);
    const told = report.warnings.filter((text) =>
      text.startsWith('Code placement will not be ruled out for'),
    );
    expect(told).toHaveLength(areKept ? 0 : 1);
  });
});

test('layouts are made of the programs that paired numbers run', async () => {
  const built = async (file: string) => {
    const command = 'command = "hyperfine --export-json target/one.json {bin:rg}"';
    const staged = await stage(`[[numbers]]\nfile = "${file}"\nformat = "hyperfine"\n${command}\n`);
    return [...staged.built.keys()];
  };
  expect(await built('target/one.json')).toEqual(['bin/rg']);
  // Of several files nobody knows which one a run writes, so these are not paired.
  expect(await built('target/*.json')).toEqual([]);
});

test('a benchmark program of Windows keeps the name that it can be started by', async () => {
  const { benches, staging } = await stage('', { 'sort.exe': 10 });
  const [file = ''] = benches.map((bench) => bench.file);
  expect(file).toBe('bench/p-bench-sort.exe');
  const stored = join(staging.directory, file);
  await chmod(stored, 0o755);
  expect(await findProgram(stored, staging.root, {}, 'win32')).toBe(stored);
  const failed = [{ case: 'bench sort', message: '', output: '' }];
  expect(withoutFailed(['bench sort/x'], { benches }, failed)).toEqual([]);
});
