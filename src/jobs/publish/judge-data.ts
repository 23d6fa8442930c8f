import { benchCauses } from '../../compare/bench-causes.ts';
import type { Config, Configuration } from '../../config/config.ts';
import type { Acceptance } from '../../measure/history-record.ts';
import { MEASUREMENT_SCHEMA, type Measurement } from '../../measure/measurement.ts';
import type { CompileData, ConfigurationData, HeadData, ReportData } from '../../measure/report-data.ts';
import { assembleReport, type ConfigurationPart } from '../../report/assemble.ts';
import type { Report } from '../../report/report.ts';
import { seriesHash } from '../../store/key.ts';
import { VERSION } from '../../version.ts';
import { type Base, baseOf } from '../base.ts';
import { type WeighedPart, withBenches, withBenchResult } from '../bench/weigh.ts';
import { changedByHead } from '../changed-by-head.ts';
import { settleCompile } from '../compile/settle.ts';
import { hasAny } from '../history/accepted.ts';
import { acceptedByPeople } from '../history/changes.ts';
import { readTrailers } from '../history/trailers.ts';
import { comparedPart } from '../part.ts';
import type { Workplace } from '../workplace.ts';
import { judgeBenchData } from './judge-bench-data.ts';
import { NotPublished, names } from './not-published.ts';
import type { PublishPorts } from './ports.ts';
import type { TrustedCommits } from './trusted-commits.ts';

export interface JudgeRequest {
  readonly data: ReportData;
  /** The default branch's. */
  readonly config: Config;
  /** Where the project lies, relative to the repository. */
  readonly project: string;
  readonly commits: TrustedCommits;
  readonly pullRequest: {
    readonly number: number;
    /** Full SHA. */
    readonly headSha: string;
    /** Whether its branch lies in the repository itself, so that its author may write there. */
    readonly own: boolean;
  };
}

/**
 * Judges the raw samples again, as `check` does, with main's own baselines, thresholds and configuration. What the data has
 * beyond them is left out, with a warning.
 * Errors: NotPublished when the data has none of the configurations.
 */
export async function judgeData(
  request: JudgeRequest,
  workplace: Workplace,
  ports: PublishPorts,
): Promise<Report> {
  const { data, config, commits } = request;
  const known = config.configurations.flatMap((configuration) => {
    const own = data.configurations.find((each) => each.configuration === configuration.name);
    return own === undefined ? [] : [{ configuration, own }];
  });
  if (known.length === 0) {
    const wanted = names(config.configurations.map(({ name }) => name));
    throw new NotPublished('warning', `the data has none of the default branch's configurations: ${wanted}`);
  }
  const weighed: WeighedPart[] = [];
  for (const { configuration, own } of known) {
    weighed.push(await judgeConfiguration(configuration, own, request, workplace, ports));
  }
  const [first, ...rest] = withBenches(weighed);
  if (first === undefined) throw new Error('a known configuration has no part');
  const parts = [{ ...first, warnings: [...mismatches(request), ...first.warnings] }, ...rest];
  const accepted = parts.some(hasAny) ? await acceptedOf(request, ports) : [];
  return assembleReport({ job: 'check', head: commits.head, parts, tare: VERSION, rules: config, accepted });
}

/** As `check` asks, but a trailer of a stranger's commit accepts nothing. */
async function acceptedOf(
  { pullRequest, commits, config }: JudgeRequest,
  { changes }: PublishPorts,
): Promise<readonly Acceptance[]> {
  const { number, headSha, own } = pullRequest;
  const [base] = commits.commits;
  const messages = own && base !== undefined ? await changes.commits(base, headSha) : null;
  const { accepted } = readTrailers(messages ?? []);
  return [...accepted, ...(await acceptedByPeople(number, config.accept.label, changes))];
}

/** What differs between what was measured and what the default branch measures, in a reader's words. */
function mismatches({ data, config }: JudgeRequest): string[] {
  const wanted = new Set(config.configurations.map(({ name }) => name));
  const given = new Set(data.configurations.map(({ configuration }) => configuration));
  const missing = [...wanted].filter((name) => !given.has(name));
  const foreign = config.partial === true ? [] : [...given].filter((name) => !wanted.has(name));
  return [
    ...(missing.length > 0 ? [`The pull request's run did not measure ${names(missing)}.`] : []),
    ...(foreign.length > 0
      ? [`Left out, since the default branch has no such configuration: ${names(foreign)}.`]
      : []),
  ];
}

async function judgeConfiguration(
  configuration: Configuration,
  data: ConfigurationData,
  request: JudgeRequest,
  workplace: Workplace,
  ports: PublishPorts,
): Promise<WeighedPart> {
  const { head } = data;
  if (head === null) return { part: unbuiltPart(data), rows: [] };
  const warnings: string[] = [];
  const base = await findBase(configuration, head, request, workplace, ports, warnings);
  const { config, commits } = request;
  const { headSha } = request.pullRequest;
  const byHead = await changedByHead(base, head.identity, (sha) => ports.github.changedFiles(sha, headSha));
  const measured = {
    measurement: measurementOf(data.configuration, head, commits.head),
    failed: data.failed,
    secondary: allowedSecondary(head, config),
  };
  const compared = comparedPart(configuration, base, measured, byHead, config, [
    ...warnings,
    ...data.warnings,
  ]);
  const { part, rows } = settleCompile(compared, compileFindings(data, base, config), config.cases);
  if (base === null || data.bench === null || !config.benches.enabled) return { part, rows };
  const bench = judgeBenchData(data.bench, { base, head, config, configuration });
  return {
    part: withBenchResult(part, bench, base, data.failed),
    rows: [...rows, ...bench.rows],
    explain: benchCauses(base.measurement, measured.measurement, byHead),
  };
}

/** What was compiled side by side says something only against the base that main has. */
function compileFindings(
  { compile: found }: ConfigurationData,
  base: Base | null,
  { compile }: Config,
): CompileData | null {
  return compile.enabled && compile.paired && found?.base === base?.sha ? found : null;
}

function unbuiltPart({ configuration, failed, warnings }: ConfigurationData): ConfigurationPart {
  const none = { comparisons: [], added: [], removed: [], changed: [], causes: [] };
  const compile =
    failed.length > 0 ? failed : [{ case: 'compile workspace', message: 'nothing was built', output: '' }];
  return {
    configuration,
    base: null,
    baseIdentity: null,
    headIdentity: {},
    ...none,
    failed: compile,
    warnings,
  };
}

/** The nearest baseline of main; the system and the toolchain of the head only choose between main's own series. */
async function findBase(
  configuration: Configuration,
  { identity, toolchain }: HeadData,
  { project, commits, config }: JudgeRequest,
  workplace: Workplace,
  { store }: PublishPorts,
  warnings: string[],
): Promise<Base | null> {
  const hash = seriesHash({ project: project || '.', toolchain, target: configuration.target });
  const [os, arch] = [identity['machine.os'] || 'unknown', identity['machine.arch'] || 'unknown'];
  const found = await store.find({
    series: { configuration: configuration.name, os, arch, hash },
    commits: commits.commits.slice(0, config.baseline.ancestors + 1),
    into: await workplace.empty('baseline'),
    onWarning: (warning) => warnings.push(warning),
  });
  return baseOf(found);
}

function measurementOf(configuration: string, head: HeadData, commit: string): Measurement {
  return {
    schema: MEASUREMENT_SCHEMA,
    tare: VERSION,
    commit,
    configuration,
    recorded: new Date(0).toISOString(),
    identity: head.identity,
    ...(head.benchProfile === undefined ? {} : { benchProfile: head.benchProfile }),
    packages: head.packages,
    values: head.values,
    programs: [],
    benches: head.benches.map((name) => ({ ...NO_BENCH, case: name })),
    layouts: [],
    attributions: head.attributions,
    warnings: head.warnings,
  };
}

/** The names of the benchmarks are all that is known of them. */
const NO_BENCH = {
  file: 'bench/unknown',
  args: [],
  home: [],
  metric: 'wall-time' as const,
  reads: null,
  directory: '',
};

/** A case is secondary only where the default branch's file has such numbers; a name never stands for others. */
function allowedSecondary({ secondary }: HeadData, { benches }: Config): readonly string[] {
  const allowed = benches.numbers.some(({ category }) => category === 'secondary');
  return allowed ? secondary.filter((name) => !name.includes('*')) : [];
}
