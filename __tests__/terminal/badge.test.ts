import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHistoryDirectory } from '../../src/store/history/directory.ts';
import { addressOf } from '../../src/terminal/remote.ts';
import { historyRecord } from '../support/history.ts';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const run = promisify(execFile);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tare-badge-cli-'));
  await run('git', ['init', '--quiet', folder]);
  await run('git', ['-C', folder, 'remote', 'add', 'origin', 'git@example.org:o/r.git']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function tare(...args: string[]) {
  try {
    const { stdout, stderr } = await run(process.execPath, [cli, 'badge', ...args], { cwd: folder });
    return { status: 0, stdout, stderr };
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error) {
      return { status: error.code, stdout: String(error.stdout), stderr: String(error.stderr) };
    }
    throw error;
  }
}

describe('tare badge', () => {
  test('without a history says what to do', async () => {
    const { status, stdout, stderr } = await tare();
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(
      /^tare: nothing to draw: .*history holds no records; run `tare record` on main first\n$/,
    );
  });

  test('draws what was recorded, with links to where the remote stands, and skips a broken record', async () => {
    const directory = join(folder, '.tare', 'history');
    const record = historyRecord(1, {
      values: [{ case: 'size rg', metric: 'loadable-bytes', value: 4096 }],
    });
    await createHistoryDirectory({ directory }).append([record, historyRecord(2)]);
    const broken = join(directory, 'runs', '2026', '01', `${'a'.repeat(40)}-release-1.json`);
    await writeFile(broken, '{"schema":1,');
    const { status, stdout, stderr } = await tare();
    expect(status).toBe(0);
    const paths = stdout.trim().split('\n');
    expect(paths).toContain(join(directory, 'index.html'));
    expect(paths).toContain(join(directory, 'badges', 'size.svg'));
    expect(stderr).toContain(`${'a'.repeat(40)}-release-1.json`);
    expect(await readFile(join(directory, 'index.html'), 'utf8')).toContain('<title>o/r: size');
  });

  test.each([
    [['extra'], 'extra'],
    [['--base', 'x'], '--base'],
    [['--store', ''], '--store is empty'],
    [['--repo', 'nowhere'], 'there is no folder'],
  ])('%j is refused with one line', async (args, message) => {
    const { status, stderr } = await tare(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim()).not.toContain('\n');
  });

  test('help says what is written where', async () => {
    expect(await tare('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('index.html') });
  });
});

test.each([
  ['git@github.com:o/r.git', 'https://github.com/o/r'],
  ['https://github.com/o/r', 'https://github.com/o/r'],
  ['https://user:secret@example.org/o/r.git', 'https://example.org/o/r'],
  ['ssh://git@example.org:2222/o/r.git/', 'https://example.org/o/r'],
  ['/srv/git/r.git', null],
  ['../r', null],
  ['https://example.org/o/r"><script>', null],
  ['javascript:alert(1)//o/r', null],
  ['', null],
])('the remote %j stands at %j', (remote, address) => {
  expect(addressOf(remote).address).toBe(address);
});
