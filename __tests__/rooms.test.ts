import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** What each room may import beside itself and the files of src/ that belong to no room. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  config: [],
  process: [],
  toolchain: ['config', 'process'],
  measure: ['process', 'toolchain'],
  store: ['process', 'measure'],
  compare: ['measure'],
  report: ['compare', 'measure'],
  jobs: ['config', 'process', 'toolchain', 'measure', 'store', 'compare', 'report'],
  github: ['config', 'process', 'toolchain', 'measure', 'store', 'compare', 'report', 'jobs'],
  terminal: ['config', 'process', 'toolchain', 'measure', 'store', 'compare', 'report', 'jobs'],
};
const PURE = ['compare', 'report'];
const PURE_PACKAGES = ['zod', 'badge-maker'];
/** Runs in a reader's browser, where charts are drawn. */
const CLIENT = 'report/page/client/';
/** Lists that several rooms share: a word's allowed values, and nothing that runs. */
const SHARED = new Set([
  'config/config.ts',
  'github/context.ts',
  'toolchain/toolchain.ts',
  'compare/comparison.ts',
  'measure/metric.ts',
  'measure/measurement.ts',
]);

test('data flows one way through the rooms', async () => {
  const wrong: string[] = [];
  for (const { file, room, imports } of await sources()) {
    if (!Object.hasOwn(ROOMS, room)) continue;
    for (const { path, typeOnly } of imports) {
      const target = path.split('/')[0] ?? '';
      const allowed = target === room || !Object.hasOwn(ROOMS, target) || ROOMS[room]?.includes(target);
      if (!allowed && !typeOnly && !SHARED.has(path)) wrong.push(`${file} imports ${path}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('compare/ and report/ reach nothing outside', async () => {
  const impure: string[] = [];
  for (const { file, room, packages } of await sources()) {
    if (!PURE.includes(room)) continue;
    const allowed = file.startsWith(CLIENT) ? ['uplot'] : PURE_PACKAGES;
    for (const name of packages) if (!allowed.includes(name)) impure.push(`${file} imports ${name}`);
  }
  expect(impure).toEqual([]);
});

test('a file holds one noun, so none is long', async () => {
  const long = (await sources())
    .filter(({ lines }) => lines > 300)
    .map(({ file, lines }) => `${file}: ${lines}`);
  expect(long).toEqual([]);
});

async function sources() {
  const files = (await readdir(src, { recursive: true })).filter((file) => file.endsWith('.ts'));
  return Promise.all(
    files.map(async (name) => {
      const file = name.replaceAll('\\', '/');
      const text = await readFile(join(src, name), 'utf8');
      const all = [...text.matchAll(/^(import|export)( type)? [^;]*?from '([^']+)'/gms)];
      const relative = all.filter(([, , , from]) => from?.startsWith('.'));
      return {
        file,
        room: file.split('/')[0] ?? '',
        lines: text.split('\n').length,
        imports: relative.map(([statement, , type, from]) => ({
          path: posix.join(dirname(file), from ?? ''),
          typeOnly: type !== undefined || !/[{,]\s*(?!type )\w/.test(statement),
        })),
        packages: all.flatMap(([, , type, from]) => (from?.startsWith('.') || type ? [] : [from ?? ''])),
      };
    }),
  );
}
