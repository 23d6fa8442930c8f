import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findCounter } from '../../../../src/measure/bench/instructions/find-counter.ts';
import { perfCount } from '../../../../src/measure/bench/instructions/perf.ts';
import { instructionsIn } from '../../../../src/measure/bench/instructions/valgrind.ts';
import { createProcessRunner } from '../../../../src/process/runner.ts';

const folder = mkdtempSync(join(tmpdir(), 'tare-counter-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is found where only these scripts are installed. */
async function foundWith(programs: Readonly<Record<string, string>>, path = '') {
  const bin = mkdtempSync(join(folder, 'bin-'));
  for (const name of ['true', 'sh', 'sleep']) symlinkSync(where(name), join(bin, name));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const work = join(bin, 'work');
  mkdirSync(work);
  const runner = createProcessRunner({
    environment: { PATH: path || bin },
    platform: process.platform,
    temporary: work,
  });
  try {
    return await findCounter(runner, work);
  } finally {
    await runner.close();
  }
}

const where = (name: string) => execFileSync('which', [name], { encoding: 'utf8' }).trim();
const PERF = (line: string) => `out=$7; shift 8; echo '${line}' > "$out"; exec "$@"`;
const COUNTED = '1234567,,instructions:u,500000,100.00,,';

describe('findCounter', () => {
  test('finds the machine’s valgrind', async () => {
    const { counter } = await foundWith({}, process.env['PATH']);
    expect(counter).toMatchObject({ title: expect.stringMatching(/^valgrind-\d/), repeats: 2 });
  });

  test('finds nothing where nothing is', async () => {
    expect(await foundWith({})).toEqual({
      counter: null,
      reason: 'valgrind is not installed, and perf cannot read the processor’s counter',
    });
  });

  test.each([
    ['another program of that name', 'echo 7.2.1'],
    ['one that does not count', 'if [ "$1" = --version ]; then echo valgrind-3.0.0; fi'],
    ['one that crashes', 'if [ "$1" = --version ]; then echo valgrind-3.0.0; else kill -11 $$; fi'],
  ])('does not take %s', async (_, script) => {
    const found = await foundWith({ valgrind: script });
    expect(found).toEqual({
      counter: null,
      reason: expect.stringMatching(/^valgrind(-3\.0\.0 does not run here| is not installed), /),
    });
  });

  test('takes perf where it counts and valgrind is not there', async () => {
    const { counter } = await foundWith({ perf: PERF(COUNTED) });
    expect(counter?.title).toMatch(/^perf stat/);
  });

  test.each([
    ['is not allowed to', PERF('<not supported>,,instructions:u,0,100.00,,')],
    ['fails', 'echo "No permission to enable" >&2; exit 255'],
  ])('does not take a perf that %s', async (_, script) => {
    expect((await foundWith({ perf: script })).counter).toBeNull();
  });
});

describe('what counters say', () => {
  test.each([
    ['==7== I   refs:      1,002,871\n', 1002871],
    ['==7== \n==7== I refs:          12\n', 12],
    ['==7== Process terminating with default action of signal 9\n', null],
    ['I   refs:      5\n', null],
    ['==7== I   refs:      99,999,999,999,999,999,999\n', null],
    ['', null],
  ])('%j of valgrind is %s', (log, expected) => {
    expect(instructionsIn(log)).toBe(expected);
  });

  test.each([
    [`# started on Fri\n\n${COUNTED}\n`, 1234567],
    ['<not supported>,,instructions:u,0,100.00,,\n', null],
    ['<not counted>,,instructions:u,0,0.00,,\n', null],
    ['1234567,,instructions:u,500000,62.50,,\n', null],
    ['0,,instructions:u,500000,100.00,,\n', null],
    ['1234567,,cycles:u,500000,100.00,,\n', null],
    ['', null],
  ])('%j of perf is %s', (text, expected) => {
    expect(perfCount(text)).toBe(expected);
  });
});
