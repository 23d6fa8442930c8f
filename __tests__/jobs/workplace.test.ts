import { type ForkOptions, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { openWorkplace } from '../../src/jobs/workplace.ts';

/** Above every system's highest process id. */
const NOBODY = 2 ** 30;

let temporary = '';
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'tare-workplace-'));
});
afterEach(() => rm(temporary, { recursive: true, force: true }));

async function abandoned(slot: string): Promise<string> {
  const directory = join(temporary, slot);
  await mkdir(join(directory, 'target', 'deep'), { recursive: true });
  await writeFile(join(directory, 'pid'), String(NOBODY));
  return directory;
}

describe('openWorkplace', () => {
  test('a dead owner’s slot is taken over and emptied, a living one’s is passed over', async () => {
    await abandoned('tare-0');
    const first = await openWorkplace(temporary);
    const second = await openWorkplace(temporary);
    expect([first.directory, second.directory]).toEqual([
      join(temporary, 'tare-0'),
      join(temporary, 'tare-1'),
    ]);
    expect(await readdir(first.directory)).toEqual(['pid']);
    await first.remove();
    await second.remove();
    expect(await readdir(temporary)).toEqual([]);
  });

  test('8 processes that find the same dead owner at once get 8 slots', async () => {
    for (let round = 0; round < 3; round += 1) {
      await abandoned('tare-0');
      const slots = await claims(8);
      expect(new Set(slots).size).toBe(8);
      expect(slots.every((slot) => /tare-\d$/.test(slot))).toBe(true);
      expect(await readdir(temporary)).toEqual([]);
    }
  }, 120_000);

  test('a slot that cannot be removed, as another user’s, is passed over', async () => {
    await abandoned('tare-0');
    await chmod(join(temporary, 'tare-0', 'target'), 0o500);
    // Root removes anything, so that a process of nobody's has to try.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chmod(temporary, 0o1777);
    try {
      const [slot] = await claims(1, isRoot ? { uid: 65_534, gid: 65_534 } : {});
      expect(slot).toBe(join(temporary, 'tare-1'));
      expect(await readdir(temporary)).toEqual(['tare-0']);
    } finally {
      await chmod(join(temporary, 'tare-0', 'target'), 0o700);
    }
  });

  test('an old account of a killed process is removed, a new one and a stranger’s file are not', async () => {
    const [old, young] = [`tare-time-${randomUUID()}`, `tare-time-${randomUUID()}`];
    for (const name of [old, young, 'tare-time-table']) await writeFile(join(temporary, name), '');
    for (const name of [old, 'tare-time-table']) await utimes(join(temporary, name), 1, 1);
    const workplace = await openWorkplace(temporary);
    await workplace.remove();
    expect((await readdir(temporary)).sort()).toEqual([young, 'tare-time-table'].sort());
  });

  test('a temporary folder that is a file is the user’s mistake', async () => {
    const file = join(temporary, 'file');
    await writeFile(file, '');
    const opened = openWorkplace(file);
    await expect(opened).rejects.toThrow(UserError);
    await expect(opened).rejects.toThrow(
      /^.*file: cannot be created \(.*\); set TMPDIR to a directory that may be written$/,
    );
  });
});

/** What as many processes are given that claim a slot at once; they give it back. */
async function claims(count: number, user: Pick<ForkOptions, 'uid' | 'gid'> = {}): Promise<string[]> {
  const options: ForkOptions = {
    ...user,
    execArgv: ['--experimental-strip-types'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  };
  const children = Array.from({ length: count }, () =>
    fork(join(import.meta.dirname, 'claim.ts'), [temporary], options),
  );
  const exits = children.map((child) => once(child, 'exit'));
  try {
    await Promise.all(children.map((child) => once(child, 'message')));
    const answers = children.map((child) => once(child, 'message'));
    for (const child of children) child.send('go');
    return (await Promise.all(answers)).map(([slot]) => String(slot));
  } finally {
    for (const child of children) child.disconnect();
    await Promise.all(exits);
  }
}
