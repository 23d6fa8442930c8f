import { type CompareRequest, compareMeasurements } from '../../src/compare/compare.ts';
import { type Comparison, comparisonSchema } from '../../src/compare/comparison.ts';
import type { CaseRule } from '../../src/config/config.ts';
import type { BuiltPackage, HistoryRow, Identity, Measurement } from '../../src/measure/measurement.ts';

/** Numbers as `{ 'size rg': { 'file-bytes': 1 } }`. */
export type Numbers = Readonly<Record<string, Readonly<Record<string, number>>>>;

export const IDENTITY: Identity = {
  'toolchain.name': 'cargo',
  'toolchain.rustc': '1.95.0',
  target: 'x86_64-unknown-linux-gnu',
  'profile.name': 'release',
  'profile.lto': 'thin',
  'profile.strip': 'none',
  linker: 'lld 20',
  features: 'default',
  lockfile: 'aaaa',
  'machine.os': 'linux',
  'machine.arch': 'x64',
  'machine.cpu': 'EPYC 7763',
  'machine.cores': '4',
  'machine.image': 'ubuntu24',
  jobs: '4',
};

/** Compiled packages from `name version` or `name version (source)`. */
export function packagesNamed(
  texts: readonly string[],
  role: BuiltPackage['role'] = 'linked',
): BuiltPackage[] {
  return texts.map((text) => {
    const [, name = '', version = '', source] = /^(\S+) (\S+)(?: \((.*)\))?$/.exec(text) ?? [];
    return { name, version, ...(source === undefined ? {} : { source }), role };
  });
}

export function measurement(numbers: Numbers, changes: Partial<Measurement> = {}): Measurement {
  return {
    schema: 1,
    tare: '0.1.0',
    commit: 'a'.repeat(40),
    configuration: 'default',
    recorded: '2026-11-20T10:00:00Z',
    identity: IDENTITY,
    packages: [],
    values: valuesOf(numbers),
    programs: [],
    benches: [],
    layouts: [],
    attributions: [],
    warnings: [],
    ...changes,
  };
}

export function historyOf(
  values: readonly number[],
  metric = 'cpu-seconds',
  identity = IDENTITY,
): HistoryRow[] {
  return values.map((value, index) => ({
    commit: index.toString(16).padStart(40, '0'),
    recorded: '2026-11-01T00:00:00Z',
    identity,
    values: [{ case: 'compile workspace', metric, value }],
  }));
}

export function rule(match: string, rest: Partial<CaseRule> = {}): CaseRule {
  return { match, metric: null, category: null, floor: null, change: null, budget: null, ...rest };
}

export function requestOf(base: Measurement | null, head: Measurement, rest: Partial<CompareRequest> = {}) {
  return {
    configuration: 'default',
    base,
    head,
    history: [],
    config: { size: { gate: 'loadable', floor: 1024, change: 0.001 }, cases: [] },
    changedByHead: () => true,
    ...rest,
  } satisfies CompareRequest;
}

/** Compares two sets of numbers; every row is checked against the published schema. */
export function compared(before: Numbers | null, after: Numbers, rest: Partial<CompareRequest> = {}) {
  const base = before === null ? null : measurement(before);
  return checked(compareMeasurements(requestOf(base, measurement(after), rest)));
}

export function checked(result: ReturnType<typeof compareMeasurements>) {
  for (const row of result.comparisons) comparisonSchema.parse(row);
  return result;
}

/** The row of one metric. */
export function rowOf(rows: readonly Comparison[], metric: string, name?: string): Comparison {
  const row = rows.find((one) => one.metric === metric && (name === undefined || one.case === name));
  if (row === undefined) throw new Error(`no row for ${metric}`);
  return row;
}

/** A row made up for tests of what is done with rows. */
export function comparison(changes: Partial<Comparison> = {}): Comparison {
  return {
    configuration: 'default',
    case: 'size rg',
    metric: 'loadable-bytes',
    unit: 'B',
    tier: 'exact',
    category: 'primary',
    headline: true,
    before: 1000,
    after: 1100,
    change: 0.1,
    ci: null,
    threshold: 0.001,
    samples: 1,
    verdict: 'regression',
    magnitude: 'medium',
    relevant: true,
    budget: null,
    overBudget: false,
    why: [],
    ...changes,
  };
}

function valuesOf(numbers: Numbers) {
  return Object.entries(numbers).flatMap(([name, metrics]) =>
    Object.entries(metrics).map(([metric, value]) => ({ case: name, metric, value })),
  );
}
