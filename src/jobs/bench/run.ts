import { type JudgedBench, judgeBench, type PairedCase } from '../../compare/bench.ts';
import { isSigned, type Verdict } from '../../compare/comparison.ts';
import { judgePairs } from '../../compare/paired.ts';
import { decide } from '../../compare/procedure.ts';
import type { BenchRun, TimePair } from '../../measure/bench/case.ts';
import type { Decisions } from '../../measure/bench/decisions.ts';
import { type PairedReport, runPaired } from '../../measure/bench/paired-runner.ts';
import type { BenchRunFacts } from '../../report/report.ts';
import type { JobPorts } from '../ports.ts';
import type { Workplace } from '../workplace.ts';
import { type PairedUp, pairUp } from './cases.ts';
import { type Placement, placementOf } from './placement.ts';
import { type BenchRequest, contextOf, seedOf, stateOf } from './request.ts';

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
}

interface JudgedNoise {
  readonly verdict: Verdict;
  readonly fact: BenchRunFacts['noise'][number];
}

/** Runs base and head against each other and judges them; the correction over the report is the caller's. */
export async function runBenches(
  request: BenchRequest,
  workplace: Workplace,
  ports: JobPorts,
): Promise<BenchResult> {
  const folder = await workplace.empty('paired');
  const paired = await pairUp(request.sides, request.config, request.configuration, folder);
  const timed = paired.cases.filter(({ metric }) => metric === 'wall-time');
  if (timed.length === 0) return nothingRun(paired);
  return ports.logger.group(
    `Run ${timed.length} benchmarks of base and head in turn, at most ${request.minutes} minutes`,
    async () => {
      const report = await runPaired({
        cases: timed.map(({ benchCase }) => benchCase),
        decisions: decisionsFor(request),
        minutes: request.minutes,
        seed: seedOf(request),
        temporary: folder,
        runner: ports.runner,
        logger: ports.logger,
        priority: ports.priority,
      });
      const layouts = await placementOf(report, timed, request, folder, ports);
      return resultOf(report, layouts, paired, request);
    },
  );
}

function nothingRun({ added, removed, failed }: PairedUp): BenchResult {
  const rows = failed.map((row) => ({ ...row, output: '' }));
  const judged = { rows: [], failed: [] };
  return { judged, measured: [], added, removed, failed: rows, warnings: [], facts: null };
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
  paired: PairedUp,
  request: BenchRequest,
): BenchResult {
  const cases: PairedCase[] = [];
  const failed = paired.failed.map((row) => ({ ...row, output: '' }));
  for (const run of report.runs) {
    const placed = placement.get(run.name);
    const failure = run.failed ?? (placed !== undefined && 'failed' in placed ? placed.failed : null);
    if (failure !== null) failed.push({ case: run.name, message: failure.reason, output: failure.output });
    else cases.push(measuredCase(run, placed));
  }
  const noise = judgedNoise(report);
  const judged = judgeBench(cases, contextOf(request, floorOf(noise)));
  const warnings = [
    ...report.warnings,
    ...report.runs.flatMap((run) => (run.note === null ? [] : [`${run.name}: ${run.note}`])),
  ];
  return {
    judged,
    measured: cases,
    added: paired.added,
    removed: paired.removed,
    failed: [...failed, ...judged.failed.map((row) => ({ ...row, output: '' }))],
    warnings,
    facts: factsOf(report, noise, request),
  };
}

function measuredCase(run: BenchRun, placed: ReturnType<Placement['get']>): PairedCase {
  const layouts = placed === undefined || 'unavailable' in placed ? (placed ?? null) : placed.times;
  const { name, category, pairs, confirmation } = run;
  return {
    name,
    category,
    screening: pairs,
    confirmation,
    layouts,
    earlier: [],
    instructions: null,
  };
}

/** The same program against itself; pairs that cannot be judged are left out. */
function judgedNoise({ noise }: PairedReport): readonly JudgedNoise[] {
  return noise.flatMap(({ name, pairs }) => {
    const judged = judgePairs(pairs, `${name} noise`);
    if (judged.kind === 'rejected' || judged.change === null) return [];
    const { change, ci, verdict } = judged;
    return [{ verdict, fact: { case: name, change, ci, pairs: pairs.length } }];
  });
}

/** How far the same program differed from itself, where that was significant: a smaller change says nothing on this machine. */
function floorOf(noise: readonly JudgedNoise[]): number {
  return Math.max(0, ...noise.map(({ verdict, fact }) => (isSigned(verdict) ? Math.abs(fact.change) : 0)));
}

function factsOf(
  report: PairedReport,
  noise: readonly JudgedNoise[],
  { minutes }: BenchRequest,
): BenchRunFacts {
  const { load, runs, secondsSpent } = report;
  return {
    noise: noise.map(({ fact }) => fact),
    load: load === null ? null : { average: [...load.average], others: load.others, steal: load.steal },
    cases: runs.length,
    pairs: runs.reduce((sum, run) => sum + run.pairs.length + run.confirmation.length, 0),
    minutes: secondsSpent / 60,
    budget: minutes,
  };
}
