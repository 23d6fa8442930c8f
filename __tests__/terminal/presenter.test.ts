import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { assembleReport } from '../../src/report/assemble.ts';
import { checkTargets, createTerminalPresenter } from '../../src/terminal/presenter.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { part } from '../support/reports.ts';

const REPORT = assembleReport({
  job: 'check',
  head: 'a'.repeat(40),
  parts: [part({ base: null, baseIdentity: null, headIdentity: {} })],
  tare: '0',
});

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tare-presenter-'));
  await mkdir(join(folder, 'is-folder'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function present(args: { json: string | null; markdown: string | null }): Promise<string> {
  let shown = '';
  const stdout = {
    write: (text: string) => {
      shown += text;
    },
  };
  const presenter = createTerminalPresenter({ args, cwd: folder, stdout, logger: recordingLogger() });
  await presenter.present(REPORT, [], null);
  return shown;
}

describe('before anything is built', () => {
  test.each([
    ['is-folder', 'EISDIR'],
    ['nowhere/out', 'ENOENT'],
    ['file/out', 'ENOTDIR'],
  ])('a target that cannot be written is refused: %s', async (target, code) => {
    await writeFile(join(folder, 'file'), 'mine');
    for (const name of ['json', 'markdown']) {
      const args = { json: null, markdown: null, [name]: target };
      const checked = checkTargets(args, folder);
      await expect(checked).rejects.toThrow(UserError);
      await expect(checked).rejects.toThrow(
        new RegExp(`^--${name}: cannot write .*${target}: ${code}.*; name a file`),
      );
    }
  });

  test('trying leaves no file, and a present one as it is', async () => {
    await writeFile(join(folder, 'old.json'), 'mine');
    await checkTargets({ json: 'new.json', markdown: '-' }, folder);
    await checkTargets({ json: 'old.json', markdown: null }, folder);
    expect((await readdir(folder)).sort()).toEqual(['is-folder', 'old.json']);
    expect(await readFile(join(folder, 'old.json'), 'utf8')).toBe('mine');
  });
});

describe('presenting', () => {
  test('the table and both files', async () => {
    expect(await present({ json: 'out.json', markdown: 'out.md' })).toContain('Release profile');
    expect(JSON.parse(await readFile(join(folder, 'out.json'), 'utf8'))).toEqual(REPORT);
    expect(await readFile(join(folder, 'out.md'), 'utf8')).toMatch(/^<!-- tare -->\n/);
  });

  test('one that cannot be written leaves the other to be written', async () => {
    await expect(present({ json: 'is-folder', markdown: 'out.md' })).rejects.toThrow(
      /^cannot write .*is-folder: EISDIR/,
    );
    expect(existsSync(join(folder, 'out.md'))).toBe(true);
    await expect(present({ json: 'is-folder', markdown: 'no/out' })).rejects.toThrow(
      /is-folder.*; cannot write .*no\/out/,
    );
    expect(existsSync(join(folder, 'is-folder'))).toBe(true);
  });

  test.runIf(existsSync('/dev/full'))('a full device is one line, and the device stays', async () => {
    await symlink('/dev/full', join(folder, 'full'));
    await expect(present({ json: 'full', markdown: 'out.md' })).rejects.toThrow(
      /^cannot write .*full: ENOSPC/,
    );
    expect((await readdir(folder)).sort()).toEqual(['full', 'is-folder', 'out.md']);
  });

  test.runIf(process.platform !== 'win32')('what was cut off is removed', async () => {
    const source = join(import.meta.dirname, '..', '..', 'src', 'terminal', 'presenter.ts');
    const parts = `{ args: { json: 'out.json', markdown: null }, cwd: process.cwd(), stdout: { write() {} } }`;
    const script = `import { createTerminalPresenter } from ${JSON.stringify(source)};
      await createTerminalPresenter(${parts}).present(${JSON.stringify(REPORT)}, [], null).catch((e) => console.log(e.message));`;
    // No file of this process may grow.
    const limited = ['-c', 'ulimit -f 0; exec "$0" --experimental-strip-types --input-type=module -e "$1"'];
    const run = promisify(execFile)('sh', [...limited, process.execPath, script], { cwd: folder });
    expect((await run).stdout).toMatch(/^cannot write .*out\.json: EFBIG/);
    expect(await readdir(folder)).toEqual(['is-folder']);
  });
});
