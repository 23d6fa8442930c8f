import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { valueSchema } from '../../../src/measure/measurement.ts';
import { METRICS } from '../../../src/measure/metric.ts';
import { measureProgram, readProgramFile } from '../../../src/measure/size/program.ts';
import { fixturePath, goProgram } from './programs.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tare-size-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a program', () => {
  test('has a value for every metric of the size axis', async () => {
    const path = await goProgram('linux', 'amd64');
    const { values, warnings, program } = await measureProgram('hello', path, { gzip: true });
    expect(warnings).toEqual([]);
    expect(program?.format).toBe('ELF');
    expect(values.map(({ metric }) => metric)).toEqual(Object.keys(METRICS.size));
    for (const value of values) {
      expect(valueSchema.parse(value)).toEqual(value);
      expect(value.case).toBe('size hello');
    }
    const bytes = readFileSync(path);
    expect(find(values, 'file-bytes')).toBe(bytes.length);
    expect(find(values, 'gzip-bytes')).toBe(gzipSync(bytes, { level: 9 }).length);
    expect(gunzipSync(gzipSync(bytes, { level: 9 }))).toEqual(bytes);
    const parts = ['text', 'rodata', 'data', 'unwind', 'relocation', 'other'];
    expect(find(values, 'loadable-bytes')).toBe(
      parts.reduce((sum, part) => sum + find(values, `${part}-bytes`), 0),
    );
  });

  test('is not compressed when not asked, or above the limit, with a warning', async () => {
    const path = fixturePath('core.wasm');
    const quiet = await measureProgram('core', path, { gzip: false });
    expect(quiet.values.map(({ metric }) => metric)).not.toContain('gzip-bytes');
    expect(quiet.warnings).toEqual([]);
    const large = await measureProgram('core', path, { gzip: true, gzipLimit: 100 });
    expect(large.values).toEqual(quiet.values);
    expect(large.warnings).toEqual([
      `${path}: no gzip size, because the file has ${readFileSync(path).length} bytes, more than 100`,
    ]);
  });
});

describe('a file whose sections cannot be read', () => {
  test('still has its file and gzip size, and a warning that names it', async () => {
    const path = join(folder, 'cut.so');
    copyFileSync(fixturePath('elf-arm.so'), path);
    truncateSync(path, 1000);
    const { values, warnings, program } = await measureProgram('cut', path, { gzip: true });
    expect(values).toEqual([
      { case: 'size cut', metric: 'file-bytes', value: 1000 },
      { case: 'size cut', metric: 'gzip-bytes', value: gzipSync(readFileSync(path), { level: 9 }).length },
    ]);
    expect(warnings).toEqual([
      `${path}: cannot read its sections: section table: 40 bytes at offset 2600 lie outside the file of 1000 bytes`,
    ]);
    expect(program).toBeUndefined();
    expect(() => readProgramFile(path)).toThrow(
      expect.objectContaining({ name: 'UnreadableProgram', message: warnings[0] }),
    );
  });

  test('may be empty', async () => {
    const path = join(folder, 'empty');
    writeFileSync(path, '');
    const { values, warnings } = await measureProgram('empty', path, { gzip: false });
    expect(values).toEqual([{ case: 'size empty', metric: 'file-bytes', value: 0 }]);
    expect(warnings).toEqual([`${path}: cannot read its sections: it is empty`]);
  });
});

describe('a path that is not a readable file is the user’s mistake', () => {
  test('missing', async () => {
    const path = join(folder, 'missing');
    await expect(measureProgram('missing', path, { gzip: true })).rejects.toThrow(
      new UserError(
        `cannot read the program ${path}: ENOENT: no such file or directory, stat '${path}'; ` +
          'check the path and that the build makes it',
      ),
    );
  });

  test('a folder', async () => {
    await expect(measureProgram('folder', folder, { gzip: true })).rejects.toThrow(
      new UserError(`cannot read the program ${folder}: it is not a regular file; name the program itself`),
    );
  });

  test.runIf(process.platform !== 'win32')('a named pipe, without waiting for its writer', async () => {
    const path = join(folder, 'pipe');
    execFileSync('mkfifo', [path]);
    await expect(measureProgram('pipe', path, { gzip: true })).rejects.toThrow('it is not a regular file');
  });
});

test('compression can be cancelled', async () => {
  const path = await goProgram('linux', 'amd64');
  const signal = AbortSignal.abort(new Error('stopped by the test'));
  await expect(measureProgram('hello', path, { gzip: true, signal })).rejects.toThrow();
});

function find(values: readonly { metric: string; value: number }[], metric: string): number {
  const value = values.find((candidate) => candidate.metric === metric);
  if (value === undefined) throw new Error(`no ${metric}`);
  return value.value;
}
