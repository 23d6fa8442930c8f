import type { Cause, Comparison } from '../../src/compare/comparison.ts';
import { assembleReport, type ConfigurationPart } from '../../src/report/assemble.ts';
import { knownMetric } from '../../src/report/label.ts';
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
  const known = knownMetric(caseName, metric);
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
  return reportSchema.parse(assembleReport({ job: 'check', head: MERGE_SHA, parts, tare: '0.1.0' }));
}

/** What `record` writes. */
export function recordReport(...parts: readonly ConfigurationPart[]): Report {
  return reportSchema.parse(assembleReport({ job: 'record', head: HEAD_SHA, parts, tare: '0.1.0' }));
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
    'usually 10–25 % of size, 3–10 % of run time; in one measured project this step moved code +42 %',
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

/** A smaller program after a dependency was dropped. */
export function improvementReport(): Report {
  const gone: Cause = {
    kind: 'lockfile',
    subject: 'bstr',
    before: '1.12.0',
    after: null,
    amount: null,
    note: 'removed',
  };
  const why = [gone];
  return report(
    part({
      changed: [{ field: 'lockfile', before: RIPGREP_IDENTITY.lockfile, after: '77'.repeat(32) }],
      causes: [gone],
      comparisons: [
        ...quietRows().filter((other) => !other.case.startsWith('size')),
        row('size rg', 'loadable-bytes', 4_834_816, 4_704_000, { ...IMPROVED, why }),
        row('size rg', 'file-bytes', 4_838_400, 4_706_304, { ...IMPROVED, why }),
        row('size rg', 'text-bytes', 3_301_120, 3_190_016, { ...IMPROVED, why }),
      ],
    }),
  );
}

/** Sizes and many benchmarks that moved in both directions, with failures, additions and warnings. */
export function mixedReport(): Report {
  const rows = Array.from({ length: 40 }, (_, index) => {
    const name = `bench ${['sort', 'parse', 'search', 'walk'][index % 4]}/${10 ** (1 + (index % 5))}/${index}`;
    const before = 0.0004 * (1 + index) ** 1.3;
    const change = index % 5 === 0 ? 0.021 + index / 900 : index % 7 === 0 ? -0.03 - index / 1000 : 0.002;
    const paired = {
      category: index % 3 === 0 ? ('secondary' as const) : ('primary' as const),
      threshold: 0.01,
      samples: 30,
      change,
      ci: [change - 0.007, change + 0.008],
    } satisfies Partial<Comparison>;
    const judged = change > 0.01 ? REGRESSED : change < -0.01 ? IMPROVED : {};
    return row(name, 'wall-time', before, before * (1 + change), { ...paired, ...judged });
  });
  return report(
    part({
      comparisons: [
        ...quietRows().filter((other) => other.metric !== 'loadable-bytes'),
        row('size rg', 'loadable-bytes', 4_834_816, 4_874_816, {
          ...REGRESSED,
          magnitude: 'medium',
          why: [
            { kind: 'crate', subject: 'regex_automata', before: null, after: null, amount: 31_540, note: '' },
            {
              kind: 'lockfile',
              subject: 'regex',
              before: '1.11.1',
              after: '1.12.0',
              amount: null,
              note: 'updated',
            },
          ],
        }),
        ...rows,
      ],
      added: [
        {
          case: 'bench glob/long',
          values: [{ case: 'bench glob/long', metric: 'wall-time', value: 0.0123 }],
        },
      ],
      removed: [
        { case: 'bench glob/old', values: [{ case: 'bench glob/old', metric: 'wall-time', value: 0.0131 }] },
      ],
      failed: [
        {
          case: 'bench search/unicode',
          message: 'ended with status 101 after 0.4 s',
          output: "thread 'main' panicked at benches/search.rs:41:9:\nassertion failed: matches > 0\n",
        },
      ],
      warnings: [
        'The stored baseline tare-1-default-linux is corrupt (sha256 of bin/rg differs) and was ignored.',
      ],
    }),
  );
}

/** Nothing moved. */
export function quietReport(): Report {
  return report(part({ comparisons: quietRows() }));
}

const FIRST_VALUES = [
  { case: 'size rg', metric: 'loadable-bytes', value: 4_834_816 },
  { case: 'size rg', metric: 'file-bytes', value: 4_838_400 },
  { case: 'size rg', metric: 'gzip-bytes', value: 1_973_110 },
];

/** A pull request before main was ever recorded. */
export function firstReport(): Report {
  return report(
    part({
      base: null,
      baseIdentity: null,
      added: [
        { case: 'size rg', values: FIRST_VALUES },
        {
          case: 'compile workspace',
          values: [
            { case: 'compile workspace', metric: 'cpu-seconds', value: 61.2 },
            { case: 'compile workspace', metric: 'wall-time', value: 18.3 },
            { case: 'compile workspace', metric: 'units', value: 54 },
          ],
        },
      ],
      warnings: ['No baseline of a1b2c3d4e5 or its 9 first-parent ancestors is stored.'],
    }),
  );
}

/** The first baseline of a project. */
export function recordedReport(): Report {
  const { added } = firstReport();
  return recordReport(part({ base: null, baseIdentity: null, added, recorded: 'now' }));
}

/** A commit on main that made the program larger than the baseline before it. */
export function recordedRegressionReport(): Report {
  const why = [setting('profile.lto', 'fat', 'off', 'usually 10–25 % of size, 3–10 % of run time')];
  const worse = row('size rg', 'loadable-bytes', 4_834_816, 4_949_914, { ...REGRESSED, why });
  const rest = quietRows().filter((other) => other.metric !== 'loadable-bytes');
  return recordReport(part({ comparisons: [worse, ...rest], causes: why, recorded: 'now' }));
}

/** The store refused the first baseline. */
export function unrecordedReport(): Report {
  const { added } = firstReport();
  const warnings = ['No baseline was stored: the cache service answered 503; run the job again.'];
  return recordReport(part({ base: null, baseIdentity: null, added, warnings, recorded: 'no' }));
}

/** A compile time beyond main's fence, not proven. */
export function suspiciousReport(): Report {
  const why = [
    judgement('suspicious: beyond the fence of 28 earlier values, not confirmed by a paired rebuild'),
  ];
  return report(
    part({
      comparisons: [
        ...quietRows().filter((other) => other.metric !== 'cpu-seconds'),
        row('compile workspace', 'cpu-seconds', 61.2, 68.7, {
          ...SUSPICIOUS,
          threshold: 0.074,
          samples: 28,
          why,
        }),
      ],
    }),
  );
}

/** Two configurations: one grew, one did not; the second one's baseline is older. */
export function twoConfigurationsReport(): Report {
  const musl = { ...RIPGREP_IDENTITY, target: 'x86_64-unknown-linux-musl' };
  return report(
    part({
      comparisons: [
        ...quietRows().filter((other) => other.metric !== 'loadable-bytes'),
        row('size rg', 'loadable-bytes', 4_834_816, 4_949_914, REGRESSED),
      ],
    }),
    part({
      configuration: 'musl',
      base: { sha: BASE_SHA, distance: 2, source: 'cache' },
      baseIdentity: musl,
      headIdentity: musl,
      comparisons: quietRows('musl'),
    }),
  );
}

/** The head does not compile. */
export function unbuiltReport(): Report {
  const output = `error[E0425]: cannot find value \`needle\` in this scope
   --> crates/core/main.rs:77:20
    |
 77 |     search(args, \`\`\`needle)
    |                  ^^^^^^ not found in this scope

error: could not compile \`ripgrep\` (bin "rg") due to 1 previous error`;
  return report(
    part({
      base: null,
      baseIdentity: null,
      headIdentity: {},
      failed: [{ case: 'compile workspace', message: 'cargo build ended with status 101', output }],
    }),
  );
}

/** A program over its budget, on a report with no other change. */
export function budgetReport(): Report {
  const budget = { budget: 4_718_592, overBudget: true, ...REGRESSED };
  return report(
    part({
      comparisons: [
        ...quietRows().filter((other) => other.metric !== 'loadable-bytes'),
        row('size rg', 'loadable-bytes', 4_704_000, 4_834_816, budget),
      ],
    }),
  );
}

/** Strings that try to be something else than text in Markdown, HTML, GitHub or a terminal. */
export const HOSTILE = [
  '<!-- tare -->',
  '<img src=x onerror=alert(1)>',
  '</summary></details><h1>pwned</h1>',
  '@torvalds please look',
  'fixes #1 and GH-2 and a/b#3',
  '[click](https://evil.example) ![x](https://evil.example/x.png)',
  'https://evil.example www.evil.example a@evil.example',
  '`` ``` ` |a|b\\|c\\\\|',
  'line\r\n\n# heading\n- list\n| a | b |\n|---|---|',
  'right\u202eto left\u202c zero\u200bwidth \u0000\u001b[31mred\u001b[0m',
  '**bold** _em_ ~~gone~~ :tada: $x^2$ &lt;b&gt; \\*',
  '::error::pwned',
  `Z${'\u0301'.repeat(60)}algo`,
  '漢字'.repeat(80),
  '\ud83d',
] as const;

/** Hostile text in every field that comes from outside. */
export function hostileReport(texts: readonly string[] = HOSTILE): Report {
  const pick = (index: number) => texts[index % texts.length] || '-';
  const cause = (index: number): Cause => ({
    kind: index % 2 === 0 ? 'setting' : 'function',
    subject: pick(index),
    before: pick(index + 1),
    after: pick(index + 2),
    amount: 12,
    note: pick(index + 3),
  });
  const rows = texts.map((_, index) =>
    row(`size ${pick(index)}`.slice(0, 400), 'loadable-bytes', 4_834_816, 4_949_914 + index, {
      ...REGRESSED,
      configuration: pick(index + 4).slice(0, 400),
      why: [cause(index)],
    }),
  );
  const other = row(pick(5).slice(0, 400), 'loadable-bytes', 10, 20, REGRESSED);
  const unknown = row('size rg', pick(3).slice(0, 400), 10, 20);
  const bench = {
    noise: texts
      .map((_, index) => ({ case: pick(index).slice(0, 400), change: 0.001, ci: null, pairs: 20 }))
      .slice(0, 100),
    load: null,
    cases: 1,
    pairs: 20,
    minutes: 1,
    budget: 10,
  };
  const identity = Object.fromEntries(
    texts.map((text, index) => [`profile.${pick(index)}`.slice(0, 400), text]),
  );
  return report(
    part({
      configuration: pick(0).slice(0, 400),
      headIdentity: { ...identity, 'toolchain.rustc': pick(2), target: pick(3), lockfile: pick(1) },
      changed: texts.map((text, index) => ({
        field: pick(index).slice(0, 400),
        before: text,
        after: pick(index + 1),
      })),
      comparisons: [...rows, other, unknown],
      added: [
        {
          case: pick(6).slice(0, 400),
          values: [{ case: pick(6).slice(0, 400), metric: pick(7).slice(0, 400), value: 1 }],
        },
      ],
      removed: [{ case: pick(8).slice(0, 400), values: [] }],
      failed: texts.map((text, index) => ({ case: pick(index).slice(0, 400), message: text, output: text })),
      attributions: [
        {
          case: `size ${pick(0)}`.slice(0, 400),
          level: 'crates',
          method: 'symbols',
          fallback: pick(2),
          movements: texts.map((_, index) => ({
            crate: pick(index),
            function: pick(index + 1),
            section: null,
            before: 10,
            after: 1000 - index,
            copiesBefore: 1,
            copiesAfter: 2,
          })),
        },
      ],
      causes: texts.map((_, index) => cause(index)),
      warnings: texts,
      bench,
    }),
    part({ configuration: pick(1).slice(0, 400), base: null }),
  );
}
