import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pairUp } from '../../../src/jobs/bench/cases.ts';
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
