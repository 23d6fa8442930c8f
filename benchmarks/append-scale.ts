/**
 * What one append to the data branch costs, by the length of history: `node benchmarks/append-scale.ts [--series 200] [COMMITS…]`
 * (default 0 1250 2500 5000 10000). For each length a bare repository holds that history, joined by month as the weekly job leaves it,
 * behind the end-to-end tests' REST API, and five jobs append a record each. Writes one Markdown table: requests, bytes that were
 * sent, and seconds (the median), of which git, which stands behind the API, takes most.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { recordOf } from '../__tests__/store/history/records.ts';
import { historyIn } from '../__tests__/support/git-history.ts';
import { startGitServer } from '../__tests__/support/git-server.ts';
import { startGitHubApi } from '../__tests__/support/github-api.ts';
import { historyWriter } from '../__tests__/support/history-writer.ts';
import { HISTORY_SCHEMA } from '../src/measure/history-record.ts';
import { makeHistory } from './made-history.ts';

const { values, positionals } = parseArgs({
  options: { series: { type: 'string', default: '200' } },
  allowPositionals: true,
});
const lengths = positionals.length === 0 ? [0, 1250, 2500, 5000, 10_000] : positionals.map(Number);
const APPENDS = 5;

console.log('| commits | history | requests | sent | seconds |');
console.log('|---:|---:|---:|---:|---:|');
for (const commits of lengths) console.log(await appended(commits, Number(values.series)));

async function appended(commits: number, series: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tare-append-'));
  const server = await startGitServer();
  const { directory } = server;
  const api = await startGitHubApi({ history: historyIn(directory), gitDirectory: () => directory });
  try {
    const bytes = await branchWith(directory, folder, commits, series);
    const writer = {
      apiUrl: api.url,
      token: await api.token(),
      owner: api.owner,
      repository: api.repository,
    };
    const costs: { requests: number; sent: number; seconds: number }[] = [];
    for (let number = 0; number < APPENDS; number += 1) {
      const before = api.requests.length;
      const begun = performance.now();
      const outcome = await historyWriter(writer).append([recordOf(number)]);
      if (!outcome.written) throw new Error(outcome.reason);
      const requests = api.requests.slice(before);
      const sent = requests.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
      costs.push({ requests: requests.length, sent, seconds: (performance.now() - begun) / 1000 });
    }
    if (api.violations.length > 0) throw new Error(api.violations.join('\n'));
    const median = (of: 'requests' | 'sent' | 'seconds') =>
      costs.map((cost) => cost[of]).sort((a, b) => a - b)[APPENDS >> 1] ?? 0;
    const megabytes = (bytes / 2 ** 20).toFixed(1);
    return `| ${commits} | ${megabytes} MiB | ${median('requests')} | ${median('sent')} B | ${median('seconds').toFixed(2)} |`;
  } finally {
    await Promise.all([api.close(), server.close()]);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Pushes a data branch with that history; the bytes of its records. */
async function branchWith(bare: string, folder: string, commits: number, series: number): Promise<number> {
  if (commits === 0) return 0;
  const tree = join(folder, 'branch');
  await mkdir(tree);
  const line = Array.from({ length: commits }, (_, index) => index.toString(16).padStart(40, '0'));
  const bytes = await makeHistory(tree, line, series);
  await writeFile(
    join(tree, 'tare.json'),
    JSON.stringify({ schema: HISTORY_SCHEMA, what: 'A made history.' }),
  );
  const git = (...args: string[]) => execFileSync('git', ['-C', tree, ...args], { encoding: 'utf8' });
  git('init', '-q', '-b', 'tare-data');
  git('add', '--all');
  git('-c', 'user.name=A', '-c', 'user.email=a@example.test', 'commit', '-q', '-m', 'History');
  git('push', '-q', bare, 'tare-data');
  return bytes;
}
