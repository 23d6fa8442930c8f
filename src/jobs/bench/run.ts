import {
  type InstructionCounts,
  type JudgedBench,
  judgeBench,
  judgeCounts,
  type PairedCase,
} from '../../compare/bench.ts';
import { decide } from '../../compare/procedure.ts';
import type { BenchRun, TimePair } from '../../measure/bench/case.ts';
import type { Decisions } from '../../measure/bench/decisions.ts';
import { inMinutes } from '../../measure/bench/minutes.ts';
import { type PairedReport, runPaired } from '../../measure/bench/paired-runner.ts';
import type { BenchData } from '../../measure/report-data.ts';
import type { BenchRunFacts } from '../../report/report.ts';
import { plural } from '../../report/wording.ts';
import type { JobPorts } from '../ports.ts';
import type { Workplace } from '../workplace.ts';
import { pairUp } from './cases.ts';
import { chosen } from './chosen.ts';
import { type Counts, countBenches } from './counts.ts';
import { foreignFiles } from './foreign-files.ts';
import { judgeNoise, noiseFloor } from './noise.ts';
import { type Placement, placementOf } from './placement.ts';
import { type BenchRequest, contextOf, earlierOf, seedOf, stateOf } from './request.ts';
import { type Split, splitUnchanged } from './unchanged.ts';

export interface BenchResult {
  readonly judged: JudgedBench;
  /** What was judged: the times of every case that did not fail. */
  readonly measured: readonly PairedCase[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly failed: readonly { readonly case: string; readonly message: string; readonly output: string }[];
  readonly warnings: readonly string[];
  /** null when nothing was run. */
  readonly facts: BenchRunFacts | null;
  /** Benchmarks that were not timed, because their programs are the same on both sides. */
  readonly unchanged: readonly string[];
  /** All of it before any judgement. */
  readonly raw: RawBench;
}

/** What benchmarks left, as `report-data.json` has it. */
export type RawBench = Omit<BenchData, 'base'>;

/** Runs base and head against each other and judges them; the correction over the report is the caller's. */
export async function runBenches(
  request: BenchRequest,
  workplace: Workplace,
  ports: JobPorts,
): Promise<BenchResult> {
  const folder = await workplace.empty('paired');
  const { sides } = request;
  const all = chosen(
    await pairUp(sides, request.config, request.configuration, folder, request.times),
    request.only,
  );
  const split = splitUnchanged(all, sides, request.changed ?? null);
  const { paired, unchanged } = split;
  const { cases } = paired;
  if (unchanged.length > 0) ports.logger.info(notTimed(unchanged.length, sides));
  const timed = cases.filter(({ metric }) => metric === 'wall-time');
  if (cases.length === 0) return nothingRun(split, request);
  return ports.logger.group(
    `Run ${plural(cases.length, 'benchmark')} of base and head in turn, at most ${inMinutes(request.minutes)}`,
    async () => {
      const warnings = await foreignFiles(cases, sides, request.changed ?? null);
      const counts = await countBenches(cases, request, folder, ports);
      const report = await runPaired({
        cases: timed.map(({ benchCase }) => benchCase),
        decisions: decisionsFor(request),
        minutes: request.minutes - counts.minutesSpent,
        statedMinutes: request.minutes,
        seed: seedOf(request),
        temporary: folder,
        runner: ports.runner,
        logger: ports.logger,
        priority: ports.priority,
      });
      const layouts = await placementOf(report, timed, request, folder, ports);
      const told = { ...counts, warnings: [...warnings, ...counts.warnings] };
      return resultOf(report, layouts, told, split, request);
    },
  );
}

function notTimed(count: number, { base }: BenchRequest['sides']): string {
  const commit = base.measurement.commit.slice(0, 10);
  return count === 1
    ? `1 benchmark was not timed: its program is that of ${commit}, byte for byte.`
    : `${count} benchmarks were not timed: their programs are those of ${commit}, byte for byte.`;
}

function nothingRun({ paired, unchanged }: Split, { minutes }: BenchRequest): BenchResult {
  const { added, removed, failed } = paired;
  const rows = failed.map((row) => ({ ...row, output: '' }));
  const judged = { rows: [], failed: [] };
  const none = { noise: [], load: null, cases: 0, pairs: 0, minutes: 0, budget: minutes };
  const facts = unchanged.length === 0 ? null : { ...none, unchanged: unchanged.length };
  const raw: RawBench = {
    cases: [],
    counts: [],
    failed: rows,
    warnings: [],
    run: facts && { ...facts, noise: [] },
  };
  return { judged, measured: [], added, removed, failed: rows, warnings: [], facts, unchanged, raw };
}

function decisionsFor(request: BenchRequest): Decisions {
  const step = (name: string, screening: readonly TimePair[], confirmation: readonly TimePair[]) =>
    decide({ ...stateOf(name, screening, confirmation, request), spent: false });
  return {
    decide: ({ name }, pairs) => {
      const decision = step(name, pairs, []);
      return decision.kind === 'pairs' ? { more: decision.more } : 'stop';
    },
    confirm: ({ name }, pairs, fresh) => {
      const decision = step(name, pairs, fresh);
      return decision.kind === 'confirm' ? { more: decision.more } : 'stop';
    },
  };
}

function resultOf(
  report: PairedReport,
  placement: Placement,
  counts: Counts,
  split: Split,
  request: BenchRequest,
): BenchResult {
  const { paired, unchanged } = split;
  const cases: PairedCase[] = [];
  const failed = paired.failed.map((row) => ({ ...row, output: '' }));
  for (const run of report.runs) {
    const placed = placement.get(run.name);
    if (run.failed !== null)
      failed.push({ case: run.name, message: run.failed.reason, output: run.failed.output });
    else if (run.pairs.length === 0 && run.note !== null)
      failed.push({ case: run.name, message: run.note, output: run.output });
    else cases.push(measuredCase(run, placed, countsOf(run.name, counts), request));
  }
  const counted = paired.cases.filter(({ metric }) => metric === 'instructions');
  for (const run of counts.runs.values()) {
    if (run.kind === 'failed')
      failed.push({ case: run.name, message: run.failure.reason, output: run.failure.output });
  }
  const noise = judgeNoise(report.noise.map(({ name, pairs }) => ({ case: name, pairs })));
  const context = contextOf(request, noiseFloor(noise));
  const judged = judgeBench(cases, context);
  const onlyCounted = counted.flatMap(({ benchCase: { name, category } }) => {
    const instructions = countsOf(name, counts);
    return instructions === null ? [] : [{ name, category, instructions }];
  });
  const warnings = [
    ...counts.warnings,
    ...report.warnings,
    ...report.runs.flatMap(({ name, note, pairs }) =>
      note === null || pairs.length === 0 ? [] : [`${name}: ${note}`],
    ),
  ];
  return {
    judged: { ...judged, rows: [...judged.rows, ...judgeCounts(onlyCounted, context)] },
    measured: cases,
    added: paired.added,
    removed: paired.removed,
    failed: [...failed, ...judged.failed.map((row) => ({ ...row, output: '' }))],
    warnings,
    facts: {
      ...runOf(report, counts, request),
      noise: noise.map(({ fact }) => fact),
      ...(counts.how === null ? {} : { instructions: counts.how }),
      ...(unchanged.length === 0 ? {} : { unchanged: unchanged.length }),
    },
    unchanged,
    raw: {
      cases: cases.map(rawCase),
      counts: onlyCounted.map(({ name, instructions }) => ({ case: name, ...instructions })),
      failed,
      warnings,
      run: rawRun(report, counts, split, request),
    },
  };
}

function rawCase(measured: PairedCase): RawBench['cases'][number] {
  const { name, screening, confirmation, layouts, instructions } = measured;
  const pairs = (times: readonly TimePair[]) => times.map(([base, head]): [number, number] => [base, head]);
  const sides = (times: readonly (readonly number[])[]) => times.map((layout) => [...layout]);
  return {
    case: name,
    instructions,
    screening: pairs(screening),
    confirmation: pairs(confirmation),
    layouts:
      layouts === null || 'unavailable' in layouts
        ? layouts
        : { base: sides(layouts.base), head: sides(layouts.head) },
  };
}

function rawRun(
  report: PairedReport,
  counts: Counts,
  { unchanged }: Split,
  request: BenchRequest,
): RawBench['run'] {
  const noise = report.noise.map(({ name, pairs }) => ({
    case: name,
    pairs: pairs.map(([base, head]): [number, number] => [base, head]),
  }));
  return {
    ...runOf(report, counts, request),
    noise,
    ...(counts.how === null ? {} : { instructions: counts.how }),
    ...(unchanged.length === 0 ? {} : { unchanged: unchanged.length }),
  };
}

/** What was counted of a case; null where nothing was. */
function countsOf(name: string, { runs }: Counts): InstructionCounts | null {
  const run = runs.get(name);
  if (run?.kind !== 'counted') return null;
  const { before, after, spread } = run;
  return { before, after, spread };
}

function measuredCase(
  run: BenchRun,
  placed: ReturnType<Placement['get']>,
  instructions: InstructionCounts | null,
  request: BenchRequest,
): PairedCase {
  const layouts = placed === undefined || 'unavailable' in placed ? (placed ?? null) : placed.times;
  const { name, category, pairs, confirmation } = run;
  return {
    name,
    category,
    screening: pairs,
    confirmation,
    layouts,
    earlier: earlierOf(name, request),
    instructions,
  };
}

function runOf(
  report: PairedReport,
  { minutesSpent }: Counts,
  { minutes }: BenchRequest,
): Omit<BenchRunFacts, 'noise'> {
  const { load, runs, secondsSpent } = report;
  return {
    load: load === null ? null : { average: [...load.average], others: load.others, steal: load.steal },
    cases: runs.length,
    pairs: runs.reduce((sum, run) => sum + run.pairs.length + run.confirmation.length, 0),
    minutes: minutesSpent + secondsSpent / 60,
    budget: minutes,
  };
}
