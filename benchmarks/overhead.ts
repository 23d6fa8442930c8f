/**
 * What Tare adds to a release build, and how soon the action speaks.
 *
 *   node benchmarks/overhead.ts --project DIR [--runs 3]
 *
 * Linux. DIR: a clean git checkout of a Cargo project with its dependencies fetched. In turn: `cargo build --release` from
 * nothing, and `tare record` of the same commit with dist/cli.js; wall seconds of both, and Tare's own CPU and peak memory
 * (its process without its children, from /proc). Then: start to first line of dist/action.js, over 20 runs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const { values } = parseArgs({
  options: { project: { type: 'string' }, runs: { type: 'string', default: '3' } },
});

await showDist();
await showFirstLine();
if (values.project !== undefined) await showBuild(values.project, Number(values.runs));

async function showDist(): Promise<void> {
  let bytes = 0;
  for (const name of await readdir(dist, { recursive: true })) {
    const entry = await stat(join(dist, name));
    if (entry.isFile()) bytes += entry.size;
  }
  console.log(`dist/: ${(bytes / 1e6).toFixed(3)} MB`);
}

async function showFirstLine(): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < 20; run += 1) {
    const begun = performance.now();
    // Without the runner's variables the first line is the one that says what is missing.
    const child = spawn(process.execPath, [join(dist, 'action.js')], {
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    times.push(performance.now() - begun);
    if (child.exitCode === null) await once(child, 'exit');
  }
  console.log(`first line of dist/action.js: ${spread(times)} ms (20 runs)`);
}

async function showBuild(project: string, runs: number): Promise<void> {
  const plain: number[] = [];
  const tare: number[] = [];
  const cpu: number[] = [];
  const memory: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    plain.push(await inTemporary((folder) => plainBuild(project, folder)));
    const cost = await inTemporary((folder) => recorded(project, folder));
    tare.push(cost.seconds);
    cpu.push(cost.cpuSeconds);
    memory.push(cost.peakBytes / 1e6);
  }
  console.log(`cargo build --release: ${spread(plain)} s (${runs} runs)`);
  console.log(`tare record:           ${spread(tare)} s`);
  console.log(`  of it Tare's own CPU: ${spread(cpu)} s; peak memory: ${spread(memory)} MB`);
  const added = tare.map((seconds, run) => seconds - (plain[run] ?? 0));
  console.log(`  added wall, run by run: ${spread(added)} s`);
}

async function inTemporary<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tare-overhead-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function plainBuild(project: string, folder: string): Promise<number> {
  const jobs = String(availableParallelism());
  const begun = performance.now();
  const args = ['build', '--release', '--offline', '-j', jobs, '--bins', '--target-dir', folder];
  const child = spawn('cargo', args, { cwd: project, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`cargo ended with ${code}`);
  return (performance.now() - begun) / 1000;
}

async function recorded(project: string, folder: string) {
  const begun = performance.now();
  // Benchmarks are built beside the release profile, and are no part of what is compared here.
  const config = join(folder, 'tare.toml');
  await writeFile(config, '[benches]\nenabled = false\n');
  const options = ['--quiet', '--store', join(folder, 'store'), '--config', config];
  const child = spawn(process.execPath, [join(dist, 'cli.js'), 'record', ...options], {
    cwd: project,
    stdio: 'ignore',
  });
  let peakBytes = 0;
  let cpuSeconds = 0;
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    const times = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '');
    peakBytes = Math.max(peakBytes, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024);
    const fields = times.slice(times.lastIndexOf(')') + 2).split(' ');
    cpuSeconds = Math.max(cpuSeconds, (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100);
  }, 50);
  const [code] = await once(child, 'exit');
  clearInterval(timer);
  if (code !== 0) throw new Error(`tare record ended with ${code}`);
  return { seconds: (performance.now() - begun) / 1000, cpuSeconds, peakBytes };
}

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN).toFixed(2);
  return `${at(0.5)} (${at(0)} … ${at(1)})`;
}
