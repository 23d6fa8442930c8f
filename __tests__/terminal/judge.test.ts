import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judge, MAX_DOCUMENT } from '../../src/terminal/judge.ts';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const slower = Array.from({ length: 20 }, (_, i) => [1 + (i % 5) / 1000, 1.07 + (i % 3) / 1000]);
const DOCUMENT = JSON.stringify({ cases: [{ id: 'sort', pairs: slower }] });
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tare-judge-'));
  await writeFile(join(folder, 'pairs.json'), DOCUMENT);
  await writeFile(join(folder, 'latin1.json'), Buffer.from([0x7b, 0xe9, 0x7d]));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const world = (stdin: Readable = Readable.from([])) => ({ stdin, cwd: () => folder });

describe('tare judge', () => {
  test('reads a file and standard input alike', async () => {
    const fromFile = await judge(['pairs.json'], world());
    const bytes = Buffer.from(`\ufeff${DOCUMENT}`);
    const fromInput = await judge(['-'], world(Readable.from([bytes.subarray(0, 2), bytes.subarray(2)])));
    expect(JSON.parse(fromFile).sort).toMatchObject({ verdict: 'regression', samples: 20 });
    expect(fromInput).toBe(fromFile);
  });

  test('help says what goes in and out', async () => {
    expect(await judge(['--help'], world())).toMatch(/^Usage: tare judge FILE\n/);
  });

  test.each([
    [[], 'judge needs a file with pairs, or - for standard input'],
    [['a', 'b'], 'unexpected argument "b" after a'],
    [['--base', 'x'], "Unknown option '--base'; `tare judge --help` shows what is allowed"],
    [['none.json'], 'cannot read none.json: ENOENT'],
    [['.'], 'cannot read .: EISDIR'],
    [['latin1.json'], 'latin1.json is not UTF-8 text'],
  ])('%j is refused with one line', async (argv, message) => {
    const answer = judge(argv, world());
    await expect(answer).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(message),
    });
    await expect(answer).rejects.not.toThrow('\n');
  });

  test('a document without end is refused at its bound', async () => {
    const chunk = Buffer.alloc(2 ** 20, ' ');
    let given = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          given += chunk.length;
          yield chunk;
        }
      })(),
    );
    await expect(judge(['-'], world(endless))).rejects.toThrow('standard input is larger than 64 MiB');
    expect(given).toBeLessThan(MAX_DOCUMENT * 1.5);
  });

  test('the command writes the answers and exits with 0, whatever the verdicts', async () => {
    const { status, stdout, stderr } = await run(['judge', '-'], DOCUMENT);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout).sort.verdict).toBe('regression');
  });

  test('the command exits with 2 for a mistake, and writes nothing else', async () => {
    expect(await run(['judge', '-'], '{}')).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^tare: standard input: cases: .*\n$/),
    });
  });
});

function run(args: readonly string[], input: string) {
  return new Promise<{ status: number; stdout: string; stderr: string }>((done) => {
    const child = execFile(process.execPath, [cli, ...args], { cwd: folder }, (error, stdout, stderr) => {
      done({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}
