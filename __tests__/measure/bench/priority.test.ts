import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createPriority } from '../../../src/measure/bench/priority.ts';
import { benchWorld } from './support.ts';

const world = benchWorld();

/** Scheduling policy of a process: field 41 of `/proc/PID/stat`; 0 is ordinary, 2 round robin. */
async function policyOfChild(): Promise<string> {
  const { stdout } = await world.runner.run({
    file: '/bin/cat',
    args: ['/proc/self/stat'],
    cwd: world.folder,
  });
  return stdout.slice(stdout.lastIndexOf(')') + 2).split(' ')[38] ?? '';
}

it('lets what is started run before ordinary programs where it may, and undoes it', async () => {
  const before = readFileSync('/proc/self/stat', 'latin1');
  expect(before).toContain(`${process.pid} `);
  const priority = createPriority({ platform: 'linux', pid: process.pid });
  try {
    await priority.raise(true);
    expect(await policyOfChild()).toBe(priority.used ? '2' : '0');
  } finally {
    await priority.raise(false);
  }
  expect(await policyOfChild()).toBe('0');
});

it('asks for what it needs, once for each change, and sudo only when told', async () => {
  const calls: string[] = [];
  const tool = async (path: string, args: readonly string[]) => {
    calls.push([path, ...args].join(' '));
    return { exitCode: path === '/usr/bin/sudo' ? 0 : 1, stdout: '' };
  };
  const plain = createPriority({ platform: 'linux', pid: 77, tool });
  await plain.raise(true);
  await plain.raise(true);
  expect(plain.used).toBe(false);
  expect(calls.splice(0)).toEqual(['/usr/bin/chrt --rr --pid 10 77']);

  const sudo = createPriority({ platform: 'linux', pid: 77, sudo: true, tool });
  for (const raised of [false, true, true, false, true]) await sudo.raise(raised);
  expect(sudo.used).toBe(true);
  expect(calls.splice(0)).toEqual([
    '/usr/bin/chrt --rr --pid 10 77',
    '/usr/bin/sudo -n /usr/bin/chrt --rr --pid 10 77',
    '/usr/bin/sudo -n /usr/bin/chrt --other --pid 0 77',
    '/usr/bin/sudo -n /usr/bin/chrt --rr --pid 10 77',
  ]);

  await createPriority({ platform: 'darwin', pid: 77, tool }).raise(true);
  expect(calls).toEqual([]);
});
