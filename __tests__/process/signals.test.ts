import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { fixture, lives } from './support.ts';

it.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('%s ends every child, then the process, with %i', async (signal, status) => {
  const tare = spawn(process.execPath, [fixture('signalled.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const output = createInterface(tare.stdout);
  output.on('line', (line) => lines.push(line));
  await once(output, 'line');
  const children = (lines[0] ?? '').split(' ').map(Number);
  expect(children.filter(lives)).toHaveLength(2);
  tare.kill(signal);
  const [code] = await once(tare, 'close');
  expect(code).toBe(status);
  expect(children.filter(lives)).toEqual([]);
  expect(lines.slice(1)).toEqual(['Cancelled']);
});
