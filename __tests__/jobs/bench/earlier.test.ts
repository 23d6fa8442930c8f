import { expect, test } from 'vitest';
import { type BenchRequest, stateOf } from '../../../src/jobs/bench/request.ts';
import type { SidedCase, Sides } from '../../../src/jobs/bench/sided-case.ts';
import { splitUnchanged } from '../../../src/jobs/bench/unchanged.ts';
import type { BenchCommand } from '../../../src/measure/bench/case.ts';
import type { Measurement } from '../../../src/measure/measurement.ts';
import { makeDraft } from '../../store/draft.ts';
import { makeWorld } from '../world.ts';

const pairs = Array.from({ length: 12 }, (): [number, number] => [0.01, 0.0101]);

async function sidesOf(change: (head: Measurement) => Partial<Measurement> = () => ({})): Promise<Sides> {
  const { measurement, directory } = await makeDraft();
  const side = { measurement, directory, root: directory };
  return { base: side, head: { ...side, measurement: { ...measurement, ...change(measurement) } } };
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

const command = (args: readonly string[]): BenchCommand => ({
  file: 'sort',
  args,
  cwd: '/',
  env: {},
  timeoutSeconds: 1,
});

function caseOf(
  name: string,
  files: readonly string[],
  args: Readonly<Record<'base' | 'head', readonly string[]>> = { base: [], head: [] },
  metric: SidedCase['metric'] = 'wall-time',
): SidedCase {
  const withPrograms = (side: 'base' | 'head') => command(args[side]);
  const [base, head] = [command(args.base), command(args.head)];
  return {
    benchCase: { name, category: 'primary', base, head, time: { from: 'process' } },
    metric,
    files: { base: files, head: files },
    withPrograms,
  };
}

test('only programs that are the same, byte for byte, and are called alike are not run', async () => {
  const sides = await sidesOf(({ programs }) => ({
    programs: programs.map((program) =>
      program.file === 'bin/rg' ? { ...program, sha256: 'f'.repeat(64) } : program,
    ),
  }));
  const cases = [
    caseOf('bench same', ['bench/sort']),
    caseOf('bench changed', ['bin/rg']),
    caseOf('bench both', ['bench/sort', 'bin/rg']),
    caseOf('bench called otherwise', ['bench/sort'], { base: ['--a'], head: ['--b'] }),
    caseOf('bench of no program', []),
    caseOf('bench unknown', ['bench/other']),
    caseOf('bench counted', ['bench/sort'], undefined, 'instructions'),
  ];
  const { paired, unchanged } = splitUnchanged({ cases, added: ['a'], removed: ['b'], failed: [] }, sides);
  expect(unchanged).toEqual(['bench same']);
  expect(paired.cases).toEqual(cases.slice(1));
  expect(paired).toMatchObject({ added: ['a'], removed: ['b'] });
});
