import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeBench } from '../../../src/compare/bench.ts';
import { LAYOUT_SEEDS } from '../../../src/jobs/bench/layouts.ts';
import { placementOf } from '../../../src/jobs/bench/placement.ts';
import { type BenchRequest, contextOf } from '../../../src/jobs/bench/request.ts';
import { type Sides, sided } from '../../../src/jobs/bench/sided-case.ts';
import type { BenchRun, TimePair } from '../../../src/measure/bench/case.ts';
import type { PairedReport } from '../../../src/measure/bench/paired-runner.ts';
import { makeDraft, makeFolder } from '../../store/draft.ts';
import { makeWorld } from '../world.ts';

const NAME = 'bench sort';
const FILE = 'bench/sort';

/** Thirty per cent slower, and confirmed. */
function slower(): PairedReport {
  const pairs = (count: number) =>
    Array.from(
      { length: count },
      (_, at): TimePair => [1 + ((at * 7) % 5) / 1000, 1.3 + ((at * 3) % 5) / 1000],
    );
  const run: BenchRun = {
    ...{ name: NAME, category: 'primary', pairs: pairs(12), confirmation: pairs(40) },
    ...{ stopped: 'decided', note: null, output: '', failed: null },
  };
  return { runs: [run], noise: [], load: null, warnings: [], secondsSpent: 0, raised: false };
}

/** The verdict of the slower case when the head's layouts are these shell scripts; null: the file is missing. */
async function verdictOf(scripts: readonly (string | null)[]) {
  const { request, ports } = await makeWorld('', () => undefined);
  const others = LAYOUT_SEEDS.map((seed) => `bench/layout-${seed}`);
  const side = async (bodies: readonly (string | null)[]) => {
    const { measurement } = await makeDraft();
    const directory = await makeFolder();
    await mkdir(join(directory, 'bench'));
    for (const [index, body] of bodies.entries()) {
      if (body !== null) await writeFile(join(directory, others[index] ?? ''), `#!/bin/sh\n${body}\n`);
    }
    return { measurement: { ...measurement, layouts: [{ file: FILE, others }] }, directory, root: directory };
  };
  const sides: Sides = { base: await side(others.map(() => 'exit 0')), head: await side(scripts) };
  const bench: BenchRequest = {
    ...{ sides, config: request.config, configuration: 'default', minutes: 1 },
    relink: async () => ({ layouts: sides.head.measurement.layouts, programs: [], impossible: new Map() }),
  };
  const files = { base: [FILE], head: [FILE] };
  const command = (of: 'base' | 'head', [file = '']: readonly string[]) => ({
    ...{ file, args: [], cwd: sides[of].root, timeoutSeconds: 20 },
  });
  const timed = sided(NAME, 'primary', 'wall-time', { from: 'process' }, files, command, files);
  const report = slower();
  const placement = await placementOf(report, [timed], bench, await makeFolder(), ports);
  const layouts = placement.get(NAME) ?? null;
  const [run] = report.runs;
  if (layouts === null || !('unavailable' in layouts) || run === undefined)
    throw new Error('layouts were run');
  const measured = { ...run, screening: run.pairs, layouts, earlier: [], instructions: null };
  const { rows, failed } = judgeBench([measured], contextOf(bench, 0));
  return {
    reason: layouts.unavailable,
    verdicts: rows.map(({ comparison }) => comparison.verdict),
    rows,
    failed,
  };
}

test('a layout that crashes leaves the regression that was measured, and says what stays open', async () => {
  const { reason, verdicts, rows, failed } = await verdictOf(['exit 0', 'exit 0', 'exit 7', 'exit 0']);
  expect(reason).toBe('head, layout 3: ended with exit status 7 (in its first run)');
  expect(failed).toEqual([]);
  expect(verdicts).toEqual(['regression']);
  expect(JSON.stringify(rows)).toContain(`placement was not ruled out: ${reason}`);
});

test('layouts that cannot be placed leave it too', async () => {
  const { reason, verdicts } = await verdictOf(['exit 0', null, 'exit 0', 'exit 0']);
  expect(reason).toMatch(/^ENOENT: /);
  expect(verdicts).toEqual(['regression']);
});
