import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createDirectoryStore } from '../../src/store/directory.ts';
import { baselineKey } from '../../src/store/key.ts';
import { keepingLogger, makeDraft, makeFolder, SERIES, sha } from './draft.ts';

const run = promisify(execFile);
const key = baselineKey(SERIES, sha('a'));

async function makeStore(directory: string, kept?: number) {
  const logger = keepingLogger();
  const store = createDirectoryStore({ directory, logger, ...(kept === undefined ? {} : { kept }) });
  return { store, warnings: logger.warnings, baselines: join(directory, 'baselines') };
}

test('a saved baseline comes back with its programs and modes', async () => {
  const draft = await makeDraft();
  const { store, warnings } = await makeStore(join(await makeFolder(), '.tare'));
  expect(await store.save(draft)).toEqual({ saved: true, key });
  const into = await makeFolder();
  expect(await store.find({ series: SERIES, commits: [sha('a')], into })).toEqual({
    measurement: draft.measurement,
    history: draft.history,
    directory: into,
    distance: 0,
    source: 'directory',
  });
  expect((await stat(join(into, 'bin/rg'))).mode & 0o777).toBe(0o755);
  expect(await readFile(join(into, 'bench/sort'))).toEqual(
    await readFile(join(draft.directory, 'bench/sort')),
  );
  expect(warnings).toEqual([]);
});

test('the nearest ancestor of the same series is found', async () => {
  const { store } = await makeStore(await makeFolder());
  for (const commit of [sha('a2'), sha('a3')]) await store.save(await makeDraft({ commit }));
  await store.save(await makeDraft({ commit: sha('a1'), series: { ...SERIES, configuration: 'other' } }));
  const commits = [sha('a0'), sha('a1'), sha('a2'), sha('a3')];
  const found = await store.find({ series: SERIES, commits, into: await makeFolder() });
  expect(found).toMatchObject({ distance: 2, measurement: { commit: sha('a2') } });
});

test('a store that does not exist holds nothing, and looking does not make it', async () => {
  const directory = join(await makeFolder(), '.tare');
  const { store, warnings } = await makeStore(directory);
  expect(await store.find({ series: SERIES, commits: [sha('a')], into: await makeFolder() })).toBeNull();
  await expect(stat(directory)).rejects.toHaveProperty('code', 'ENOENT');
  expect(warnings).toEqual([]);
});

test('a store among files of its user hides only its own from git', async () => {
  const repository = await makeFolder();
  await run('git', ['init', '-q', repository]);
  await writeFile(join(repository, 'main.rs'), '');
  const { store } = await makeStore(repository);
  await store.save(await makeDraft());
  const { stdout } = await run('git', ['-C', repository, 'status', '--porcelain', '--untracked-files=all']);
  expect(stdout).toBe('?? main.rs\n');
});

test('git sees nothing of it', async () => {
  const repository = await makeFolder();
  await run('git', ['init', '-q', repository]);
  const { store } = await makeStore(join(repository, '.tare'));
  await store.save(await makeDraft());
  const { stdout } = await run('git', ['-C', repository, 'status', '--porcelain', '--untracked-files=all']);
  expect(stdout).toBe('');
});

describe('a second save of a commit', () => {
  test('changes nothing', async () => {
    const { store, baselines } = await makeStore(await makeFolder());
    await store.save(await makeDraft());
    const before = await readFile(join(baselines, key, 'bin/rg'));
    expect(await store.save(await makeDraft({ program: Buffer.from('other') }))).toEqual({
      saved: false,
      recorded: true,
      reason: `a baseline of commit ${sha('a')} is already recorded; delete ${join(baselines, key)} to record it again`,
    });
    expect(await readFile(join(baselines, key, 'bin/rg'))).toEqual(before);
  });

  test('replaces an entry that cannot be read', async () => {
    const { store, warnings, baselines } = await makeStore(await makeFolder());
    await store.save(await makeDraft());
    await writeFile(join(baselines, key, 'bin/rg'), 'broken');
    expect(await store.save(await makeDraft())).toEqual({ saved: true, key });
    expect(warnings).toEqual([`baseline ${key}: "bin/rg" holds 6 bytes, and 12 were written; replaced`]);
    expect(
      await store.find({ series: SERIES, commits: [sha('a')], into: await makeFolder() }),
    ).not.toBeNull();
  });
});

test('a broken entry is skipped with a warning', async () => {
  const { store, warnings, baselines } = await makeStore(await makeFolder());
  await store.save(await makeDraft());
  await store.save(await makeDraft({ commit: sha('b') }));
  await writeFile(join(baselines, key, 'history.json'), '[');
  const into = await makeFolder();
  const found = await store.find({ series: SERIES, commits: [sha('a'), sha('b')], into });
  expect(found).toMatchObject({ distance: 1, measurement: { commit: sha('b') } });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(new RegExp(`^baseline ${key}: "history.json" holds 1 bytes.*; skipped$`));
});

test('an entry copied to another commit is foreign', async () => {
  const { store, warnings, baselines } = await makeStore(await makeFolder());
  await store.save(await makeDraft());
  const other = baselineKey(SERIES, sha('b'));
  await cp(join(baselines, key), join(baselines, other), { recursive: true });
  expect(await store.find({ series: SERIES, commits: [sha('b')], into: await makeFolder() })).toBeNull();
  expect(warnings).toEqual([
    `baseline ${other}: it was written as "${key}", which is another baseline; skipped`,
  ]);
});

test('of many writers at once exactly one wins, and readers meanwhile see a whole entry or none', async () => {
  const directory = await makeFolder();
  const { store, warnings, baselines } = await makeStore(directory);
  const drafts = await Promise.all(
    Array.from({ length: 8 }, (_, index) => makeDraft({ program: Buffer.alloc(300_000, index) })),
  );
  const reads = Array.from({ length: 8 }, async () =>
    store.find({ series: SERIES, commits: [sha('a')], into: await makeFolder() }),
  );
  const outcomes = await Promise.all(drafts.map((draft) => store.save(draft)));
  await Promise.all(reads);
  expect(outcomes.filter(({ saved }) => saved)).toHaveLength(1);
  for (const outcome of outcomes) if (!outcome.saved) expect(outcome.reason).toContain('is already recorded');
  expect(warnings).toEqual([]);
  expect(await readdir(baselines)).toEqual([key]);
});

describe('retention', () => {
  test('keeps the newest of each series', async () => {
    const { store, baselines } = await makeStore(await makeFolder(), 2);
    const other = { ...SERIES, configuration: 'default-2' };
    await store.save(await makeDraft({ series: other }));
    for (const [index, commit] of [sha('1'), sha('2'), sha('3')].entries()) {
      await store.save(await makeDraft({ commit }));
      const time = new Date(Date.now() - (10 - index) * 1000);
      await utimes(join(baselines, baselineKey(SERIES, commit)), time, time);
    }
    await store.save(await makeDraft({ commit: sha('4') }));
    expect((await readdir(baselines)).sort()).toEqual(
      [baselineKey(SERIES, sha('3')), baselineKey(SERIES, sha('4')), baselineKey(other, sha('a'))].sort(),
    );
  });

  test('removes what a killed writer left a day ago, and leaves a running one alone', async () => {
    const { store, baselines } = await makeStore(await makeFolder());
    for (const name of ['.unfinished-old', '.unfinished-new'])
      await mkdir(join(baselines, name), { recursive: true });
    const dayAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(join(baselines, '.unfinished-old'), dayAgo, dayAgo);
    await store.save(await makeDraft());
    expect((await readdir(baselines)).sort()).toEqual(['.unfinished-new', key]);
  });
});

describe('a store that cannot be written', () => {
  test('because a file is in its place', async () => {
    const directory = join(await makeFolder(), '.tare');
    await writeFile(directory, '');
    const { store } = await makeStore(directory);
    const outcome = await store.save(await makeDraft());
    expect(outcome).toMatchObject({ saved: false });
    expect(outcome).toHaveProperty('reason', expect.stringContaining(`${directory} cannot be written: E`));
  });

  test('because nothing can be made there', async () => {
    // A folder of the system that not even root can write to.
    const { store } = await makeStore(process.platform === 'linux' ? '/proc/tare' : '/dev/null/tare');
    const outcome = await store.save(await makeDraft());
    expect(outcome).toHaveProperty('reason', expect.stringMatching(/^.+ cannot be written: E[A-Z]+/));
  });

  test('because the draft is too large', async () => {
    const draft = await makeDraft();
    Object.assign(draft.measurement.programs[0] ?? {}, { bytes: 500_000_000 });
    const { store } = await makeStore(await makeFolder());
    expect(await store.save(draft)).toHaveProperty(
      'reason',
      expect.stringContaining('the baseline would hold 500.0 MB, and at most 419.4 MB are stored'),
    );
  });
});
