import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BenchCase, BenchCommand } from '../../../../src/measure/bench/case.ts';
import { type CountRun, countInstructions } from '../../../../src/measure/bench/instructions/count.ts';
import type { InstructionCounter } from '../../../../src/measure/bench/instructions/counter.ts';
import { findCounter } from '../../../../src/measure/bench/instructions/find-counter.ts';
import { recordingLogger } from '../../../support/recording-logger.ts';
import { benchCase, benchWorld, command } from '../support.ts';

const world = benchWorld();

let counter: InstructionCounter;
beforeAll(async () => {
  const found = await findCounter(world.runner, world.folder);
  if (found.counter === null) throw new Error(found.reason);
  counter = found.counter;
});

async function count(cases: readonly BenchCase[], minutes = 2): Promise<readonly CountRun[]> {
  const { runner, folder: temporary } = world;
  const { runs } = await countInstructions({
    ...{ cases, counter, minutes, temporary, runner },
    logger: recordingLogger(),
  });
  return runs;
}

function counted(run: CountRun | undefined) {
  if (run?.kind !== 'counted') throw new Error(`not counted: ${JSON.stringify(run)}`);
  return run;
}

/** A shell command whose program is also the fixture's. */
const shell = (script: string): BenchCommand => ({
  ...command(world),
  file: 'sh',
  args: ['-c', script, world.program],
});

describe('under valgrind', () => {
  test('equal programs have equal counts, and more work a larger one', async () => {
    const [same, more] = await count([
      benchCase('same', command(world, 'busy', 100_000)),
      benchCase('more', command(world, 'busy', 100_000), command(world, 'busy', 110_000)),
    ]);
    const equal = counted(same);
    expect(equal.after).toBe(equal.before);
    expect(equal.spread).toBe(0);
    const { before, after, spread } = counted(more);
    expect(before).toBeGreaterThan(1000);
    expect(after / before).toBeGreaterThan(1.01);
    expect(spread).toBeLessThan(0.0001);
  });

  test('what a program starts counts too', async () => {
    const [alone, twice] = await count([
      benchCase('alone', shell('"$0" busy 1000')),
      benchCase('twice', shell('"$0" busy 1000'), shell('"$0" busy 1000; "$0" busy 1000')),
    ]);
    expect(counted(alone).spread).toBeLessThan(0.001);
    const { before, after } = counted(twice);
    expect(after / before).toBeGreaterThan(1.3);
  });

  test('a program that never does the same twice has a spread, and more runs to see it', async () => {
    const file = join(world.folder, 'grows');
    writeFileSync(file, 'x');
    const script = `i=0; n=$(wc -c < ${file}); while [ $i -lt $((n * 40)) ]; do i=$((i + 1)); done; printf x >> ${file}`;
    const [run] = await count([benchCase('random', shell(script))]);
    const { before, after, spread } = counted(run);
    expect(spread).toBeGreaterThan(Math.abs(after - before) / before);
  });

  test('its own output, standard input and environment stay as they are', async () => {
    const input = join(world.folder, 'input.txt');
    writeFileSync(input, 'wanted\n');
    const script = 'read word; [ "$word" = wanted ] && [ "$TOLD" = yes ] && echo fine >&2';
    const [run] = await count([
      benchCase('input', { ...shell(script), stdinFile: input, env: { TOLD: 'yes' } }),
    ]);
    expect(counted(run).spread).toBeLessThan(0.001);
  });

  test('a program that fails or takes long is passed over, and no other', async () => {
    const good = command(world, 'busy', 100);
    const valgrindsOwn = (script: string) => shell(`case "$LD_PRELOAD" in *vgpreload*) ${script};; esac`);
    const [other, ...bad] = await count([
      benchCase('good', good),
      benchCase('hangs', command(world, 'hang')),
      benchCase('fails', command(world, 'exit', 3)),
      benchCase('is not there', { ...good, file: join(world.folder, 'none') }),
      benchCase('takes long', command(world, 'sleep', 1000)),
      benchCase('is hindered', valgrindsOwn('exit 9')),
      benchCase('fails there', good, command(world, 'exit', 4)),
      benchCase('is killed', valgrindsOwn('kill -9 $$')),
    ]);
    expect(counted(other).before).toBeGreaterThan(100);
    expect(bad.map((run) => (run.kind === 'passed over' ? run.reason : run))).toEqual([
      expect.stringMatching(/^one run takes too long under valgrind-/),
      'base: ended with exit status 3',
      expect.stringMatching(/^base: Cannot run /),
      expect.stringMatching(/^one run takes too long under valgrind-/),
      expect.stringMatching(/^base under valgrind-\S+: ended with exit status 9$/),
      expect.stringMatching(/^head under valgrind-\S+: ended with exit status 4$/),
      expect.stringMatching(/^base under valgrind-\S+: was ended by SIGKILL$/),
    ]);
  });
});

describe('a case that counts itself', () => {
  const counting = (base: BenchCommand, head: BenchCommand = base): BenchCase => ({
    ...benchCase('own', base, head),
    time: { from: 'stdout', format: 'gungraun', metric: 'instructions' },
  });
  const says = (script: string): BenchCommand => shell(`echo 'lib::group::bench id:x'; ${script}`);

  test('is read, each side twice, and again when it looks changed', async () => {
    const log = join(world.folder, 'own.log');
    const [run] = await count([
      counting(
        says(`echo '  Instructions:        1000|N/A (*)'; echo b >> ${log}`),
        says(`echo '  Instructions:        1100|N/A (*)'; echo h >> ${log}`),
      ),
    ]);
    expect(counted(run)).toMatchObject({ before: 1000, after: 1100, spread: 0 });
    expect(readFileSync(log, 'utf8')).toBe('b\nh\n'.repeat(4));
  });

  test('that tells none is failed, with its last lines', async () => {
    const [run] = await count([
      counting(says("echo '  Instructions:  1000|N/A (*)'"), says('echo none; echo why >&2')),
    ]);
    expect(run).toEqual({
      name: 'bench own',
      kind: 'failed',
      failure: {
        reason: 'head: the output has no count "Instructions:" as gungraun prints it',
        output: expect.stringContaining('why'),
      },
    });
  });
});
