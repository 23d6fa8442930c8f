/**
 * What a pull request costs with Tare, as a ratio to building and running both sides from nothing.
 *
 *   node benchmarks/cost-ratio.ts --project DIR --base REV --head REV [--config FILE] [--bench NAME] [--runs 2]
 *
 * DIR: a clean git checkout of a Cargo project with criterion benchmarks and its dependencies fetched; it is left at --head.
 * In turn, each from empty target folders: `tare check` of the head with the base's baseline stored, as dist/cli.js does it; and
 * what criterion-compare-action does (boa-dev/criterion-compare-action, main.js): `cargo bench -- --save-baseline` of the head and
 * of the base, every benchmark in full; --bench is its `benchName`, which a project needs whose library has tests. Wall seconds
 * of both, and CPU seconds of all their children.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CLI, checkOut, inTrial, type Trial } from './trial.ts';

interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

await inTrial(2, compare);

async function compare(trial: Trial): Promise<void> {
  const { project, base, head, runs, args } = trial;
  await checkOut(project, base);
  await timed(process.execPath, [CLI, 'record', ...args], project);
  console.log(
    '| run | tare check: wall s, CPU s | two builds, two full runs: wall s, CPU s | wall ratio | CPU ratio |',
  );
  console.log('|---:|---:|---:|---:|---:|');
  for (let each = 1; each <= runs; each += 1) {
    await checkOut(project, head);
    const tare = await timed(process.execPath, [CLI, 'check', ...args, '--base', base], project);
    const twice = await bothSides(trial);
    const ratio = (of: keyof Cost) => (tare[of] / twice[of]).toFixed(2);
    console.log(`| ${each} | ${text(tare)} | ${text(twice)} | ${ratio('wall')} | ${ratio('cpu')} |`);
  }
}

async function bothSides({ project, base, head, bench: only, folder }: Trial): Promise<Cost> {
  const target = join(folder, 'target');
  await rm(target, { recursive: true, force: true });
  const env = { CARGO_TARGET_DIR: target };
  const chosen = only === null ? ['--benches'] : ['--bench', only];
  const bench = (name: string) =>
    timed(
      'cargo',
      ['bench', '--offline', ...chosen, '--', '--save-baseline', name, '--noplot'],
      project,
      env,
    );
  await checkOut(project, head);
  const ofHead = await bench('changes');
  await checkOut(project, base);
  const ofBase = await bench('base');
  return { wall: ofHead.wall + ofBase.wall, cpu: ofHead.cpu + ofBase.cpu };
}

/** Runs a program to its end by GNU time, which counts the CPU of everything below it. */
async function timed(file: string, args: readonly string[], cwd: string, more = {}): Promise<Cost> {
  const begun = performance.now();
  const child = spawn('/usr/bin/time', ['-q', '-f', 'cost %U %S', file, ...args], {
    cwd,
    env: { ...process.env, ...more },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let tail = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    tail = (tail + chunk).slice(-4000);
  });
  const [status] = await once(child, 'close');
  const wall = (performance.now() - begun) / 1000;
  const cost = /cost ([\d.]+) ([\d.]+)\s*$/.exec(tail);
  if (status !== 0 || cost === null)
    throw new Error(`${file} ${args.join(' ')}: exit status ${status}\n${tail}`);
  return { wall, cpu: Number(cost[1]) + Number(cost[2]) };
}

function text({ wall, cpu }: Cost): string {
  return `${wall.toFixed(0)}, ${cpu.toFixed(0)}`;
}
