import { type JudgedRow, judgeBench, judgeCounts, type PairedCase } from '../../compare/bench.ts';
import { benchFilter } from '../../config/benches.ts';
import type { Config, Configuration } from '../../config/config.ts';
import { axisOf } from '../../measure/metric.ts';
import type { BenchCaseData, BenchData, HeadData } from '../../measure/report-data.ts';
import type { ConfigurationPart } from '../../report/assemble.ts';
import type { BenchRunFacts } from '../../report/report.ts';
import { earlierRatios } from '../../store/history.ts';
import type { Base } from '../base.ts';
import { judgeNoise, noiseFloor } from '../bench/noise.ts';
import { names } from './not-published.ts';

export interface BenchSides {
  /** Main's baseline. */
  readonly base: Base;
  readonly head: HeadData;
  /** The default branch's. */
  readonly config: Config;
  readonly configuration: Configuration;
}

export interface JudgedBenchData {
  readonly rows: readonly JudgedRow[];
  /** Names of benchmarks that only one side has. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly failed: ConfigurationPart['failed'];
  readonly warnings: readonly string[];
  readonly facts: BenchRunFacts | null;
}

/** Judges raw times again; cases that main does not measure are left out, and all of them where another base was run. */
export function judgeBenchData(data: BenchData, sides: BenchSides): JudgedBenchData {
  const { base, head, config, configuration } = sides;
  const baseBenches = base.measurement.benches.map((each) => each.case);
  const added = head.benches.filter((name) => !baseBenches.includes(name));
  const removed = baseBenches.filter((name) => !head.benches.includes(name));
  if (data.base !== base.sha) {
    const warning = `The benchmarks were run against ${data.base.slice(0, 10)}, and main's nearest baseline is ${base.sha.slice(0, 10)}: they were left out.`;
    return { rows: [], added, removed, failed: [], warnings: [warning, ...data.warnings], facts: null };
  }
  const wanted = wantedCases(sides);
  const cases = data.cases.filter((each) => wanted.has(each.case));
  const noise = judgeNoise((data.run?.noise ?? []).filter((each) => wanted.has(each.case)));
  const context = { configuration: configuration.name, cases: config.cases, noise: noiseFloor(noise) };
  const judged = judgeBench(
    cases.map((each) => measuredCase(each, sides)),
    context,
  );
  const counted = data.counts.filter((each) => wanted.has(each.case));
  const counts = counted.map(({ case: name, ...instructions }) => {
    return { name, category: categoryOf(name, sides), instructions };
  });
  const left = [...data.cases, ...data.counts].map((each) => each.case).filter((name) => !wanted.has(name));
  const isNone = left.length > 0 && cases.length + counted.length === 0;
  return {
    rows: [...judged.rows, ...judgeCounts(counts, context)],
    added,
    removed,
    failed: [...data.failed, ...judged.failed.map((row) => ({ ...row, output: '' }))],
    warnings: [
      ...data.warnings,
      ...(left.length > 0
        ? [`Left out, since the default branch has no such benchmark: ${names(left)}.`]
        : []),
    ],
    facts: data.run === null || isNone ? null : { ...data.run, noise: noise.map(({ fact }) => fact) },
  };
}

/** What main itself would have run: its baseline's benchmarks and imported numbers, and its configuration's commands. */
function wantedCases({ base, config, configuration }: BenchSides): ReadonlySet<string> {
  const wanted = benchFilter(config.benches);
  const { benches, values } = base.measurement;
  const commands = config.benches.commands
    .filter(({ configurations }) => configurations?.includes(configuration.name) ?? true)
    .map(({ name }) => `bench ${name}`);
  const stored = [...benches, ...values.filter((value) => axisOf(value.case) === 'bench')];
  return new Set([...stored.map((each) => each.case), ...commands].filter(wanted));
}

function measuredCase({ case: name, ...times }: BenchCaseData, sides: BenchSides): PairedCase {
  const earlier = earlierRatios(sides.base.history).get(name) ?? [];
  return { name, category: categoryOf(name, sides), ...times, earlier };
}

/** The configuration's; what another tool measured may be secondary where the configuration has such numbers. */
function categoryOf(name: string, { head, config }: BenchSides): PairedCase['category'] {
  const command = config.benches.commands.find((each) => `bench ${each.name}` === name);
  const secondary = head.secondary.includes(name) && config.benches.numbers.some(isSecondary);
  return command?.category ?? (secondary ? 'secondary' : 'primary');
}

function isSecondary({ category }: Config['benches']['numbers'][number]): boolean {
  return category === 'secondary';
}
