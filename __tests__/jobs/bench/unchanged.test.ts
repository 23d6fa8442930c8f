import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { runBenches } from '../../../src/jobs/bench/run.ts';
import type { SidedCase, Sides } from '../../../src/jobs/bench/sided-case.ts';
import { changedFiles, splitUnchanged } from '../../../src/jobs/bench/unchanged.ts';
import { storeProgram } from '../../../src/jobs/programs.ts';
import { openWorkplace } from '../../../src/jobs/workplace.ts';
import type { BenchCommand } from '../../../src/measure/bench/case.ts';
import type { Measurement } from '../../../src/measure/measurement.ts';
import { makeDraft } from '../../store/draft.ts';
import { makeWorld } from '../world.ts';

async function sidesOf(change: (head: Measurement) => Partial<Measurement> = () => ({})): Promise<Sides> {
  const { measurement, directory } = await makeDraft();
  const base = { measurement, directory, root: '/base' };
  return {
    base,
    head: { measurement: { ...measurement, ...change(measurement) }, directory, root: '/head' },
  };
}

type Words = Partial<Pick<BenchCommand, 'args' | 'prepare'>> & {
  readonly folder?: string;
  readonly stdin?: string;
};

function caseOf(
  name: string,
  files: readonly string[],
  words: Words | Record<'base' | 'head', Words> = {},
  metric: SidedCase['metric'] = 'wall-time',
): SidedCase {
  const withPrograms = (side: 'base' | 'head'): BenchCommand => {
    const { args = [], folder = '', stdin, prepare } = 'base' in words ? words[side] : (words as Words);
    return {
      ...{ file: 'sort', args, cwd: join(`/${side}`, folder), env: {}, timeoutSeconds: 1 },
      ...(stdin === undefined ? {} : { stdinFile: join(`/${side}`, stdin) }),
      ...(prepare === undefined ? {} : { prepare }),
    };
  };
  const [base, head] = [withPrograms('base'), withPrograms('head')];
  return {
    benchCase: { name, category: 'primary', base, head, time: { from: 'process' } },
    metric,
    files: { base: files, head: files },
    withPrograms,
  };
}

test('only programs that are the same, byte for byte, and are called alike are not run', async () => {
  const sides = await sidesOf(({ programs }) => ({
    programs: programs.map((program) =>
      program.file === 'bin/rg' ? { ...program, sha256: 'f'.repeat(64) } : program,
    ),
  }));
  const cases = [
    caseOf('bench same', ['bench/sort']),
    caseOf('bench changed', ['bin/rg']),
    caseOf('bench both', ['bench/sort', 'bin/rg']),
    caseOf('bench called otherwise', ['bench/sort'], { base: { args: ['--a'] }, head: { args: ['--b'] } }),
    caseOf('bench elsewhere', ['bench/sort'], { base: { folder: 'a' }, head: { folder: 'b' } }),
    caseOf('bench of no program', []),
    caseOf('bench unknown', ['bench/other']),
    caseOf('bench counted', ['bench/sort'], undefined, 'instructions'),
  ];
  const all = { cases, added: ['a'], removed: ['b'], failed: [] };
  const { paired, unchanged } = splitUnchanged(all, sides, []);
  expect(unchanged).toEqual(['bench same']);
  expect(paired.cases).toEqual(cases.slice(1));
  expect(paired).toMatchObject({ added: ['a'], removed: ['b'] });
});

const DOCS = ['README.md', 'docs/how-to/a.md', '.github/workflows/ci.yml', 'LICENSE-MIT', 'tare.toml'];

describe('files that differ', () => {
  const isTimed = async (changed: readonly string[] | null, words: Words = {}) => {
    const cases = [caseOf('bench same', ['bench/sort'], words)];
    const all = { cases, added: [], removed: [], failed: [] };
    return splitUnchanged(all, await sidesOf(), changed).paired.cases.length === 1;
  };

  test.each([
    ['nothing', []],
    ['files that no benchmark reads', DOCS],
    ['a README of a package', ['crates/one/README.md']],
  ])('%s: not timed', async (_, changed) => {
    expect(await isTimed(changed)).toBe(false);
  });

  test.each([
    ['it is not known', null],
    ['a source', ['src/main.rs']],
    ['a corpus', [...DOCS, 'numbers.txt']],
    ['a corpus in Markdown', ['benches/corpus.md']],
    ['what search programs leave out', ['.gitignore']],
    ['a submodule', ['vendor/corpus']],
  ])('%s: timed', async (_, changed) => {
    expect(await isTimed(changed)).toBe(true);
  });

  test.each<[string, Words]>([
    ['an argument names it', { args: ['-c', 'needle', 'docs/how-to/a.md'] }],
    ['an option names it', { args: ['--in=docs/how-to/a.md'] }],
    ['an argument names its folder', { args: ['needle', 'docs'] }],
    ['an argument names the root', { args: ['needle', '.'] }],
    ['a pattern fits it', { args: ['-c', 'cat docs/how-to/*.md | wc'] }],
    ['it is the standard input', { stdin: 'docs/how-to/a.md' }],
    ['what prepares the run names it', { prepare: { file: 'cp', args: ['docs/how-to/a.md', 'in'] } }],
    ['the benchmark runs in its folder', { folder: 'docs' }],
    ['it lies above the folder that the benchmark runs in', { folder: 'data', args: ['../docs'] }],
  ])('%s: timed', async (_, words) => {
    expect(await isTimed(['docs/how-to/a.md'], words)).toBe(true);
    expect(await isTimed([], words)).toBe(false);
  });

  test('words that name other files: not timed', async () => {
    const words = { args: ['-c', 'needle', 'corpus.txt', 'doc'], stdin: 'data/in.txt', folder: 'data' };
    expect(await isTimed(DOCS, words)).toBe(false);
  });
});

test('what differs is not known where files are not committed, or git does not tell', async () => {
  const asked = (files: readonly string[] | null, isDirty: () => Promise<boolean>) =>
    changedFiles('a', 'b', { changedFiles: async () => files, isDirty });
  expect(await asked(['a.md'], async () => false)).toEqual(['a.md']);
  expect(await asked(['a.md'], async () => true)).toBeNull();
  expect(await asked(null, async () => false)).toBeNull();
  const refused = async () => {
    throw new UserError('git refuses');
  };
  expect(await asked([], refused)).toBeNull();
});

test('what is not timed is told, costs no run, and is kept for who judges later', async () => {
  const toml = '[benches]\ninstructions = "off"\n[[bench]]\nname = "fails"\nrun = "{bin:tiny}"\n';
  const { request, ports } = await makeWorld(toml, () => undefined);
  const { measurement, directory } = await makeDraft();
  const path = join(request.root, 'tiny.sh');
  await writeFile(path, '#!/bin/sh\nexit 1\n');
  await mkdir(join(directory, 'bin'), { recursive: true });
  const tiny = { name: 'tiny', kind: 'bin', file: 'bin/tiny', path } as const;
  const program = await storeProgram(tiny, directory, ports.runner);
  const side = {
    measurement: { ...measurement, benches: [], programs: [program] },
    directory,
    root: request.root,
  };
  const workplace = await openWorkplace(ports.temporary);
  const run = (changed: readonly string[] | null) =>
    runBenches(
      {
        sides: { base: side, head: side },
        config: request.config,
        configuration: 'default',
        relink: async () => ({ programs: [], layouts: [], impossible: new Map() }),
        minutes: 1,
        changed,
      },
      workplace,
      ports,
    );
  const same = await run(['README.md']);
  expect(same).toMatchObject({ unchanged: ['bench fails'], failed: [], judged: { rows: [] } });
  expect(same.facts).toMatchObject({ unchanged: 1, pairs: 0, minutes: 0 });
  expect(same.raw.run).toMatchObject({ unchanged: 1, noise: [] });
  // It runs, and so fails.
  const timed = await run(['numbers.txt']);
  expect(timed).toMatchObject({ unchanged: [], failed: [{ case: 'bench fails' }] });
  await workplace.remove();
});
