/**
 * How the weekly report grows with the length of history: `npx node benchmarks/triage-scale.ts [--series 200] [COMMITS…]`
 * (default 1250 2500 5000 10000; needs git, GNU time and a built dist/). For each length it writes a repository with that many
 * commits and a history directory with a record of each, joined by month as the weekly job leaves them, and runs the built
 * `tare triage` twice: over the last week (50 commits) and over all of history. Writes one Markdown table.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { randomBits, uniform } from '../src/compare/random.ts';
import type { HistoryRecord } from '../src/measure/history-record.ts';
import { encodeJoined } from '../src/store/history/joined-codec.ts';
import { joinedPathOf, monthOf } from '../src/store/history/layout.ts';

const WEEK = 50;
const HOUR = 3_600_000;
const START = Date.UTC(2024, 0, 1);

const { values, positionals } = parseArgs({
  options: { series: { type: 'string', default: '200' }, dist: { type: 'string', default: 'dist' } },
  allowPositionals: true,
});
const series = Number(values.series);
const lengths = positionals.length === 0 ? [1250, 2500, 5000, 10_000] : positionals.map(Number);
const cli = resolve(values.dist, 'cli.js');
if (!existsSync(cli)) throw new Error(`${cli} is not built: npm run build`);

const rows: string[] = [];
for (const commits of lengths) {
  const root = await mkdtemp(join(tmpdir(), 'tare-scale-'));
  try {
    const line = await makeRepository(root, commits);
    const bytes = await makeHistory(join(root, '.tare', 'history'), line);
    const week = triage(root, line[line.length - 1 - WEEK] ?? '');
    const all = triage(root, line[0] ?? '');
    const counts = JSON.parse(await readFile(join(root, 'out.json'), 'utf8'));
    const entries = counts.configurations[0].entries.length;
    rows.push(
      `| ${commits} | ${(bytes / 2 ** 20).toFixed(1)} MiB | ${shown(week)} | ${shown(all)} | ${entries} |`,
    );
    console.error(rows.at(-1));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
console.log(`| Commits, ${series} series | History | Last ${WEEK} commits | All of it | Entries found |`);
console.log('| ---: | ---: | ---: | ---: | ---: |');
console.log(rows.join('\n'));

interface Cost {
  readonly seconds: number;
  /** Of the process and its git. */
  readonly cpu: number;
  readonly megabytes: number;
}

function shown({ seconds, cpu, megabytes }: Cost): string {
  return `${seconds.toFixed(1)} s (CPU ${cpu.toFixed(1)} s), ${megabytes.toFixed(0)} MB`;
}

function triage(root: string, since: string): Cost {
  const command = ['node', cli, 'triage', '--since', since, '--json', 'out.json', '--quiet'];
  const run = spawnSync('/usr/bin/time', ['-f', '%e %U %S %M', ...command], { cwd: root, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  const [seconds, user, system, kilobytes] = (run.stderr.trim().split('\n').at(-1) ?? '')
    .split(' ')
    .map(Number);
  return { seconds: seconds ?? 0, cpu: (user ?? 0) + (system ?? 0), megabytes: (kilobytes ?? 0) / 1000 };
}

/** Empty commits, an hour apart; their SHAs, oldest first. */
async function makeRepository(root: string, commits: number): Promise<string[]> {
  const git = (args: string[], input?: string) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', input, maxBuffer: 1 << 28 });
  git(['init', '-q', '-b', 'main']);
  const stream = Array.from({ length: commits }, (_, index) => {
    const time = (START + index * HOUR) / 1000;
    const message = `Change ${index}`;
    return `commit refs/heads/main\nmark :${index + 1}\nauthor A <a@example.test> ${time} +0000\ncommitter A <a@example.test> ${time} +0000\ndata ${message.length}\n${message}\n${index === 0 ? '' : `from :${index}\n`}\n`;
  });
  git(['fast-import', '--quiet'], stream.join(''));
  git(['checkout', '-q', 'main']);
  return git(['rev-list', '--reverse', '--first-parent', 'main']).trim().split('\n');
}

/** A record of each commit, joined by month: sizes that step now and then, noisy compile times, run times as ratios. */
async function makeHistory(directory: string, line: readonly string[]): Promise<number> {
  const bits = randomBits('triage scale');
  const chance = () => uniform(bits);
  const normal = () => Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
  const names = seriesNames();
  const state = names.map(() => 1e6 + Math.floor(chance() * 1e7));
  const months = new Map<string, HistoryRecord[]>();
  for (const [index, commit] of line.entries()) {
    const record = recordOf(index, commit, line, names, state, { chance, normal });
    const month = monthOf(record);
    const own = months.get(month) ?? [];
    if (own.length === 0) months.set(month, own);
    own.push(record);
  }
  let bytes = 0;
  for (const [month, records] of months) {
    const text = encodeJoined(records);
    bytes += text.length;
    const path = join(directory, joinedPathOf(month, 'default', text));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return bytes;
}

type SeriesName = readonly [name: string, metric: string];

/** Of ten series six are sizes, one is a compile time, and three are run times. */
function seriesNames(): SeriesName[] {
  const metrics = [
    'loadable-bytes',
    'file-bytes',
    'text-bytes',
    'rodata-bytes',
    'gzip-bytes',
    'unwind-bytes',
  ];
  return Array.from({ length: series }, (_, index): SeriesName => {
    const [tens, place] = [Math.floor(index / 10), index % 10];
    const metric = metrics[place];
    if (metric !== undefined) return [`size program-${tens}`, metric];
    return place === 6
      ? [`compile crate-${tens}`, 'cpu-seconds']
      : [`bench group-${tens}/case-${place}`, 'wall-time'];
  });
}

interface Noise {
  readonly chance: () => number;
  readonly normal: () => number;
}

function recordOf(
  index: number,
  commit: string,
  line: readonly string[],
  names: readonly SeriesName[],
  state: number[],
  { chance, normal }: Noise,
): HistoryRecord {
  const committed = new Date(START + index * HOUR).toISOString();
  const ratios: HistoryRecord['ratios'] = [];
  const values = names.map(([name, metric], place) => {
    const old = state[place] ?? 1e6;
    if (metric === 'cpu-seconds') return { case: name, metric, value: 60 * Math.exp(0.02 * normal()) };
    if (metric === 'wall-time') {
      const jump = chance() < 0.0005 ? 0.05 : 0;
      const ratio = Math.exp(jump + 0.003 * normal());
      const ci: [number, number] = [ratio * 0.992, ratio * 1.008];
      if (index > 0)
        ratios.push({ case: name, metric, ratio, ci, pairs: 40, verdict: jump > 0 ? 'regression' : 'none' });
      return { case: name, metric, value: 0.01 * Math.exp(0.05 * normal()) };
    }
    const step = chance() < 0.1 ? Math.round(old * (chance() < 0.02 ? 0.01 : 0.0002) * (chance() - 0.4)) : 0;
    state[place] = old + step;
    return { case: name, metric, value: old + step };
  });
  return {
    schema: 1,
    tare: '0.1.0',
    commit,
    configuration: 'default',
    run: `${index}.1`,
    recorded: committed,
    committed,
    subject: `Change ${index}`,
    author: 'A Person',
    pullRequest: index === 0 ? null : index,
    parent: line[index - 1] ?? null,
    distance: index === 0 ? null : 1,
    identity: {
      'toolchain.rustc': `rustc 1.${90 + Math.floor(index / 1000)}.0`,
      'machine.cpu': index % 3 === 0 ? 'One processor' : 'Another processor',
      'machine.image': `image ${Math.floor(index / 168)}`,
      lockfile: String(Math.floor(index / 40)).padStart(64, '0'),
    },
    values,
    ratios,
    causes: [],
    accepted: [],
    failed: [],
  };
}
