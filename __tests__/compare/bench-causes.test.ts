import { expect, test } from 'vitest';
import { benchCauses } from '../../src/compare/bench-causes.ts';
import type { Comparison } from '../../src/compare/comparison.ts';
import type { Identity, Measurement } from '../../src/measure/measurement.ts';
import { IDENTITY, measurement, packagesNamed } from './fixtures.ts';

const ROW: Comparison = {
  ...{ configuration: 'default', case: 'bench sort', metric: 'wall-time', unit: 's', tier: 'paired' },
  ...{ category: 'primary', headline: true, before: 1, after: 1.3, change: 0.3, ci: [0.28, 0.32] },
  ...{ threshold: 0.01, samples: 48, verdict: 'regression', magnitude: 'very large', relevant: true },
  ...{ budget: null, overBudget: false },
  why: [
    { kind: 'judgement', subject: '', before: null, after: null, amount: null, note: 'held on 4 layouts' },
  ],
};
const BENCH = {
  ...{ case: 'bench sort', file: 'bench/sort', args: [], home: [], metric: 'wall-time' as const },
  ...{ reads: null, directory: '' },
};
const PROFILE: Identity = { 'profile.name': 'bench', 'profile.lto': 'thin', 'profile.opt-level': '3' };

type Changes = Pick<Partial<Measurement>, 'identity' | 'benchProfile' | 'packages' | 'benches'>;

function explained(base: Changes, head: Changes, row: Partial<Comparison> = {}): readonly string[] {
  const side = (changes: Changes) => measurement({}, { benches: [BENCH], ...changes });
  const explain = benchCauses(side(base), side(head), () => true);
  const { why } = explain({ ...ROW, ...row });
  return why
    .filter(({ subject }) => subject !== '')
    .map(({ subject, before, after }) => `${subject}: ${before} -> ${after}`);
}

const slow = { ...PROFILE, 'profile.opt-level': '1' };
const identity = (changes: Identity): Identity => ({ ...IDENTITY, ...changes });
const COMMAND = { case: 'bench count needle' };

test('a setting of the bench profile is named by its own name', () => {
  const told = explained({ benchProfile: PROFILE }, { benchProfile: slow });
  expect(told).toEqual(['profile.bench.opt-level: 3 -> 1']);
  expect(explained({ benchProfile: PROFILE }, { benchProfile: PROFILE })).toEqual([]);
});

test('one that changed in the release profile too keeps that name', () => {
  const base = { benchProfile: PROFILE, identity: identity({ 'profile.opt-level': '3' }) };
  const head = { benchProfile: slow, identity: identity({ 'profile.opt-level': '1' }) };
  expect(explained(base, head)).toEqual(['profile.opt-level: 3 -> 1']);
});

test('a setting of the release profile explains commands, and no benchmark that is built without it', () => {
  const base = { benchProfile: PROFILE };
  const head = { benchProfile: PROFILE, identity: identity({ 'profile.lto': 'off' }) };
  expect(explained(base, head)).toEqual([]);
  expect(explained(base, head, COMMAND)).toEqual(['profile.lto: thin -> off']);
  expect(explained(base, { benchProfile: slow }, COMMAND)).toEqual([]);
});

test('against a baseline that does not know the bench profile, the release profile stands for it', () => {
  const head = { benchProfile: slow, identity: identity({ 'profile.lto': 'off' }) };
  expect(explained({}, head)).toEqual(['profile.lto: thin -> off']);
});

test('the toolchain is a cause; the machine, debug information and what cannot be in a program are none', () => {
  const changes = { 'toolchain.rustc': '1.96.0', 'machine.cpu': 'Xeon', 'machine.arch': 'arm64', jobs: '2' };
  const more = { 'profile.strip': 'symbols', 'profile.debug': '2', lockfile: 'bbbb' };
  const head = { identity: identity({ ...changes, ...more }) };
  const counted = { metric: 'instructions', unit: 'count', tier: 'exact' } as const;
  expect(explained({}, head)).toEqual(['toolchain.rustc: 1.95.0 -> 1.96.0']);
  expect(explained({}, head, counted)).toEqual(['toolchain.rustc: 1.95.0 -> 1.96.0']);
});

test('packages that changed are named where no setting did', () => {
  const base = { packages: packagesNamed(['serde 1.0.1']), benchProfile: PROFILE };
  const packages = packagesNamed(['serde 1.0.2']);
  expect(explained(base, { packages, benchProfile: PROFILE })).toEqual(['serde: 1.0.1 -> 1.0.2']);
  expect(explained(base, { packages, benchProfile: slow })).toEqual(['profile.bench.opt-level: 3 -> 1']);
});

test.each<Partial<Comparison>>([
  { verdict: 'none' },
  { verdict: 'inconclusive' },
  { case: 'compile workspace', metric: 'own-cpu-seconds' },
])('a row that is not called, or of another axis, stays as it is: %o', (row) => {
  expect(explained({ benchProfile: PROFILE }, { benchProfile: slow }, row)).toEqual([]);
});

test('what was said of a row before stays in front', () => {
  const side = (benchProfile: Identity) => measurement({}, { benches: [BENCH], benchProfile });
  const { why } = benchCauses(side(PROFILE), side(slow), () => true)(ROW);
  expect(why.map(({ kind }) => kind)).toEqual(['judgement', 'setting']);
});
