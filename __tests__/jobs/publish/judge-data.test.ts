import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { loadConfig, NO_OVERRIDES } from '../../../src/config/load.ts';
import { type JudgeRequest, judgeData } from '../../../src/jobs/publish/judge-data.ts';
import { NotPublished } from '../../../src/jobs/publish/not-published.ts';
import type { PublishGitHub, PublishPorts } from '../../../src/jobs/publish/ports.ts';
import type { Workplace } from '../../../src/jobs/workplace.ts';
import type { Acceptance } from '../../../src/measure/history-record.ts';
import type { Measurement } from '../../../src/measure/measurement.ts';
import {
  type ConfigurationData,
  type HeadData,
  type ReportData,
  reportDataSchema,
} from '../../../src/measure/report-data.ts';
import { MAX_COMMENT, renderComment } from '../../../src/report/comment.ts';
import { type Report, reportSchema } from '../../../src/report/report.ts';
import { IDENTITY, measurement, type Numbers } from '../../compare/fixtures.ts';
import { expectInert } from '../../support/markdown.ts';
import { recordingLogger } from '../../support/recording-logger.ts';
import { HOSTILE } from '../../support/reports.ts';

const BASE = 'b'.repeat(40);
const HEAD = 'c'.repeat(40);
const MERGE = 'd'.repeat(40);
const NUMBERS: Numbers = {
  'size rg': { 'loadable-bytes': 1_000_000, 'file-bytes': 2_000_000 },
  'compile workspace': { 'cpu-seconds': 60 },
};
const BENCH = {
  case: 'bench sort',
  file: 'bench/sort',
  args: [],
  home: [],
  metric: 'wall-time' as const,
  reads: null,
  directory: '',
};
const MAIN = measurement(NUMBERS, { commit: BASE, benches: [BENCH] });

function headData(changes: Partial<HeadData> = {}): HeadData {
  return {
    toolchain: 'cargo',
    identity: IDENTITY,
    packages: [],
    values: MAIN.values,
    attributions: [],
    benches: ['bench sort'],
    secondary: [],
    warnings: [],
    ...changes,
  };
}

function part(changes: Partial<ConfigurationData> = {}): ConfigurationData {
  return {
    configuration: 'default',
    head: headData(),
    compile: null,
    bench: null,
    failed: [],
    warnings: [],
    ...changes,
  };
}

function dataOf(...configurations: readonly ConfigurationData[]): ReportData {
  const pullRequest = { number: 5, headSha: HEAD };
  return reportDataSchema.parse({ schema: 1, tare: '0.1.0', commit: MERGE, pullRequest, configurations });
}

const configOf = (toml = ''): Promise<Config> =>
  loadConfig({
    root: '/r',
    directory: '/r',
    file: null,
    overrides: NO_OVERRIDES,
    readFile: async (path) => (path === 'tare.toml' ? Buffer.from(toml) : null),
  });

interface World {
  readonly toml?: string;
  readonly base?: Measurement | null;
  readonly own?: boolean;
  readonly message?: string;
  readonly commands?: readonly Acceptance[];
}

async function judge(data: ReportData, world: World = {}): Promise<Report> {
  const { toml, base = MAIN, own = false, message = '', commands = [] } = world;
  const request: JudgeRequest = {
    data,
    config: await configOf(toml),
    project: '',
    commits: { head: MERGE, commits: [BASE] },
    pullRequest: { number: 5, headSha: HEAD, own },
  };
  const nothing = async (): Promise<never> => {
    throw new Error('Nothing else may be asked.');
  };
  const github: PublishGitHub = {
    openPullRequests: nothing,
    artifacts: nothing,
    download: nothing,
    commit: nothing,
    mergeBase: nothing,
    firstParents: nothing,
    changedFiles: async () => [],
  };
  const ports: PublishPorts = {
    logger: recordingLogger(),
    github,
    changes: {
      commits: async () => [{ message, author: 'somebody' }],
      pullRequestOf: nothing,
      labelledBy: async () => null,
      commandsOf: async () => commands,
    },
    store: {
      find: async ({ into }) =>
        base === null
          ? null
          : { measurement: base, history: [], directory: into, distance: 0, source: 'cache' as const },
      save: nothing,
    },
    loadConfig: nothing,
    publish: nothing,
    temporary: '/nowhere',
  };
  const workplace: Workplace = {
    directory: '/nowhere',
    empty: async (name) => `/nowhere/${name}`,
    setAside: nothing,
    remove: nothing,
  };
  return judgeData(request, workplace, ports);
}

const grown = headData({
  values: MAIN.values.map((value) => ({ ...value, value: value.value * 1.5 })),
});
const pairs = (ratio: number) =>
  Array.from({ length: 12 }, (_, index): [number, number] => [1 + index / 1e4, ratio + index / 1e4]);
const fresh = (ratio: number) => [...pairs(ratio), ...pairs(ratio), ...pairs(ratio), ...pairs(ratio)];
const bench = (name: string, ratio: number, base = BASE): ConfigurationData['bench'] => ({
  base,
  cases: [
    {
      case: name,
      instructions: null,
      screening: pairs(ratio),
      confirmation: fresh(ratio),
      layouts: { unavailable: 'of a test' },
    },
  ],
  counts: [],
  failed: [],
  warnings: [],
  run: { noise: [], load: null, cases: 1, pairs: 60, minutes: 1, budget: 10 },
});
const rowOf = (report: Report, name: string) => report.comparisons.find((row) => row.case === name);

describe('raw numbers are judged again', () => {
  test('by main’s baseline, not by what the data says', async () => {
    const report = await judge(dataOf(part({ head: grown })));
    expect(report).toMatchObject({
      job: 'check',
      verdict: 'regression',
      base: { sha: BASE, distance: 0, source: 'cache' },
      head: { sha: MERGE },
    });
    expect(rowOf(report, 'size rg')).toMatchObject({ before: 1_000_000, after: 1_500_000 });
  });

  test('times, against the base that was run', async () => {
    const report = await judge(dataOf(part({ bench: bench('bench sort', 1.3) })));
    expect(rowOf(report, 'bench sort')).toMatchObject({ verdict: 'regression', samples: 48 });
    expect(report.bench).toMatchObject({ cases: 1, pairs: 60 });
  });

  test('a changed bench profile is the likely cause in the headline of a run time that moved', async () => {
    const profile = (level: string) => ({ 'profile.name': 'bench', 'profile.opt-level': level });
    const base = { ...MAIN, benchProfile: profile('3') };
    const slow = headData({ benchProfile: profile('1') });
    const report = await judge(dataOf(part({ head: slow, bench: bench('bench sort', 1.3) })), { base });
    expect(rowOf(report, 'bench sort')?.why).toContainEqual(
      expect.objectContaining({
        kind: 'setting',
        subject: 'profile.bench.opt-level',
        before: '3',
        after: '1',
      }),
    );
    expect(
      renderComment(report, { headSha: HEAD, marker: '<!-- tare -->', maxLength: MAX_COMMENT }),
    ).toContain('**Likely cause:** `profile.bench.opt-level`: `3` → `1`.');
  });

  test('a time of both sides in one job stands in for those of two', async () => {
    const numbers = { 'bench sort': { 'imported-time': 1 }, 'bench other': { 'imported-time': 1 } };
    const base = measurement({ ...NUMBERS, ...numbers }, { commit: BASE, benches: [BENCH] });
    const head = headData({ values: base.values });
    const report = await judge(dataOf(part({ head, bench: bench('bench sort', 1.3) })), { base });
    const rows = report.comparisons.filter((row) => row.case.startsWith('bench '));
    expect(rows.map((row) => `${row.case} ${row.metric}`).sort()).toEqual([
      'bench other imported-time',
      'bench sort wall-time',
    ]);
  });

  test('times against another base are left out', async () => {
    const report = await judge(dataOf(part({ bench: bench('bench sort', 1.3, HEAD) })));
    expect(rowOf(report, 'bench sort')).toBeUndefined();
    expect(report.warnings).toEqual([
      "The benchmarks were run against cccccccccc, and main's nearest baseline is bbbbbbbbbb: they were left out.",
    ]);
  });

  test('a benchmark that main does not have is left out', async () => {
    const report = await judge(dataOf(part({ bench: bench('bench theirs', 0.5) })));
    expect(report.comparisons.some((row) => row.case === 'bench theirs')).toBe(false);
    expect(report.bench).toBeNull();
    expect(report.warnings).toEqual([
      'Left out, since the default branch has no such benchmark: "bench theirs".',
    ]);
  });

  test('benchmarks that main’s file switches off are left out', async () => {
    const data = dataOf(part({ bench: bench('bench sort', 1.3) }));
    const report = await judge(data, { toml: '[benches]\nenabled = false\n' });
    expect(rowOf(report, 'bench sort')).toBeUndefined();
  });

  test('without a baseline of main’s there is no verdict, whatever was run', async () => {
    const report = await judge(dataOf(part({ head: grown, bench: bench('bench sort', 1.3) })), {
      base: null,
    });
    expect(report).toMatchObject({ verdict: 'inconclusive', base: null, comparisons: [], bench: null });
    expect(report.added.map((row) => row.case)).toEqual(['size rg', 'compile workspace']);
  });

  test('the own crates, where both stages have the same base', async () => {
    const rounds = pairs(1.4).slice(0, 6);
    const crates = [
      { name: 'core', before: rounds.map(([one]) => one), after: rounds.map(([, two]) => two) },
    ];
    const compile = (base: string) => ({ kind: 'rounds' as const, base, rounds, crates });
    const own = (report: Report) => report.comparisons.find(({ metric }) => metric === 'own-cpu-seconds');
    const report = await judge(dataOf(part({ compile: compile(BASE) })));
    expect(own(report)).toMatchObject({ verdict: 'regression', samples: 6 });
    expect(report.crates).toHaveLength(1);
    expect(own(await judge(dataOf(part({ compile: compile(HEAD) }))))).toBeUndefined();
  });

  test('limits come from main’s file', async () => {
    const lax = await judge(dataOf(part({ head: grown })), { toml: '[size]\nchange = "90%"\n' });
    expect(rowOf(lax, 'size rg')?.verdict).toBe('none');
    const strict = '[[case]]\nmatch = "size rg"\nbudget = "1 KiB"\n';
    expect(rowOf(await judge(dataOf(part()), { toml: strict }), 'size rg')?.overBudget).toBe(true);
  });

  test('a case is secondary only where main’s file has such numbers, and its name stands for no others', async () => {
    const values = [{ case: 'bench *', metric: 'imported-bytes', value: 5 }];
    const base = measurement(
      { ...NUMBERS, 'bench *': { 'imported-bytes': 1 }, 'bench x': { 'imported-bytes': 1 } },
      { commit: BASE },
    );
    const head = headData({
      values: [...values, { ...values[0], case: 'bench x', value: 5, metric: 'imported-bytes' }],
      secondary: ['bench *'],
    });
    const numbers = '[[numbers]]\nfile = "n.json"\nformat = "bmf"\ncategory = "secondary"\n';
    for (const toml of ['', numbers]) {
      const report = await judge(dataOf(part({ head })), { toml, base });
      expect(rowOf(report, 'bench x')?.category).toBe('primary');
    }
  });
});

describe('configurations', () => {
  const two = '[[configuration]]\nname = "default"\n\n[[configuration]]\nname = "musl"\n';

  test('one that was not measured, and one that main does not have, are told', async () => {
    const report = await judge(dataOf(part(), part({ configuration: 'theirs' })), { toml: two });
    expect(report.others).toEqual([]);
    expect(report.warnings).toEqual([
      'The pull request\'s run did not measure "musl".',
      'Left out, since the default branch has no such configuration: "theirs".',
    ]);
  });

  test('none that main has is refused', async () => {
    const data = dataOf(part({ configuration: 'theirs' }));
    await expect(judge(data, { toml: two })).rejects.toThrow(NotPublished);
  });

  test('one that did not build is a failure, with or without a reason', async () => {
    const failed = [{ case: 'compile workspace', message: 'error[E0308]', output: 'mismatched types' }];
    const report = await judge(dataOf(part({ head: null, failed })));
    expect(report.failed).toEqual([{ configuration: 'default', ...failed[0] }]);
    const silent = await judge(dataOf(part({ head: null })));
    expect(silent.failed).toMatchObject([{ case: 'compile workspace', message: 'nothing was built' }]);
  });
});

describe('accepting', () => {
  const message = 'Grow\n\nTare-Accept: "size rg" it is worth it\n';
  const command: Acceptance = { case: 'size rg', reason: 'agreed', by: 'owner', via: 'command' };

  test('a stranger’s commit accepts nothing', async () => {
    const report = await judge(dataOf(part({ head: grown })), { message });
    expect(report.accepted).toEqual([]);
  });

  test('a commit of the repository’s own branch does, and so does a command', async () => {
    const own = await judge(dataOf(part({ head: grown })), { message, own: true });
    expect(own.accepted).toMatchObject([{ case: 'size rg', reason: 'it is worth it', via: 'trailer' }]);
    const commanded = await judge(dataOf(part({ head: grown })), { message, commands: [command] });
    expect(commanded.accepted).toEqual([command]);
  });
});

describe('any data that fits the schema', () => {
  const MARKER = '<!-- tare:default head=x run=1.1 -->';
  const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 80 }));
  const name = text.map((each) => each.slice(0, 300) || '-');
  const number = fc.oneof(
    fc.constantFrom(0, 1, Number.MIN_VALUE, Number.MAX_VALUE, Number.MAX_SAFE_INTEGER, 1e-300, 0.25, 1e6),
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  );
  const few = fc.double({ min: 0, max: 100_000, noNaN: true });
  const time = fc.oneof(number, fc.constantFrom(-1, -0, 1e-30, 1e30, 1e31));
  const times = fc.array(fc.tuple(time, time), { maxLength: 40 });
  const layouts = fc.array(fc.array(time, { maxLength: 25 }), { maxLength: 6 });
  const metric = fc.oneof(
    name,
    fc.constantFrom('loadable-bytes', 'cpu-seconds', 'wall-time', 'imported-time'),
  );
  const axis = fc.constantFrom('size', 'compile', 'bench');
  const caseName = fc.tuple(axis, name).map(([word, rest]) => `${word} ${rest}`);
  const known = fc.oneof(caseName, fc.constantFrom('size rg', 'compile workspace', 'bench sort'));
  const failed = fc.array(fc.record({ case: known, message: text, output: text }), { maxLength: 3 });
  const warnings = fc.array(text, { maxLength: 3 });
  const count = fc.oneof(fc.nat(), fc.constantFrom(0, Number.MAX_SAFE_INTEGER));
  const counts = {
    before: count,
    after: count,
    spread: fc.option(fc.double({ min: -100, max: 100, noNaN: true })),
  };
  const cost = fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 1e4, noNaN: true }));
  const found = fc.option(
    fc.oneof(
      fc.record({ kind: fc.constant('unchanged' as const), base: fc.constant(BASE) }),
      fc.record({
        kind: fc.constant('rounds' as const),
        base: fc.constant(BASE),
        rounds: fc.array(fc.tuple(cost, cost), { maxLength: 12 }),
        crates: fc.array(
          fc.record({
            name: fc.option(name),
            before: fc.array(fc.option(cost), { maxLength: 6 }),
            after: fc.array(fc.option(cost), { maxLength: 6 }),
          }),
          { maxLength: 4 },
        ),
      }),
      fc.record({
        kind: fc.constant('apart' as const),
        base: fc.constant(BASE),
        why: text,
        cold: fc.option(fc.oneof(text, fc.array(fc.tuple(cost, cost), { maxLength: 5 }))),
      }),
    ),
  );
  const attribution = fc.record({
    case: fc.constantFrom('size rg', 'size other'),
    method: fc.constantFrom('link-map' as const, 'symbols' as const),
    fallback: fc.option(text),
    rows: fc.array(
      fc.record({
        crate: fc.option(name),
        function: fc.option(name),
        section: fc.constantFrom('text' as const, 'rodata' as const),
        bytes: fc.nat(),
        copies: fc.nat(),
      }),
      { maxLength: 5 },
    ),
  });
  const configuration: fc.Arbitrary<ConfigurationData> = fc.record({
    configuration: fc.constant('default'),
    head: fc.record({
      toolchain: fc.constantFrom('cargo' as const, 'go' as const, 'command' as const),
      identity: fc.dictionary(fc.oneof(name, fc.constantFrom('toolchain.rustc', 'machine.os')), text),
      packages: fc.array(
        fc.record({ name, version: text, role: fc.constantFrom('linked' as const, 'build' as const) }),
        { maxLength: 5 },
      ),
      values: fc.array(fc.record({ case: known, metric, value: number }), { maxLength: 12 }),
      attributions: fc.array(attribution, { maxLength: 2 }),
      benches: fc.array(known, { maxLength: 4 }),
      secondary: fc.array(known, { maxLength: 3 }),
      warnings,
    }),
    compile: found,
    bench: fc.record({
      base: fc.constantFrom(BASE, HEAD),
      cases: fc.uniqueArray(
        fc.record({
          case: known,
          instructions: fc.option(fc.record(counts)),
          screening: times,
          confirmation: times,
          layouts: fc.option(
            fc.oneof(fc.record({ unavailable: text }), fc.record({ base: layouts, head: layouts })),
          ),
        }),
        { maxLength: 3, selector: (each) => each.case },
      ),
      counts: fc.array(fc.record({ case: known, ...counts }), { maxLength: 2 }),
      failed,
      warnings,
      run: fc.option(
        fc.record({
          noise: fc.array(fc.record({ case: known, pairs: times }), { maxLength: 2 }),
          load: fc.constant(null),
          cases: fc.nat(),
          pairs: fc.nat(),
          minutes: few,
          budget: few,
          instructions: text,
        }),
      ),
    }),
    failed,
    warnings,
  });

  test('gives a report that fits its schema, and a comment that is inert and short enough', async () => {
    await fc.assert(
      fc.asyncProperty(configuration, async (one) => {
        const parsed = reportDataSchema.safeParse(dataOf(one));
        expect(parsed.success).toBe(true);
        const report = await judge(dataOf(one), { toml: '[[bench]]\nname = "x"\nrun = "{bin:rg}"\n' });
        expect(reportSchema.safeParse(report).error).toBeUndefined();
        const comment = renderComment(report, { headSha: HEAD, marker: MARKER, maxLength: MAX_COMMENT });
        expect(comment.length).toBeLessThanOrEqual(MAX_COMMENT);
        // Numbers of ours that are beyond all sense may look like a commit.
        expectInert(comment.replace(/\d+\.\d{7,}|\d[\d.]*e[-+]?\d+/g, 'number'), MARKER);
      }),
      { numRuns: 100 },
    );
  });
});
