import {
  appendFile,
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { sha256File } from '../../src/store/entry.ts';
import { baselineKey } from '../../src/store/key.ts';
import { type EntryReading, type RejectionKind, readEntry } from '../../src/store/read-entry.ts';
import { EntryRefused, writeEntry } from '../../src/store/write-entry.ts';
import { makeDraft, makeFolder, SERIES, sha } from './draft.ts';

const key = baselineKey(SERIES, sha('a'));
const expected = { key, commit: sha('a'), configuration: SERIES.configuration };

async function makeEntry(): Promise<string> {
  const entry = join(await makeFolder(), 'entry');
  await writeEntry(await makeDraft(), entry);
  return entry;
}

describe('a written entry', () => {
  test('holds what the design lists and reads back as the draft', async () => {
    const draft = await makeDraft();
    const folder = await makeFolder();
    const entry = join(folder, 'entry');
    const written = await writeEntry(draft, entry);
    expect(written.key).toBe(key);
    expect((await readdir(entry, { recursive: true })).sort()).toEqual([
      'bench',
      join('bench', 'sort'),
      'bin',
      join('bin', 'rg'),
      'history.json',
      'manifest.json',
      'measurement.json',
    ]);
    expect(await readEntry(entry, expected)).toEqual({
      ok: true,
      baseline: { measurement: draft.measurement, history: draft.history, directory: entry },
    });
    expect((await stat(join(entry, 'bin/rg'))).mode & 0o777).toBe(0o755);
    expect((await stat(join(entry, 'bench/sort'))).mode & 0o777).toBe(0o640);
    expect(await readdir(folder)).toEqual(['entry']);
  });

  test('is copied without set-user-id bits', async () => {
    const draft = await makeDraft();
    await chmod(join(draft.directory, 'bin/rg'), 0o4755);
    const entry = join(await makeFolder(), 'entry');
    await writeEntry(draft, entry);
    expect((await stat(join(entry, 'bin/rg'))).mode & 0o7777).toBe(0o755);
  });
});

describe('a draft is refused, and nothing is left behind', () => {
  async function refusal(
    change: (draft: Awaited<ReturnType<typeof makeDraft>>) => Promise<unknown>,
    maxBytes?: number,
  ): Promise<unknown> {
    const draft = await makeDraft();
    await change(draft);
    const folder = await makeFolder();
    const error = await writeEntry(draft, join(folder, 'entry'), maxBytes).catch((thrown: unknown) => thrown);
    expect(await readdir(folder)).toEqual([]);
    return error;
  }

  test('when a program is not what was measured', async () => {
    const error = await refusal((draft) => appendFile(join(draft.directory, 'bin/rg'), 'x'));
    expect(error).toBeInstanceOf(EntryRefused);
    expect(error).toHaveProperty('message', 'bin/rg changed after it was measured; measure again');
  });

  test('when a program is a link', async () => {
    const error = await refusal(async (draft) => {
      await cp(join(draft.directory, 'bin/rg'), join(draft.directory, 'rg'));
      await rm(join(draft.directory, 'bin/rg'));
      await symlink('../rg', join(draft.directory, 'bin/rg'));
    });
    expect(error).toHaveProperty('message', 'bin/rg is not a regular file, and only those are stored');
  });

  test('when a program is gone', async () => {
    expect(await refusal((draft) => rm(join(draft.directory, 'bin/rg')))).toHaveProperty('code', 'ENOENT');
  });

  test('when it is over the limit', async () => {
    const error = await refusal(async () => {}, 20);
    expect(error).toBeInstanceOf(EntryRefused);
    expect(error).toHaveProperty('message', expect.stringContaining('at most 0.0 MB are stored'));
  });

  test('when a program has a path for a name', async () => {
    const error = await refusal(async (draft) => {
      Object.assign(draft.measurement.programs[0] ?? {}, { file: 'bin/..' });
    });
    expect(error).toHaveProperty('message', `"bin/.." is not a program's path in an entry`);
  });
});

test('a folder that is there already is not touched', async () => {
  const entry = await makeEntry();
  const before = await readFile(join(entry, 'manifest.json'));
  const draft = await makeDraft({ commit: sha('b') });
  await expect(writeEntry(draft, entry)).rejects.toHaveProperty('code');
  expect(await readFile(join(entry, 'manifest.json'))).toEqual(before);
  expect(await readdir(join(entry, '..'))).toEqual(['entry']);
});

describe('an entry is rejected', () => {
  type Change = (entry: string) => Promise<unknown>;
  const cases: readonly (readonly [string, RejectionKind, string, Change])[] = [
    ['that is not there', 'absent', 'nothing is stored', (entry) => rm(entry, { recursive: true })],
    [
      'that is a file',
      'irregular',
      'the entry is not a folder',
      async (entry) => {
        await rm(entry, { recursive: true });
        await writeFile(entry, 'x');
      },
    ],
    [
      'that is a link to a good one',
      'irregular',
      'the entry is not a folder',
      async (entry) => {
        await cp(entry, `${entry}-real`, { recursive: true });
        await rm(entry, { recursive: true });
        await symlink(`${entry}-real`, entry);
      },
    ],
    [
      'without a manifest',
      'incomplete',
      'manifest.json is missing',
      (entry) => rm(join(entry, 'manifest.json')),
    ],
    [
      'without a measurement',
      'incomplete',
      '"measurement.json" is missing',
      (entry) => rm(join(entry, 'measurement.json')),
    ],
    ['without a program', 'incomplete', '"bin/rg" is missing', (entry) => rm(join(entry, 'bin/rg'))],
    [
      'with a cut program',
      'truncated',
      '"bin/rg" holds 3 bytes',
      (entry) => truncate(join(entry, 'bin/rg'), 3),
    ],
    [
      'with a longer program',
      'altered',
      '"bin/rg" holds 13 bytes, and 12 were written',
      (entry) => appendFile(join(entry, 'bin/rg'), 'x'),
    ],
    [
      'with another program of the same size',
      'altered',
      '"bin/rg" does not have the SHA-256',
      (entry) => writeFile(join(entry, 'bin/rg'), '\x7fELF PROGRAM'),
    ],
    [
      'with an unlisted program',
      'unlisted',
      '"bin/extra", which its manifest does not list',
      (entry) => writeFile(join(entry, 'bin/extra'), 'x'),
    ],
    ['with an unlisted file', 'unlisted', '"notes"', (entry) => writeFile(join(entry, 'notes'), 'x')],
    ['with a folder beside its own', 'irregular', '"lib" is not', (entry) => mkdir(join(entry, 'lib'))],
    ['with a folder among programs', 'irregular', '"bin/deep"', (entry) => mkdir(join(entry, 'bin/deep'))],
    [
      'with a linked program',
      'irregular',
      '"bin/rg" is not a regular file',
      async (entry) => {
        await cp(join(entry, 'bin/rg'), join(entry, '..', 'rg'));
        await rm(join(entry, 'bin/rg'));
        await symlink('../../rg', join(entry, 'bin/rg'));
      },
    ],
    [
      'with a linked program folder',
      'irregular',
      'bin is not a folder',
      async (entry) => {
        await cp(join(entry, 'bin'), join(entry, '..', 'bin'), { recursive: true });
        await rm(join(entry, 'bin'), { recursive: true });
        await symlink('../bin', join(entry, 'bin'));
      },
    ],
    [
      'with a linked manifest',
      'irregular',
      '"manifest.json" is not a regular file',
      async (entry) => {
        await rm(join(entry, 'manifest.json'));
        await symlink('measurement.json', join(entry, 'manifest.json'));
      },
    ],
    [
      'whose manifest is cut',
      'corrupt',
      'manifest.json is not JSON',
      (entry) => truncate(join(entry, 'manifest.json'), 40),
    ],
    [
      'whose manifest has a later schema',
      'newer',
      'it has schema 7, and this version of Tare reads schema 1; update Tare',
      (entry) => editManifest(entry, (manifest) => ({ ...manifest, schema: 7, other: true })),
    ],
    [
      'whose manifest does not fit',
      'corrupt',
      'manifest.json does not fit its schema',
      (entry) => editManifest(entry, (manifest) => ({ ...manifest, other: true })),
    ],
    [
      'whose manifest lists a path outside',
      'incomplete',
      '"../../etc/passwd" is missing',
      (entry) =>
        editManifest(entry, ({ files, ...rest }) => ({
          ...rest,
          files: [...files, { file: '../../etc/passwd', bytes: 1, sha256: '0'.repeat(64) }],
        })),
    ],
    [
      'whose manifest lists a file twice',
      'corrupt',
      'lists a file twice',
      (entry) => editManifest(entry, ({ files, ...rest }) => ({ ...rest, files: [...files, ...files] })),
    ],
    [
      'that was written under another key',
      'foreign',
      'which is another baseline',
      (entry) => editManifest(entry, (manifest) => ({ ...manifest, key: baselineKey(SERIES, sha('b')) })),
    ],
    [
      'whose measurement is of another commit',
      'foreign',
      `it holds a measurement of commit ${sha('b')}`,
      (entry) => editMeasurement(entry, { commit: sha('b') }),
    ],
    [
      'whose measurement is of another configuration',
      'foreign',
      'it holds a measurement of configuration "other"',
      (entry) => editMeasurement(entry, { configuration: 'other' }),
    ],
    [
      'whose measurement does not fit',
      'corrupt',
      'measurement.json does not fit its schema at "values.0.value"',
      (entry) => editMeasurement(entry, { values: [{ case: 'size rg', metric: 'file-bytes', value: -1 }] }),
    ],
    [
      'whose measurement names fewer programs',
      'unlisted',
      '"bin/rg", which was not measured',
      (entry) => editMeasurement(entry, { programs: [] }),
    ],
    [
      'whose measurement is of another program',
      'altered',
      '"bin/rg" is not the program that was measured',
      (entry) =>
        editMeasurement(entry, {
          programs: [{ name: 'rg', kind: 'bin', file: 'bin/rg', bytes: 12, sha256: '0'.repeat(64) }],
        }),
    ],
    [
      'whose JSON is too large to read',
      'oversize',
      'measurement.json holds 70.0 MB',
      async (entry) => {
        await truncate(join(entry, 'measurement.json'), 70_000_000);
        await editListed(entry, 'measurement.json');
      },
    ],
    [
      'that is too large as a whole',
      'oversize',
      'at most 419.4 MB are read',
      (entry) => truncate(join(entry, 'bin/rg'), 500_000_000),
    ],
  ];

  test.each(cases)('%s', async (_title, kind, reason, change) => {
    const entry = await makeEntry();
    await change(entry);
    const reading = await readEntry(entry, expected);
    expect(reading).toMatchObject({ ok: false, rejection: { kind } });
    expect(reasonOf(reading)).toContain(`baseline ${key}: `);
    expect(reasonOf(reading)).toContain(reason);
  });

  test('that the system refuses to read', async () => {
    const reading = await readEntry(join(await makeFolder(), 'x'.repeat(300)), expected);
    expect(reading).toMatchObject({ ok: false, rejection: { kind: 'unreadable' } });
    expect(reasonOf(reading)).toContain('ENAMETOOLONG');
  });
});

describe('whatever single byte of an entry changes', () => {
  let files: readonly string[];
  beforeAll(() => {
    files = ['measurement.json', 'history.json', 'bin/rg', 'bench/sort', 'manifest.json'];
  });

  test('it is rejected with one line, or says the same as before', async () => {
    const entry = await makeEntry();
    const original = await readEntry(entry, expected);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (file, position, flip) => {
          const path = join(entry, file);
          const content = await readFile(path);
          const changed = Buffer.from(content);
          changed[position % content.length] = (changed[position % content.length] ?? 0) ^ flip;
          await writeFile(path, changed);
          const reading = await readEntry(entry, expected);
          await writeFile(path, content);
          if (reading.ok) expect([file, reading]).toEqual(['manifest.json', original]);
          else expect(reading.rejection.reason).toMatch(/^baseline [^\n\r]+$/);
        },
      ),
      { numRuns: 150 },
    );
  });
});

interface ListedManifest {
  readonly files: readonly { readonly file: string; readonly bytes: number; readonly sha256: string }[];
}

async function editManifest(entry: string, change: (manifest: ListedManifest) => object): Promise<void> {
  const path = join(entry, 'manifest.json');
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')))));
}

/** Changes the measurement and makes the manifest agree, as someone who plants an entry would. */
async function editMeasurement(entry: string, change: object): Promise<void> {
  const path = join(entry, 'measurement.json');
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }));
  await editListed(entry, 'measurement.json');
}

async function editListed(entry: string, file: string): Promise<void> {
  const described = await sha256File(join(entry, file));
  await editManifest(entry, ({ files, ...rest }) => ({
    ...rest,
    files: files.map((listed) => (listed.file === file ? { file, ...described } : listed)),
  }));
}

function reasonOf(reading: EntryReading): string {
  return reading.ok ? '' : reading.rejection.reason;
}
