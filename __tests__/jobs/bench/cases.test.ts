import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pairUp } from '../../../src/jobs/bench/cases.ts';
import { foreignFiles } from '../../../src/jobs/bench/foreign-files.ts';
import type { Sides } from '../../../src/jobs/bench/sided-case.ts';
import type { Measurement, StoredBench } from '../../../src/measure/measurement.ts';
import { makeDraft, makeFolder } from '../../store/draft.ts';
import { makeWorld } from '../world.ts';

const BENCH: StoredBench = {
  ...{ case: 'bench sort', file: 'bench/sort', args: ['--bench'], home: ['CRITERION_HOME'] },
  ...{ metric: 'wall-time', reads: null, directory: 'kernels' },
};

/** Two sides with a benchmark program `sort`, in checkouts of their own. */
async function makeSides(program: string, more: Partial<Measurement> = {}): Promise<Sides> {
  const side = async () => {
    const { measurement, directory } = await makeDraft();
    await writeFile(join(directory, 'bench/sort'), program);
    await chmod(join(directory, 'bench/sort'), 0o755);
    const root = await makeFolder();
    await mkdir(join(root, 'kernels'));
    return { measurement: { ...measurement, benches: [BENCH], ...more }, directory, root };
  };
  return { base: await side(), head: await side() };
}

test('a benchmark runs with the variables that it was listed with', async () => {
  const { request, ports } = await makeWorld('env = { DATA_DIR = "corpus" }\n', () => undefined);
  const script =
    '#!/bin/sh\n[ "$CARGO_MANIFEST_DIR" = "$(pwd -P)" ] && [ "$DATA_DIR" = corpus ] && [ -d "$CRITERION_HOME" ]\n';
  const sides = await makeSides(script);
  const { cases, failed } = await pairUp(sides, request.config, 'default', await makeFolder());
  expect([cases.length, failed]).toEqual([1, []]);
  for (const { benchCase } of cases) {
    for (const side of ['base', 'head'] as const) {
      const { file, args, cwd, env = {} } = benchCase[side];
      expect(cwd).toBe(join(sides[side].root, 'kernels'));
      expect((await ports.runner.run({ file, args, cwd, env, timeoutSeconds: 30 })).exitCode).toBe(0);
    }
  }
});

describe('a benchmark that starts a program of the project by the path that was compiled in', () => {
  const app = (digest: string) => ({
    ...{ name: 'app', kind: 'bin' as const, file: 'bin/app', bytes: 1, sha256: digest.repeat(64) },
  });
  const paired = async (starts: readonly string[][], digests: readonly string[]) => {
    const { request } = await makeWorld('', () => undefined);
    const { base, head } = await makeSides('#!/bin/sh\n');
    const side = ({ measurement, ...rest }: Sides['base'], index: number): Sides['base'] => ({
      ...rest,
      measurement: {
        ...measurement,
        benches: [{ ...BENCH, starts: starts[index] }],
        programs: [app(digests[index] ?? 'c')],
      },
    });
    const sides = { base: side(base, 0), head: side(head, 1) };
    return pairUp(sides, request.config, 'default', await makeFolder());
  };

  test.each([
    ['the program is the same on both sides', [['app'], ['app']], ['a', 'a']],
    ['it starts none', [[], []], ['a', 'b']],
  ])('is compared where %s', async (_, starts, digests) => {
    const { cases, failed } = await paired(starts, digests);
    expect([cases.length, failed]).toEqual([1, []]);
  });

  test.each([
    ['the program differs', 'app', [['app'], ['app']], ['a', 'b']],
    ['only the base is known to start it', 'app', [['app'], []], ['a', 'b']],
    ['the program is not shipped', 'helper', [['helper'], ['helper']], ['a', 'a']],
  ])("is a failed row where %s, since the base would start the head's", async (_, name, starts, digests) => {
    const { cases, failed } = await paired(starts, digests);
    expect(cases).toEqual([]);
    expect(failed).toEqual([
      {
        case: 'bench sort',
        message: `its program starts ${name} by the path that CARGO_BIN_EXE_${name} compiled into it, where only the head's stands, so the base cannot be run; time ${name} by a [[bench]] with {bin:${name}}`,
      },
    ]);
  });
});

describe('a base that was compiled with the path of the checkout', () => {
  const told = async (changed: readonly string[] | null, isIn: (sides: Sides) => string) => {
    const { request } = await makeWorld('', () => undefined);
    const sides = await makeSides('#!/bin/sh\n');
    await writeFile(join(sides.base.directory, 'bench/sort'), `#!/bin/sh\ncat ${isIn(sides)}/data.txt\n`);
    const { cases } = await pairUp(sides, request.config, 'default', await makeFolder());
    return foreignFiles(cases, sides, changed);
  };
  const HEAD = ({ head }: Sides) => head.root;

  test("reads the head's files, which is told where some differ", async () => {
    expect(await told(['src/main.rs', 'kernels/data.txt', 'kernels/more.txt'], HEAD)).toEqual([
      "bench sort: the base's program was compiled with the path of this checkout (CARGO_MANIFEST_DIR), so what it reads by that path are the head's files, and kernels/data.txt and 1 other file changed.",
    ]);
  });

  test.each<[string, readonly string[] | null, (sides: Sides) => string]>([
    ['only sources and documents differ', ['src/main.rs', 'Cargo.toml', 'Cargo.lock', 'README.md'], HEAD],
    ['it is not known what differs', null, HEAD],
    ['the path is of a checkout of its own', ['kernels/data.txt'], ({ base }) => base.root],
  ])('is not told where %s', async (_, changed, isIn) => {
    expect(await told(changed, isIn)).toEqual([]);
  });
});
