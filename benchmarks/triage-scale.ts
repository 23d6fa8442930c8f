/**
 * How the weekly report grows with the length of history: `npx node benchmarks/triage-scale.ts [--series 200] [COMMITS…]`
 * (default 1250 2500 5000 10000; needs git, GNU time and a built dist/). For each length it writes a repository with that many
 * commits and a history directory with a record of each, joined by month as the weekly job leaves them, and runs the built
 * `tare triage` twice: over the last week (50 commits) and over all of history. Writes one Markdown table.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { HOUR, makeHistory, START } from './made-history.ts';

const WEEK = 50;

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
    const bytes = await makeHistory(join(root, '.tare', 'history'), line, series);
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
