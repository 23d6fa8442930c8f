/**
 * What Tare's process runner adds around a command, in time and memory: `node benchmarks/process-overhead.ts
 * [--runs 40] [--megabytes 16]`. Goal: far below 2 % of a build of 60 s.
 * Starts: the wall time of `true`, run plainly by `spawn`, by the runner, and measured in each way, in turns; the
 * median and what it is more than plain. Output: a command that writes as much as a very talkative build, and how much
 * our resident memory peaked above what it was before.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createProcessRunner } from '../src/process/runner.ts';
import { gnuTime } from '../src/process/usage/gnu-time.ts';
import { procStat } from '../src/process/usage/proc-stat.ts';

const BUILD_SECONDS = 60;
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '40' }, megabytes: { type: 'string', default: '16' } },
});
const temporary = mkdtempSync(join(tmpdir(), 'tare-overhead-'));
try {
  await starts(Number(values.runs));
  await busy();
  await output(Number(values.megabytes));
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

async function starts(runs: number): Promise<void> {
  const command = { file: 'true', args: [], cwd: temporary };
  const [time, proc] = [runnerWith([gnuTime('/usr/bin/time', temporary)]), runnerWith([procStat()])];
  const ways: Readonly<Record<string, () => Promise<unknown>>> = {
    spawn: () => once(spawn('true', { cwd: temporary, stdio: 'ignore' }), 'close'),
    runner: () => time.run(command),
    'runner, GNU time': () => time.run({ ...command, measured: true }),
    'runner, /proc': () => proc.run({ ...command, measured: true }),
  };
  const seconds = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = -1; round < runs; round++) {
    for (const [name, run] of Object.entries(ways)) {
      const begun = performance.now();
      await run();
      if (round >= 0) seconds.get(name)?.push((performance.now() - begun) / 1000);
    }
  }
  const plain = median(seconds.get('spawn') ?? []);
  for (const [name, all] of seconds) {
    const more = median(all) - plain;
    const share = ((more / BUILD_SECONDS) * 100).toFixed(4);
    console.log(`${name.padEnd(18)} ${ms(median(all))}  more ${ms(more)} = ${share} % of ${BUILD_SECONDS} s`);
  }
}

/** CPU time of this process while a child runs: what watching costs. */
async function busy(): Promise<void> {
  for (const [name, meter] of [
    ['GNU time', gnuTime('/usr/bin/time', temporary)],
    ['/proc', procStat()],
  ] as const) {
    const runner = runnerWith([meter]);
    await runner.run({ file: 'true', args: [], cwd: temporary, measured: true });
    const before = process.cpuUsage();
    await runner.run({ file: 'sleep', args: ['5'], cwd: temporary, measured: true });
    const used = process.cpuUsage(before);
    const percent = ((used.user + used.system) / 5e6) * 100;
    console.log(`watching 5 s, ${name.padEnd(8)} ${percent.toFixed(3)} % of one core`);
  }
}

async function output(megabytes: number): Promise<void> {
  const runner = runnerWith([]);
  const script = `const line = 'x'.repeat(99) + '\\n'; const chunk = line.repeat(655);
    (function more(left) { while (left > 0) { left--; if (!process.stdout.write(chunk)) { process.stdout.once('drain', () => more(left)); return; } } })(${megabytes * 16});`;
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  let lines = 0;
  const begun = performance.now();
  const result = await runner.run({
    file: process.execPath,
    args: ['-e', script],
    cwd: temporary,
    onLine: () => lines++,
  });
  clearInterval(timer);
  peak = Math.max(peak, process.memoryUsage.rss());
  const kept = (result.stdout.length / 1e6).toFixed(0);
  console.log(
    `output: ${lines} lines, ${kept} MB kept in ${((performance.now() - begun) / 1000).toFixed(2)} s, memory +${((peak - before) / 1e6).toFixed(0)} MB`,
  );
}

function runnerWith(meters: Parameters<typeof createProcessRunner>[0]['meters']) {
  const environment = process.env;
  return createProcessRunner({
    environment,
    platform: process.platform,
    temporary,
    ...(meters && { meters }),
  });
}

function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
}

function ms(seconds: number): string {
  return `${(seconds * 1000).toFixed(2).padStart(6)} ms`;
}
