/**
 * Which rows `tare check` flags, run after run, on a real project.
 *
 *   node benchmarks/repeated-check.ts --project DIR --base REV --head REV [--config FILE] [--runs 10]
 *
 * DIR: a clean git checkout of a Cargo project with its dependencies fetched; it is left at HEAD of --head. Records the base
 * once, then checks the head again and again with dist/cli.js. Prints each benchmark's verdicts, the range of its changes, how often
 * a build was announced, seconds of each check, and the machine's load.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { reportSchema } from '../src/report/report.ts';
import { CLI, checkOut, inTrial, type Trial } from './trial.ts';

const run = promisify(execFile);

interface Row {
  readonly verdicts: Map<string, number>;
  readonly changes: number[];
  pairs: number;
}

await inTrial(10, repeat);

async function repeat({ project, base, head, runs, folder, args }: Trial): Promise<void> {
  await checkOut(project, base);
  await run(process.execPath, [CLI, 'record', ...args], { maxBuffer: 1 << 26 });
  await checkOut(project, head);
  const rows = new Map<string, Row>();
  const seconds: number[] = [];
  let builds = 0;
  for (let each = 0; each < runs; each += 1) {
    const begun = performance.now();
    const json = join(folder, 'report.json');
    const { stderr } = await run(process.execPath, [CLI, 'check', ...args, '--base', base, '--json', json], {
      maxBuffer: 1 << 26,
    });
    seconds.push((performance.now() - begun) / 1000);
    builds += stderr.match(/^Build /gm)?.length ?? 0;
    await keep(json, rows);
    console.error(
      `${each + 1} of ${runs}: ${seconds.at(-1)?.toFixed(0)} s, load ${loadavg()[0]?.toFixed(1)}`,
    );
  }
  show(rows, seconds, builds);
}

async function keep(json: string, rows: Map<string, Row>): Promise<void> {
  const report = reportSchema.parse(JSON.parse(await readFile(json, 'utf8')));
  for (const row of report.comparisons.filter(
    ({ metric, tier }) => tier === 'paired' && metric === 'wall-time',
  )) {
    const kept = rows.get(row.case) ?? { verdicts: new Map<string, number>(), changes: [], pairs: 0 };
    kept.verdicts.set(row.verdict, (kept.verdicts.get(row.verdict) ?? 0) + 1);
    kept.changes.push(100 * (row.change ?? 0));
    kept.pairs += row.samples;
    rows.set(row.case, kept);
  }
}

function show(rows: ReadonlyMap<string, Row>, seconds: readonly number[], builds: number): void {
  console.log('| benchmark | verdicts | change | pairs, mean |');
  console.log('|---|---|---:|---:|');
  for (const [name, { verdicts, changes, pairs }] of rows) {
    const told = [...verdicts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
    const range = `${signed(Math.min(...changes))} … ${signed(Math.max(...changes))} %`;
    console.log(`| ${name} | ${told} | ${range} | ${(pairs / changes.length).toFixed(0)} |`);
  }
  console.log(
    `\n${seconds.length} checks, ${builds} builds announced, ${Math.min(...seconds).toFixed(0)}–${Math.max(...seconds).toFixed(0)} s each`,
  );
}

function signed(percent: number): string {
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)}`;
}
