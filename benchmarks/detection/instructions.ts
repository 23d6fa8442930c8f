/** How much slower a seeded build really is: instructions under valgrind, which repeat exactly. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Case } from './sides.ts';

/** Instructions of a program by cachegrind; null where there is no valgrind. */
async function instructionsOf(path: string): Promise<number | null> {
  const args = ['--tool=cachegrind', '--cache-sim=no', '--cachegrind-out-file=/dev/null', path];
  const child = spawn('valgrind', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  const ended = await once(child, 'close').catch(() => null);
  const counted = /I\s+refs:\s+([\d,]+)/.exec(text)?.[1];
  return ended === null || counted === undefined ? null : Number(counted.replaceAll(',', ''));
}

/** Relative difference in instructions of head and base, by the case's name; empty where there is no valgrind. */
export async function instructionRatios(cases: readonly Case[]): Promise<ReadonlyMap<string, number>> {
  const counted = new Map<string, number>();
  const paths = [...new Set(cases.flatMap(({ base, head }) => [base.path, head.path]))];
  for (let at = 0; at < paths.length; at += 2) {
    const two = paths.slice(at, at + 2);
    const counts = await Promise.all(two.map(instructionsOf));
    for (const [index, path] of two.entries()) {
      const count = counts[index];
      if (count === null || count === undefined) return new Map();
      counted.set(path, count);
    }
  }
  const ratio = ({ base, head }: Case) => (counted.get(head.path) ?? 0) / (counted.get(base.path) ?? 1) - 1;
  return new Map(cases.map((each) => [each.name, ratio(each)]));
}
