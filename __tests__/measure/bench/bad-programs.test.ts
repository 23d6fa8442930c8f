import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { BenchCase } from '../../../src/measure/bench/case.ts';
import { runPaired } from '../../../src/measure/bench/paired-runner.ts';
import { benchCase, benchWorld, command, request } from './support.ts';

const world = benchWorld();
const good = command(world, 'busy', 1000);
const counter = join(world.folder, 'runs.txt');
const child = join(world.folder, 'child.txt');

const bad: Readonly<Record<string, { bench: BenchCase; reason: string | RegExp; output: string | RegExp }>> =
  {
    'a panic': {
      bench: benchCase('bad', good, command(world, 'panic', 42)),
      reason: 'head: ended with exit status 101 (in its first run)',
      output: /the answer was 42/,
    },
    'an abort': {
      bench: benchCase('bad', command(world, 'abort')),
      reason: 'base: was ended by SIGABRT (in its first run)',
      output: '',
    },
    'a hang': {
      bench: benchCase('bad', good, { ...command(world, 'hang'), timeoutSeconds: 1 }),
      reason: 'head: was ended after 1 s (in its first run)',
      output: '',
    },
    'a failure in a later run': {
      bench: benchCase('bad', good, command(world, 'fails-from', 4, counter)),
      reason: 'head: ended with exit status 3 (in round 3)',
      output: 'run 5 went wrong',
    },
    'a child that outlives it': {
      bench: benchCase('bad', good, command(world, 'leave-child', 0, child)),
      reason: 'head: left a process running (in its first run)',
      output: '',
    },
    'a flood of output': {
      bench: benchCase('bad', good, command(world, 'flood', 2000)),
      reason: 'head: ended with exit status 1 (in its first run)',
      output: /^… \(earlier lines left out\)\n[\s\S]*the last line$/,
    },
    'a file that fills the disk': {
      bench: benchCase('bad', good, command(world, 'fill-disk')),
      reason: 'head: used more than 300 MB of disk and was ended (in its first run)',
      output: '',
    },
    'runner commands': {
      bench: benchCase('bad', good, command(world, 'commands')),
      reason: 'head: ended with exit status 1 (in its first run)',
      output: ': :set-output name=verdict::none\n: :add-mask::1\n## [error]stop',
    },
    'garbage instead of a known format': {
      bench: {
        ...benchCase('bad', command(world, 'busy', 3)),
        time: { from: 'stdout', format: 'libtest' },
      },
      reason: /^base: the output has no line of libtest's, .* \(in its first run\)$/,
      output: /^\d+$/,
    },
    'a time of zero': {
      bench: {
        ...benchCase('bad', command(world, 'libtest', 0)),
        time: { from: 'stdout', format: 'libtest' },
      },
      reason: 'base: kernel: its wall-time is 0, not a positive, finite number (in its first run)',
      output: /^test kernel/,
    },
    'a result file that it does not write': {
      bench: {
        ...benchCase('bad', { ...good, resultFile: join(world.folder, 'never') }),
        time: { from: 'file', format: 'criterion-estimates' },
      },
      reason: 'base: did not write its result file (in its first run)',
      output: /^\d+$/,
    },
    'a program that is not there': {
      bench: benchCase('bad', { ...good, file: join(world.folder, 'missing') }),
      reason: /^base: Cannot run ".*missing": there is no file .* \(in its first run\)$/,
      output: '',
    },
    'a prepare command that fails': {
      bench: benchCase('bad', { ...good, prepare: { file: world.program, args: ['exit', '7'] } }),
      reason: 'base: its prepare command ended with exit status 7 (in its first run)',
      output: '',
    },
  };

it.each(Object.entries(bad))('%s fails that case and no other', async (_, { bench, reason, output }) => {
  const cases = [benchCase('before', good), bench, benchCase('after', good)];
  const { runs } = await runPaired(request(world, cases, { firstPairs: 4, maxDiskBytes: 300e6 }));
  const [before, failed, after] = runs;
  expect(failed).toMatchObject({ name: 'bench bad', stopped: 'failed', note: null });
  const { failed: failure } = failed ?? {};
  if (typeof reason === 'string') expect(failure?.reason).toBe(reason);
  else expect(failure?.reason).toMatch(reason);
  if (typeof output === 'string') expect(failure?.output).toBe(output);
  else expect(failure?.output).toMatch(output);
  for (const run of [before, after]) {
    expect(run).toMatchObject({ stopped: 'decided' });
    expect(run?.pairs.length).toBeGreaterThanOrEqual(4);
  }
});

it('ends the child that a program left', () => {
  const pid = Number(readFileSync(child, 'utf8'));
  expect(pid).toBeGreaterThan(1);
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  rmSync(child);
});

it('is not kept from the other cases by one that hangs without a time-out of its own', async () => {
  const script = 'echo ::notice::begun; sleep 600';
  const hang = { ...command(world), file: 'sh', args: ['-c', script], timeoutSeconds: 3600 };
  const cases = [benchCase('hang', hang), benchCase('good', good)];
  const { runs } = await runPaired(request(world, cases, { minutes: 0.5 }));
  expect(runs).toMatchObject([{ stopped: 'time', failed: null, pairs: [] }, { stopped: 'decided' }]);
  expect(runs[0]?.output).toBe(': :notice::begun');
  expect(runs[1]?.pairs).toHaveLength(12);
});
