import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { equallySized, PAD } from '../../../src/measure/bench/pad.ts';
import { placePrograms } from '../../../src/measure/bench/place.ts';
import { benchWorld, command } from './support.ts';

const world = benchWorld();

it('puts the programs of both sides at paths of one length, ready to run', async () => {
  const plain = join(world.folder, 'plain');
  writeFileSync(plain, '#!/bin/sh\necho placed\n', { mode: 0o600 });
  const { base, head } = await placePrograms(join(world.folder, 'placed'), 'sort', {
    base: [plain, plain],
    head: [plain],
  });
  expect([...base, ...head].map((path) => relative(world.folder, path))).toEqual([
    'placed/base-00/sort',
    'placed/base-01/sort',
    'placed/head-00/sort',
  ]);
  expect(new Set([...base, ...head].map((path) => path.length)).size).toBe(1);
  for (const path of [...base, ...head]) expect(execFileSync(path, { encoding: 'utf8' })).toBe('placed\n');
});

it('fills up what is shorter, and takes removed variables for nothing', () => {
  const pads = equallySized([
    { ...command(world, 'busy', 10), env: { A: 'ü', GONE: undefined } },
    { ...command(world, 'busy', 1000), env: { A: 'xyz' } },
  ]).map(({ env }) => env?.[PAD]?.length);
  expect(pads).toEqual([3, 0]);
});
