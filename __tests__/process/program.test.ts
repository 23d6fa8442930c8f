import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram } from '../../src/process/program.ts';
import { parseStat } from '../../src/process/tree.ts';
import { temporaryFolder } from './support.ts';

const root = temporaryFolder();
for (const folder of ['first', 'second', 'first/tool']) mkdirSync(join(root, folder));
for (const name of ['first/plain', 'second/plain', 'second/tool', 'run.exe', 'old.cmd', 'local']) {
  writeFileSync(join(root, name), '');
  chmodSync(join(root, name), name === 'first/plain' ? 0o644 : 0o755);
}
const path = `${join(root, 'first')}:${join(root, 'second')}:.::relative`;

describe('a program', () => {
  it('is the first in PATH that may be run', async () => {
    expect(await findProgram('plain', root, { PATH: path }, 'linux')).toBe(join(root, 'second/plain'));
    expect(await findProgram('tool', root, { PATH: path }, 'linux')).toBe(join(root, 'second/tool'));
  });

  it('is never taken from the working folder by its bare name', async () => {
    await expect(findProgram('local', root, { PATH: path }, 'linux')).rejects.toThrow(/not found in PATH/);
    await expect(findProgram('local', root, {}, 'linux')).rejects.toThrow(/not found in PATH/);
    expect(await findProgram('./local', root, {}, 'linux')).toBe(join(root, 'local'));
  });

  it('gets its extension on Windows, and is no batch file there', async () => {
    expect(await findProgram(join(root, 'run'), root, {}, 'win32')).toBe(join(root, 'run.exe'));
    await expect(findProgram(join(root, 'old'), root, {}, 'win32')).rejects.toThrow(/no shell/);
    await expect(findProgram(join(root, 'old.cmd'), root, {}, 'win32')).rejects.toThrow(/no shell/);
  });
});

describe('/proc/PID/stat', () => {
  it('is read whatever the name of the process is', () => {
    const ids = { pid: 77, parent: 1, group: 70, session: 60 };
    expect(parseStat('77 (sh) S 1 70 60 0 -1 419')).toEqual({ ...ids, dead: false });
    expect(parseStat('77 (a) Z 9 9 9 (b) Z 1 70 60 0 -1')).toEqual({ ...ids, dead: true });
  });

  it.each(['', '77', '77 (sh', 'x (sh) S 1 2 3', '77 (sh) S 1'])('is refused as %j', (text) => {
    expect(parseStat(text)).toBeNull();
  });
});
