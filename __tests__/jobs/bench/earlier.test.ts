import { expect, test } from 'vitest';
import { type BenchRequest, stateOf } from '../../../src/jobs/bench/request.ts';
import type { Sides } from '../../../src/jobs/bench/sided-case.ts';
import { makeDraft } from '../../store/draft.ts';
import { makeWorld } from '../world.ts';

const pairs = Array.from({ length: 12 }, (): [number, number] => [0.01, 0.0101]);

async function sidesOf(): Promise<Sides> {
  const { measurement, directory } = await makeDraft();
  const side = { measurement, directory, root: directory };
  return { base: side, head: side };
}

test("a benchmark that moves by itself on main must move further, and from ten of main's ratios on only", async () => {
  const { request } = await makeWorld('', () => undefined);
  const sides = await sidesOf();
  const ruleOf = (ratios: readonly number[]) => {
    const bench: BenchRequest = {
      sides,
      config: request.config,
      configuration: 'default',
      relink: async () => ({ programs: [], layouts: [], impossible: new Map() }),
      minutes: 1,
      earlier: new Map([['bench sort', ratios]]),
    };
    return stateOf('bench sort', pairs, [], bench).rule.minimumEffect;
  };
  const noisy = [1.04, 0.97, 1.05, 0.96, 1.03, 0.95, 1.04, 0.98, 1.05, 0.96];
  expect(ruleOf([])).toBe(0.01);
  expect(ruleOf(noisy.slice(1))).toBe(0.01);
  expect(ruleOf(noisy)).toBeGreaterThan(0.05);
  expect(ruleOf(noisy.map(() => 1))).toBe(0.01);
});
