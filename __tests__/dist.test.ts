import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { buildInto } from './support/built-action.ts';

const committed = fileURLToPath(new URL('../dist', import.meta.url));
const rebuilt = await mkdtemp(join(tmpdir(), 'tare-dist-'));
afterAll(() => rm(rebuilt, { recursive: true, force: true }));

/** So that a checkout of the action is quick. */
const MAX_BYTES = 1_850_000;

test('dist/ is what the sources build, byte for byte; otherwise run `npm run build` and commit it', async () => {
  await buildInto(rebuilt);
  const [ours, fresh] = [await filesIn(committed), await filesIn(rebuilt)];
  expect([...ours.keys()]).toEqual([...fresh.keys()]);
  const different = [...fresh]
    .filter(([path, content]) => !ours.get(path)?.equals(content))
    .map(([path]) => path);
  expect(different).toEqual([]);
});

test('dist/ stays small', async () => {
  const sizes = [...(await filesIn(committed)).values()].map((content) => content.length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_BYTES);
});

test('the terminal program does not load the libraries for the network', async () => {
  const coverage = await mkdtemp(join(tmpdir(), 'tare-coverage-'));
  try {
    const env = { ...process.env, NODE_V8_COVERAGE: coverage };
    await promisify(execFile)(process.execPath, [join(rebuilt, 'cli.js'), '--version'], { env });
    const told = [...(await filesIn(coverage)).values()].join('');
    expect(told).toContain('/cli.js"');
    expect(told).not.toMatch(/(undici|github|cache-call|cache-worker)\.js"/);
  } finally {
    await rm(coverage, { recursive: true, force: true });
  }
});

/** Contents by path, in order of the paths. */
async function filesIn(directory: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const files = paths.map(async (path) => [relative(directory, path), await readFile(path)] as const);
  return new Map(await Promise.all(files));
}
