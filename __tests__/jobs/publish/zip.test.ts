import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { crc32, readOnlyEntry, ZipRefused } from '../../../src/jobs/publish/zip.ts';
import { git } from '../../support/git.ts';
import { type ZipEntry, type ZipOptions, zipOf } from '../../support/zip.ts';

const NAME = 'report-data.json';
const TEXT = '{"schema":1,"words":"the same words again and again and again and again"}';
const MAX = 4096;
const read = (archive: Uint8Array) => Buffer.from(readOnlyEntry(archive, NAME, MAX)).toString('utf8');
const one = (changes: Partial<ZipEntry> = {}): ZipEntry => ({ name: NAME, content: TEXT, ...changes });

describe('is read', () => {
  test.each<[string, Buffer]>([
    ['streamed, as upload-artifact writes it', zipOf([one()])],
    ['stored without compression', zipOf([one({ method: 0 })])],
    ['with a comment', zipOf([one()], { comment: 'made by a test' })],
    ['with extra fields', zipOf([one({ extra: Buffer.from([0x55, 0x54, 1, 0, 3]) })])],
    ['made on Windows', zipOf([one({ madeBy: 20, attributes: 0x20 })])],
  ])('%s', (_, archive) => {
    expect(read(archive)).toBe(TEXT);
  });

  test('what git packs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tare-zip-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await git(folder, 'init', '-q', '-b', 'main');
    await writeFile(join(folder, NAME), TEXT);
    await git(folder, 'add', NAME);
    await git(folder, 'commit', '-q', '-m', 'One file');
    const { stdout } = await promisify(execFile)('git', ['archive', '--format=zip', 'HEAD', NAME], {
      cwd: folder,
      encoding: 'buffer',
    });
    expect(read(stdout)).toBe(TEXT);
  });

  test('any content, to the byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.constantFrom(0, 8), (bytes, method) => {
        const archive = zipOf([one({ content: Buffer.from(bytes), method })]);
        expect(readOnlyEntry(archive, NAME, MAX)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('CRC-32 of the check value', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });
});

const bomb = Buffer.alloc(64 * 1024 * 1024);
const link = (0o120777 << 16) >>> 0;
const refused: readonly [string, readonly ZipEntry[], ZipOptions, RegExp][] = [
  ['no entry', [], {}, /holds 0 files/],
  ['two entries', [one(), one({ name: 'other.json' })], {}, /holds 2 files/],
  ['the same entry twice', [one(), one({ content: 'else' })], {}, /holds 2 files/],
  ['a second entry that the end record keeps quiet', [one(), one()], { count: 1 }, /more than one file/],
  ['a path upwards', [one({ name: `../${NAME}` })], {}, /is called "..\/report-data.json"/],
  ['a path upwards with backslashes', [one({ name: `..\\${NAME}` })], {}, /is called/],
  ['an absolute path', [one({ name: `/etc/${NAME}` })], {}, /is called "\/etc\/report-data.json"/],
  ['a drive', [one({ name: `C:${NAME}` })], {}, /is called "C:report-data.json"/],
  ['a folder before it', [one({ name: `a/${NAME}` })], {}, /is called/],
  ['a name that ends early', [one({ name: `${NAME}\0.exe` })], {}, /is called/],
  ['another case of letters', [one({ name: NAME.toUpperCase() })], {}, /is called/],
  ['an endless name', [one({ name: 'a'.repeat(60_000) })], {}, /^its file is called "a{120}…"/],
  ['another name in the local header', [one({ localName: 'x'.repeat(NAME.length) })], {}, /different things/],
  [
    'a symbolic link',
    [one({ attributes: link, content: '/etc/passwd' })],
    {},
    /a link, a folder or a device/,
  ],
  ['a folder', [one({ madeBy: 20, attributes: 0x10 })], {}, /a link, a folder or a device/],
  ['a device', [one({ attributes: (0o060644 << 16) >>> 0 })], {}, /a link, a folder or a device/],
  ['an encrypted file', [one({ flags: 1 })], {}, /encrypted/],
  ['a strongly encrypted file', [one({ flags: 0x41 })], {}, /encrypted/],
  ['masked headers', [one({ flags: 0x2000 })], {}, /encrypted/],
  ['a ZIP64 size', [one({ size: 0xffffffff })], {}, /ZIP64/],
  ['a ZIP64 offset', [one({ offset: 0xffffffff })], {}, /ZIP64/],
  ['a ZIP64 count', [one()], { count: 0xffff }, /ZIP64/],
  ['a ZIP64 directory', [one()], { directoryOffset: 0xffffffff }, /ZIP64/],
  ['bzip2', [one({ method: 12 })], {}, /method 12/],
  ['a true bomb', [one({ content: bomb })], {}, /unpacks to 67108864 bytes/],
  [
    'a bomb that calls itself small',
    [one({ content: bomb, size: 100 })],
    {},
    /larger than its directory says/,
  ],
  ['a bomb of no size', [one({ content: bomb, size: 0 })], {}, /larger than its directory says/],
  ['a size that is too large', [one({ size: TEXT.length + 1 })], {}, /does not have the size/],
  ['a stored size that is too small', [one({ method: 0, size: 3 })], {}, /does not have the size/],
  ['a packed size beyond the directory', [one({ packedSize: 5000 })], {}, /does not lie where/],
  ['a file beyond the directory', [one({ offset: 4000 })], {}, /does not lie where/],
  ['a file in the middle of itself', [one({ offset: 7 })], {}, /does not lie where/],
  ['another checksum', [one({ crc: 1 })], {}, /checksum/],
  ['a directory that lies elsewhere', [one()], { directoryOffset: 3 }, /does not end where it says/],
  ['something in front', [one()], { before: Buffer.from('MZ'), directoryOffset: 20 }, /does not end where/],
  ['something behind', [one()], { after: Buffer.from('x') }, /not a ZIP archive/],
];

describe('is refused', () => {
  test.each(refused)('%s', (_, entries, options, message) => {
    const archive = zipOf(entries, options);
    const reading = () => readOnlyEntry(archive, NAME, MAX);
    expect(reading).toThrow(ZipRefused);
    expect(reading).toThrow(message);
  });

  test('a part of an archive, and any garbage', () => {
    const whole = zipOf([one()]);
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => read(whole.subarray(0, length))).toThrow(ZipRefused);
    }
    const garbage = fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
      expect(() => read(bytes)).toThrow(ZipRefused);
    });
    fc.assert(garbage);
  });

  test('an archive with any byte changed is refused, or has the same content', () => {
    const whole = zipOf([one()], { comment: 'c' });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ change;
        try {
          expect(read(changed)).toBe(TEXT);
        } catch (error) {
          expect(error).toBeInstanceOf(ZipRefused);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
