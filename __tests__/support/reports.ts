import type { Cause, Comparison } from '../../src/compare/comparison.ts';
import { type Metric, metricOf } from '../../src/measure/metric.ts';
import { assembleReport, type ConfigurationPart } from '../../src/report/assemble.ts';
import { type Report, reportSchema } from '../../src/report/report.ts';

export const BASE_SHA = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';
export const HEAD_SHA = 'f00dfeedf00dfeedf00dfeedf00dfeedf00dfeed';
/** The test merge that GitHub checks out for a pull request. */
export const MERGE_SHA = '0badcafe0badcafe0badcafe0badcafe0badcafe';

/** A comparison, complete from its case, metric and numbers; anything else may be given. */
export function row(
  caseName: string,
  metric: string,
  before: number | null,
  after: number,
  more: Partial<Comparison> = {},
): Comparison {
  const known: Metric | undefined = metricOf(caseName, metric);
  return {
    configuration: 'default',
    case: caseName,
    metric,
    unit: known?.unit ?? 'count',
    tier: known?.tier ?? 'exact',
    category: 'primary',
    headline: known?.headline ?? false,
    before,
    after,
    change: before === null || before === 0 ? (before === after ? 0 : null) : (after - before) / before,
    ci: null,
    threshold: 0.001,
    samples: 1,
    verdict: 'none',
    magnitude: null,
    relevant: false,
    budget: null,
    overBudget: false,
    why: [],
    ...more,
  };
}

/** What a relevant regression has beside its numbers. */
export const REGRESSED = { verdict: 'regression', magnitude: 'large', relevant: true } as const;
/** What a relevant improvement has beside its numbers. */
export const IMPROVED = { verdict: 'improvement', magnitude: 'large', relevant: true } as const;
/** What a suspicion has beside its numbers. */
export const SUSPICIOUS = { verdict: 'inconclusive', magnitude: 'medium', relevant: true } as const;
/** What a number without enough history has. */
export const UNJUDGED = {
  verdict: 'inconclusive',
  threshold: 0.05,
  samples: 4,
  why: [judgement('not enough history: 4 of 10 earlier values from this hardware')],
} as const satisfies Partial<Comparison>;

export function judgement(note: string): Cause {
  return { kind: 'judgement', subject: '', before: null, after: null, amount: null, note };
}

export function setting(subject: string, before: string | null, after: string | null, note = ''): Cause {
  return { kind: 'setting', subject, before, after, amount: null, note };
}

/** ripgrep's release-lto build on a hosted runner. */
export const RIPGREP_IDENTITY = {
  'toolchain.name': 'cargo',
  'toolchain.rustc': 'rustc 1.95.0 (59807616e 2026-04-14)',
  'toolchain.cargo': 'cargo 1.95.0 (f2d3ce0bd 2026-03-21)',
  'toolchain.host': 'x86_64-unknown-linux-gnu',
  target: 'x86_64-unknown-linux-gnu',
  'profile.name': 'release-lto',
  'profile.opt-level': '3',
  'profile.lto': 'fat',
  'profile.codegen-units': '1',
  'profile.panic': 'abort',
  'profile.strip': 'symbols',
  'profile.debug': 'none',
  linker: 'lld 20.1.8',
  features: 'pcre2',
  lockfile: '5f2c1f8de7b2a0915f2c1f8de7b2a0915f2c1f8de7b2a0915f2c1f8de7b2a091',
  'machine.os': 'linux',
  'machine.arch': 'x86_64',
  'machine.cpu': 'AMD EPYC 7763 64-Core Processor',
  'machine.cores': '4',
  'machine.image': 'ubuntu-24.04 20260821.1',
  jobs: '4',
} as const;

export function part(more: Partial<ConfigurationPart> = {}): ConfigurationPart {
  return {
    configuration: 'default',
    base: { sha: BASE_SHA, distance: 0, source: 'cache' },
    baseIdentity: RIPGREP_IDENTITY,
    headIdentity: RIPGREP_IDENTITY,
    changed: [],
    comparisons: [],
    added: [],
    removed: [],
    failed: [],
    causes: [],
    warnings: [],
    ...more,
  };
}

/** A report that the published schema accepts. */
export function report(...parts: readonly ConfigurationPart[]): Report {
  return reportSchema.parse(assembleReport({ head: MERGE_SHA, parts, tare: '0.1.0' }));
}

/** Rows of a program that did not change, and of a compile time without history. */
export function quietRows(configuration = 'default'): Comparison[] {
  const more = { configuration };
  return [
    row('size rg', 'loadable-bytes', 4_834_816, 4_834_816, more),
    row('size rg', 'file-bytes', 4_838_400, 4_838_400, more),
    row('size rg', 'gzip-bytes', 1_973_110, 1_973_110, more),
    row('size rg', 'text-bytes', 3_301_120, 3_301_120, more),
    row('size rg', 'rodata-bytes', 1_120_004, 1_120_004, more),
    row('size rg', 'bss-bytes', 0, 0, more),
    row('compile workspace', 'cpu-seconds', 61.2, 61.9, { ...more, ...UNJUDGED }),
    row('compile workspace', 'wall-time', 18.3, 18.1, { ...more, ...UNJUDGED }),
    row('compile workspace', 'units', 54, 54, more),
  ];
}

/** The seeded regression: fat LTO was switched off in the profile. */
export function regressionReport(): Report {
  const cause = setting(
    'profile.lto',
    'fat',
    'off',
    'LTO usually moves run time by 3 to 10 % and size by 10 to 25 %; in one measured project this step made code +42 %',
  );
  const why = [cause];
  return report(
    part({
      headIdentity: { ...RIPGREP_IDENTITY, 'profile.lto': 'off' },
      changed: [{ field: 'profile.lto', before: 'fat', after: 'off' }],
      causes: [cause],
      comparisons: [
        row('size rg', 'loadable-bytes', 4_834_816, 4_949_914, { ...REGRESSED, why }),
        row('size rg', 'file-bytes', 4_838_400, 4_954_112, { ...REGRESSED, why }),
        row('size rg', 'gzip-bytes', 1_973_110, 2_004_881, { ...REGRESSED, why }),
        row('size rg', 'text-bytes', 3_301_120, 3_406_592, { ...REGRESSED, why }),
        row('size rg', 'rodata-bytes', 1_120_004, 1_129_630, { ...REGRESSED, why }),
        row('size rg', 'unwind-bytes', 402_104, 402_104),
        row('size rg', 'bss-bytes', 0, 0),
        row('compile workspace', 'cpu-seconds', 61.2, 48.9, { ...UNJUDGED }),
        row('compile workspace', 'wall-time', 18.3, 13.1, { ...UNJUDGED }),
        row('compile workspace', 'peak-rss', 912_334_848, 702_334_848, { ...UNJUDGED }),
        row('compile workspace', 'units', 54, 54),
      ],
    }),
  );
}
