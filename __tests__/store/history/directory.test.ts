import { execFile } from 'node:child_process';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { HistoryRecord } from '../../../src/measure/history-record.ts';
import { createHistoryDirectory } from '../../../src/store/history/directory.ts';
import { pathOf } from '../../../src/store/history/layout.ts';
import { encodeRecord } from '../../../src/store/history/record-codec.ts';
import { anyRecord, recordOf, shaOf } from './records.ts';

/** Records of `recordOf` are of October 2026 and later. */
const LATER = () => new Date('2027-06-15T00:00:00Z');
const WRITTEN = { written: true, revision: null };

test('records come back, oldest commit first, whatever order they were written in', async () => {
  const store = createHistoryDirectory({ directory: await makeFolder() });
  expect(await store.read()).toEqual({ records: [], warnings: [], complete: true });
  const records = [0, 1, 2, 3].map((number) => recordOf(number));
  expect(await store.append([recordOf(3), recordOf(1)])).toEqual(WRITTEN);
  expect(await store.append([recordOf(0), recordOf(2)])).toEqual(WRITTEN);
  expect(await store.read()).toEqual({ records, warnings: [], complete: true });
});

test('a commit comes after its parent even where their clocks differ', async () => {
  const store = createHistoryDirectory({ directory: await makeFolder() });
  const late = recordOf(1, { committed: '2030-01-01T00:00:00Z' });
  await store.append([recordOf(3), recordOf(2), late, recordOf(0)]);
  const { records } = await store.read();
  expect(records.map(({ commit }) => commit)).toEqual([0, 1, 2, 3].map(shaOf));
});

test('commits that name each other as parents are read all the same', async () => {
  const store = createHistoryDirectory({ directory: await makeFolder() });
  await store.append([
    recordOf(1, { parent: shaOf(2) }),
    recordOf(2, { parent: shaOf(1) }),
    recordOf(3, { parent: shaOf(3) }),
  ]);
  expect((await store.read()).records).toHaveLength(3);
});

test('a record that is there already stays as it is', async () => {
  const store = createHistoryDirectory({ directory: await makeFolder() });
  await store.append([recordOf(1)]);
  expect(await store.append([recordOf(1, { subject: 'Another' })])).toEqual(WRITTEN);
  expect((await store.read()).records).toEqual([recordOf(1)]);
  await store.append([recordOf(1, { run: 'again' }), recordOf(1, { configuration: 'full' })]);
  expect((await store.read()).records).toHaveLength(3);
});

test('compaction loses nothing, changes no record, and does nothing the second time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecord, { minLength: 1, maxLength: 12 }), async (records) => {
      const directory = await makeFolder();
      const store = createHistoryDirectory({ directory, now: () => new Date('2026-06-15T00:00:00Z') });
      await store.append(records);
      const before = await store.read();
      expect(await store.compact()).toEqual(WRITTEN);
      expect(await store.read()).toEqual(before);
      const files = await filesIn(directory);
      expect(files.filter((path) => path.endsWith('.json') && path.slice(5, 12) < '2026/06')).toEqual([]);
      await store.compact();
      expect(await filesIn(directory)).toEqual(files);
    }),
    { numRuns: 25 },
  );
});

test('a month is one file for each configuration, to which late records are added', async () => {
  const directory = await makeFolder();
  const store = createHistoryDirectory({ directory, now: LATER });
  await store.append([recordOf(1), recordOf(2), recordOf(2, { configuration: 'full' })]);
  await store.compact();
  expect(await filesIn(directory)).toEqual([
    expect.stringMatching(/^runs\/2026\/10\/default-[0-9a-f]{16}\.jsonl$/),
    expect.stringMatching(/^runs\/2026\/10\/full-[0-9a-f]{16}\.jsonl$/),
  ]);
  await store.append([recordOf(3)]);
  await store.compact();
  expect(await filesIn(directory)).toHaveLength(2);
  expect((await store.read()).records).toHaveLength(4);
});

test('the current month is not joined', async () => {
  const directory = await makeFolder();
  const store = createHistoryDirectory({ directory, now: () => new Date('2026-10-31T23:59:59Z') });
  await store.append([recordOf(1)]);
  await store.compact();
  expect(await filesIn(directory)).toEqual([pathOf(recordOf(1))]);
});

test('what cannot be read stays where it is through a compaction, and is told by name', async () => {
  const directory = await makeFolder();
  const store = createHistoryDirectory({ directory, now: LATER });
  await store.append([recordOf(1), recordOf(2), recordOf(3)]);
  const newer = pathOf(recordOf(2));
  await writeFile(join(directory, newer), encodeRecord(recordOf(2)).replace('"schema":1', '"schema":2'));
  await truncate(join(directory, pathOf(recordOf(3))), 100);
  await store.compact();
  const files = await filesIn(directory);
  expect(files).toContain(newer);
  expect(files).toContain(pathOf(recordOf(3)));
  expect(files).toHaveLength(3);
  const { records, warnings } = await store.read();
  expect(records).toEqual([recordOf(1)]);
  expect(warnings).toEqual([
    expect.stringContaining(
      `${newer}": it has schema 2, and this version of Tare reads up to 1; update Tare`,
    ),
    expect.stringContaining('it is not JSON, or cut off'),
  ]);
});

test('joined records that were cut or are newer stay as they are, and a new file is made beside them', async () => {
  const { directory, store, joined } = await joinedHistory();
  const text = await readFile(join(directory, joined), 'utf8');
  await writeFile(join(directory, joined), text.slice(0, -40));
  await store.append([recordOf(3)]);
  await store.compact();
  expect(await filesIn(directory)).toHaveLength(2);
  expect(await readFile(join(directory, joined), 'utf8')).toBe(text.slice(0, -40));
  const { records, warnings } = await store.read();
  expect(records).toEqual([recordOf(1), recordOf(3)]);
  expect(warnings).toEqual([expect.stringContaining('line 3: it is no record')]);
});

test('records stay where the file that would join them is there and damaged', async () => {
  const { directory, store, records, joined } = await joinedHistory();
  const cut = (await readFile(join(directory, joined), 'utf8')).slice(0, 40);
  await writeFile(join(directory, joined), cut);
  // As a compaction leaves them that was killed before it removed anything.
  await store.append(records);
  expect(await store.compact()).toEqual(WRITTEN);
  expect(await readFile(join(directory, joined), 'utf8')).toBe(cut);
  expect((await store.read()).records).toEqual(records);
});

test('records stay where something that is no file has the name of the one that would join them', async () => {
  const { directory, store, records, joined } = await joinedHistory();
  await rm(join(directory, joined));
  await symlink('nowhere', join(directory, joined));
  await store.append(records);
  await store.compact();
  expect((await store.read()).records).toEqual(records);
});

test('a second record of a key is not joined away when it says something else', async () => {
  const directory = await makeFolder();
  const store = createHistoryDirectory({ directory, now: LATER });
  await store.append([recordOf(1)]);
  await store.compact();
  await store.append([recordOf(1, { subject: 'Another' })]);
  await store.compact();
  expect(await filesIn(directory)).toHaveLength(2);
  expect((await store.read()).records).toEqual([recordOf(1)]);
});

test('hostile files are skipped and named, and nothing outside is read', async () => {
  const directory = await makeFolder();
  const store = createHistoryDirectory({ directory, now: LATER });
  await store.append([recordOf(1)]);
  const secret = join(await makeFolder(), 'secret.json');
  await writeFile(secret, encodeRecord(recordOf(2)));
  await symlink(secret, join(directory, pathOf(recordOf(2))));
  await symlink(dirname(secret), join(directory, 'runs/2026/11'));
  const huge = join(directory, pathOf(recordOf(4)));
  await writeFile(huge, '');
  await truncate(huge, 2 ** 34);
  await writeFile(join(directory, 'runs/2026/10/\u001b[31m::error::x.json'), '{}');
  await mkdir(join(directory, pathOf(recordOf(5))), { recursive: true });
  await writeFile(join(directory, pathOf(recordOf(5)), 'inside.json'), '{}');
  await promisify(execFile)('mkfifo', [join(directory, pathOf(recordOf(6)))]);
  const { records, warnings } = await store.read();
  expect(records).toEqual([recordOf(1)]);
  expect(warnings).toHaveLength(6);
  expect(warnings.filter((line) => line.includes('no plain file'))).toHaveLength(3);
  expect(warnings.join()).toContain('17179869184 bytes');
  expect(warnings.join()).not.toMatch(/[\u0000-\u001f]/);
  await store.compact();
  expect((await store.read()).records).toEqual([recordOf(1)]);
});

test('a folder that may not be written is an outcome with what to do', async () => {
  const file = join(await makeFolder(), 'file');
  await writeFile(file, '');
  const store = createHistoryDirectory({ directory: join(file, 'history') });
  const refused = { written: false, reason: expect.stringContaining('--store') };
  expect(await store.append([recordOf(1)])).toEqual(refused);
  expect(await store.publish([{ path: 'badges/size.json', content: '{}' }], 'Badges')).toEqual(refused);
});

test('published files are replaced and read back, and records cannot be touched that way', async () => {
  const directory = await makeFolder();
  const store = createHistoryDirectory({ directory });
  expect(await store.readFile('reports/latest.md')).toBeNull();
  await store.publish([{ path: 'reports/latest.md', content: 'one' }], 'Report');
  await store.publish([{ path: 'reports/latest.md', content: 'two' }], 'Report');
  expect(await store.readFile('reports/latest.md')).toBe('two');
  for (const path of [
    '../out',
    '/etc/x',
    'runs/2026/10/x.json',
    'RUNS/x',
    'a//b',
    'a/../b',
    '.git/config',
    'tare.json',
    'a\\b',
    '',
  ])
    await expect(store.publish([{ path, content: '' }], 'x')).rejects.toThrow(
      'not a path that may be published',
    );
});

test('what a killed writer left is no record, and is removed after a day', async () => {
  const directory = await makeFolder();
  const store = createHistoryDirectory({ directory });
  await store.append([recordOf(1)]);
  const folder = join(directory, dirname(pathOf(recordOf(1))));
  const [old, fresh] = ['1', '2'].map((digit) => join(folder, `.unfinished-${digit.repeat(36)}`));
  await writeFile(old ?? '', '{"half');
  await writeFile(fresh ?? '', '{"half');
  await utimes(old ?? '', 0, 0);
  expect(await store.read()).toEqual({ records: [recordOf(1)], warnings: [], complete: true });
  await store.compact();
  expect((await readdir(folder)).filter((name) => name.startsWith('.unfinished-'))).toEqual([
    `.unfinished-${'2'.repeat(36)}`,
  ]);
});

test('processes that write, join and read at once lose nothing', async () => {
  const directory = await makeFolder();
  const store = createHistoryDirectory({ directory, now: LATER });
  const worker = fileURLToPath(new URL('append-worker.ts', import.meta.url));
  const processes = [0, 1, 2].map((part) =>
    promisify(execFile)(process.execPath, [worker, directory, String(part * 8), '8']),
  );
  let done = false;
  const all = Promise.all(processes).then(() => {
    done = true;
  });
  let most = 0;
  while (!done) {
    const { records, warnings } = await store.read();
    expect(warnings).toEqual([]);
    expect(records.length).toBeGreaterThanOrEqual(most);
    most = records.length;
  }
  await all;
  await store.compact();
  const { records } = await store.read();
  expect(records).toEqual(Array.from({ length: 24 }, (_, number): HistoryRecord => recordOf(number)));
  expect(await filesIn(directory)).toHaveLength(1);
});

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tare-history-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(join(directory, 'runs'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .toSorted();
}

/** Two records of a past month, joined into one file. */
async function joinedHistory() {
  const directory = await makeFolder();
  const store = createHistoryDirectory({ directory, now: LATER });
  const records = [recordOf(1), recordOf(2)];
  await store.append(records);
  await store.compact();
  const [joined = ''] = await filesIn(directory);
  return { directory, store, records, joined };
}
