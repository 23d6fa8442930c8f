import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Copies, type Sides } from '../../../src/jobs/bench/sided-case.ts';
import { makeDraft, makeFolder } from '../../store/draft.ts';

/** Sides whose entries hold these files, each with its side and name in it. */
async function sidesOf(files: { readonly base: readonly string[]; readonly head: readonly string[] }) {
  const { measurement } = await makeDraft();
  const side = async (name: 'base' | 'head') => {
    const directory = await makeFolder();
    for (const folder of ['bin', 'bench']) await mkdir(join(directory, folder));
    for (const file of files[name]) await writeFile(join(directory, file), `${name} ${file}`);
    return { measurement, directory, root: directory };
  };
  return { base: await side('base'), head: await side('head') } satisfies Sides;
}

const texts = (paths: readonly string[]) => Promise.all(paths.map((path) => readFile(path, 'utf8')));

test('a program is copied once, however many cases run it', async () => {
  const files = { base: ['bench/sort', 'bin/rg'], head: ['bench/sort', 'bin/rg'] };
  const sides = await sidesOf(files);
  const copies = new Copies(sides, await makeFolder());
  const first = await copies.placed(files);
  for (const { directory } of [sides.base, sides.head]) await rm(directory, { recursive: true });
  expect(await copies.placed(files)).toEqual(first);
  expect(await copies.placed({ base: ['bin/rg'], head: ['bin/rg'] })).toEqual({
    base: first.base.slice(1),
    head: first.head.slice(1),
  });
  expect(await texts(first.base)).toEqual(['base bench/sort', 'base bin/rg']);
  expect(await texts(first.head)).toEqual(['head bench/sort', 'head bin/rg']);
});

test('programs that became one, or are called alike, keep copies of their own, at paths of equal length', async () => {
  const files = {
    base: ['bench/a', 'bench/b', 'bin/one', 'bench/one'],
    head: ['bench/one', 'bench/one', 'bin/one', 'bench/one'],
  };
  const copies = new Copies(await sidesOf(files), await makeFolder());
  const placed = await copies.placed(files);
  expect(await texts(placed.base)).toEqual(files.base.map((file) => `base ${file}`));
  expect(await texts(placed.head)).toEqual(files.head.map((file) => `head ${file}`));
  expect(placed.base.map((path) => path.length)).toEqual(placed.head.map((path) => path.length));
});
