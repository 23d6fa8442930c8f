import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { cleanEnvironment } from './environment.ts';

/**
 * Overwrites, in this process' own memory, the values that children must not see. Linux shows the environment that a
 * process was started with to every program of the same user (`/proc/PID/environ`), whatever the process removes from
 * it later, so a child could read there what its own clean environment lacks. The values stay in `world.env`, whose
 * later settings live elsewhere in memory. To be called once, before the first child.
 * Returns the names; none on other systems, or where the memory cannot be written. Never throws.
 */
export function concealSecrets(world: Pick<NodeJS.Process, 'env' | 'platform'>): readonly string[] {
  if (world.platform !== 'linux') return [];
  const clean = cleanEnvironment(world.env, world.platform);
  const secrets = new Map<string, string>();
  for (const [name, value] of Object.entries(world.env)) {
    if (value !== undefined && value !== '' && !Object.hasOwn(clean, name)) secrets.set(name, value);
  }
  let memory: number | null = null;
  try {
    const block = readFileSync('/proc/self/environ');
    const start = blockStart(readFileSync('/proc/self/stat', 'latin1'), block.length);
    if (start === null) return [];
    memory = openSync('/proc/self/mem', 'r+');
    const concealed = new Set<string>();
    for (const { name, offset, length } of entriesOf(block)) {
      if (!secrets.has(name)) continue;
      writeSync(memory, Buffer.alloc(length, '*'), 0, length, start + offset);
      concealed.add(name);
    }
    return [...concealed];
  } catch {
    return [];
  } finally {
    if (memory !== null) closeSync(memory);
    for (const [name, value] of secrets) world.env[name] = value;
  }
}

/** Where the environment block begins: fields env_start and env_end, 50 and 51, of `/proc/PID/stat` (proc(5)). null if it is not this block. */
function blockStart(stat: string, length: number): number | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [start, end] = [Number(fields[47]), Number(fields[48])];
  return start > 0 && end - start === length ? start : null;
}

/** The values in an environment block: `NAME=value`, each ended by a null character. */
function entriesOf(block: Buffer) {
  const entries: { name: string; offset: number; length: number }[] = [];
  for (let at = 0; at < block.length; ) {
    const end = block.indexOf(0, at);
    const stop = end === -1 ? block.length : end;
    const equals = block.indexOf('=', at);
    if (equals !== -1 && equals < stop) {
      const offset = equals + 1;
      entries.push({ name: block.toString('utf8', at, equals), offset, length: stop - offset });
    }
    at = stop + 1;
  }
  return entries;
}
