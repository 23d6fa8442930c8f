import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BuildError, Cancelled, UserError } from '../../../src/errors.ts';
import { LAYOUT_SEEDS, stageLayouts } from '../../../src/jobs/bench/layouts.ts';
import type { StageRequest } from '../../../src/jobs/bench/stage.ts';
import type { BuiltBench, Layouts } from '../../../src/toolchain/bench.ts';
import type { Toolchain } from '../../../src/toolchain/toolchain.ts';
import { makeFolder } from '../../store/draft.ts';
import { makeWorld } from '../world.ts';

/** Stages the layouts of the named programs with a toolchain that answers so. */
async function stage(names: readonly string[], layouts: (program: BuiltBench, folder: string) => Layouts) {
  const world = await makeWorld('', () => undefined);
  const folder = await makeFolder();
  const built = new Map(names.map((name) => [`bench/${name}`, benchProgram(name, folder)]));
  const [cargo] = world.ports.toolchains;
  if (cargo === undefined) throw new Error('no toolchain');
  const toolchain: Toolchain = {
    ...cargo,
    layouts: async (_, program) => layouts(program as BuiltBench, folder),
  };
  const { config, root } = world.request;
  const [configuration] = config.configurations;
  if (configuration === undefined) throw new Error('no configuration');
  const request: StageRequest = {
    build: { directory: root, configuration, scratch: folder, jobs: 1 },
    ...{ toolchain, config, root, directory: join(folder, 'entry'), shipped: new Map(), stored: [] },
  };
  const staged = await stageLayouts({ built }, built.keys(), request, world.ports);
  return { ...staged, files: await readdir(join(folder, 'entry/bench')).catch(() => []) };
}

function benchProgram(name: string, folder: string): BuiltBench {
  return {
    ...{ name, kind: 'bench', package: 'p', path: join(folder, name), directory: folder },
    ...{ harness: 'criterion', benchmarks: [] },
  };
}

function made(paths: readonly string[]): Layouts {
  const programs = LAYOUT_SEEDS.map((seed, index) => ({ seed, path: paths[index] ?? '' }));
  return { kind: 'made', stripped: '', programs };
}

test.each([
  [
    'a build',
    new BuildError('the project does not compile', 'No space left'),
    'the project does not compile',
  ],
  [
    'a mistake',
    new UserError('Cannot run "cargo": it was not found.'),
    'Cannot run "cargo": it was not found',
  ],
  [
    'a disk',
    Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' }),
    'ENOSPC: no space left on device, write',
  ],
])('%s that fails costs only the layouts of its program', async (_, error, reason) => {
  const { layouts, impossible } = await stage(['a', 'b'], ({ name }) => {
    if (name === 'a') throw error;
    return { kind: 'impossible', reason: 'no such linker' };
  });
  expect(layouts).toEqual([]);
  expect([...impossible]).toEqual([
    ['bench/a', reason],
    ['bench/b', 'no such linker'],
  ]);
});

test('being cancelled, and a bug, are passed on', async () => {
  for (const error of [new Cancelled(), new TypeError('a bug')]) {
    const staged = stage(['a'], () => {
      throw error;
    });
    await expect(staged).rejects.toBe(error);
  }
});

test('a program has all of its layouts or none', async () => {
  const program = join(await makeFolder(), 'program');
  await writeFile(program, 'layout');
  const folder = await makeFolder();
  const whole = made(LAYOUT_SEEDS.map(() => program));
  const { layouts, programs, impossible, files } = await stage(['a', 'b'], ({ name }) =>
    // Copying a folder is refused by the system.
    name === 'a' ? whole : made([program, program, folder, program]),
  );
  const others = LAYOUT_SEEDS.map((seed) => `bench/bench-a.layout-${seed}`);
  expect(layouts).toEqual([{ file: 'bench/a', others }]);
  expect(programs.map(({ file }) => file)).toEqual(others);
  expect(files.map((file) => `bench/${file}`)).toEqual(others);
  expect([...impossible.keys()]).toEqual(['bench/b']);
});
