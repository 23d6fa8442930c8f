/** One round: a real job over all cases, then the same programs in the ways of others. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ruleOf } from '../../src/compare/bench.ts';
import { judgeReport } from '../../src/compare/family.ts';
import type { TimePair } from '../../src/compare/fast-half.ts';
import { decide, type Layouts, type NoLayouts, type PairedOutcome } from '../../src/compare/procedure.ts';
import { randomBits } from '../../src/compare/random.ts';
import { pairUp } from '../../src/jobs/bench/cases.ts';
import type { BenchRequest } from '../../src/jobs/bench/request.ts';
import { runBenches } from '../../src/jobs/bench/run.ts';
import type { JobPorts } from '../../src/jobs/ports.ts';
import type { Workplace } from '../../src/jobs/workplace.ts';
import type { BenchCase } from '../../src/measure/bench/case.ts';
import { runPaired } from '../../src/measure/bench/paired-runner.ts';
import { ORDINARY } from '../../src/measure/bench/priority.ts';
import { runOnce } from '../../src/measure/bench/run-once.ts';
import type { Samples } from './peers.ts';
import type { Case } from './sides.ts';

type Verdict = PairedOutcome['verdict'];

/** What one round showed of one case. Times in seconds, of whole processes. */
export interface Trial {
  readonly name: string;
  readonly kernel: string;
  readonly change: Case['change'];
  readonly round: number;
  /** Before and after the correction over the job's rows. */
  readonly alone: Verdict;
  readonly verdict: Verdict;
  /** Relative, of the pairs that decided. */
  readonly measured: number;
  readonly placement: PairedOutcome['placement'];
  readonly screening: readonly TimePair[];
  readonly confirmation: readonly TimePair[];
  readonly layouts: Layouts | NoLayouts | null;
  /** Seconds of all runs of this case: screening, confirmation, layouts. */
  readonly seconds: number;
  /** Pairs run right after the job, where it needed fewer than {@link PEER_PAIRS}. */
  readonly extra: readonly TimePair[];
  /** All of base's runs, later all of head's; null when there was no time for them. */
  readonly blocks: Samples | null;
}

export interface Round {
  readonly trials: readonly Trial[];
  readonly failed: readonly string[];
  readonly seconds: number;
  readonly load: string;
}

/** Samples a side that the others' rules get. */
export const PEER_PAIRS = 20;

export interface RoundRequest {
  readonly cases: readonly Case[];
  readonly job: (seed: string, minutes: number) => BenchRequest;
  readonly seed: string;
  readonly round: number;
  readonly minutes: number;
  /** Whether to run the blocks. */
  readonly blocks: boolean;
}

export async function runRound(request: RoundRequest, workplace: Workplace, ports: JobPorts): Promise<Round> {
  const begun = performance.now();
  const job = request.job(`${request.seed} ${request.round}`, request.minutes);
  const result = await runBenches(job, workplace, ports);
  const rows = judgeReport(result.judged.rows);
  const folder = await workplace.empty('others');
  const { cases: sided } = await pairUp(job.sides, job.config, job.configuration, folder);
  const commands = new Map(sided.map(({ benchCase }) => [benchCase.name, benchCase]));
  const short = result.measured.filter(({ screening, confirmation }) => {
    return screening.length + confirmation.length < PEER_PAIRS;
  });
  const extra = await morePairs(short, commands, request, folder, ports);
  const blocks = request.blocks ? await runBlocks(request, commands, folder, ports) : new Map();
  const trials = result.measured.flatMap((measured): Trial[] => {
    const each = request.cases.find(({ name }) => `bench ${name}` === measured.name);
    const row = rows.find((one) => one.case === measured.name);
    const before = result.judged.rows.find(({ comparison }) => comparison.case === measured.name);
    if (each === undefined || row === undefined || before === undefined) return [];
    const { screening, confirmation, layouts } = measured;
    const context = { configuration: job.configuration, cases: [], noise: row.threshold ?? 0 };
    const rule = ruleOf(measured, context);
    const decision = decide({ ...measured, case: measured.name, rule, spent: true });
    return [
      {
        name: each.name,
        kernel: each.kernel,
        change: each.change,
        round: request.round,
        alone: before.comparison.verdict,
        verdict: row.verdict,
        measured: row.change ?? 0,
        placement: decision.kind === 'done' ? decision.outcome.placement : null,
        screening,
        confirmation,
        layouts,
        seconds: total([...screening, ...confirmation]) + layoutSeconds(layouts),
        extra: extra.get(measured.name) ?? [],
        blocks: blocks.get(each.name) ?? null,
      },
    ];
  });
  const failed = result.failed.map(({ case: name, message }) => `${name}: ${message}`);
  const { load } = result.facts ?? { load: null };
  const told =
    load === null
      ? 'unknown'
      : `${load.average[0]?.toFixed(1)}, other work ${Math.round(load.others * 100)} %`;
  return { trials, failed, seconds: (performance.now() - begun) / 1000, load: told };
}

async function morePairs(
  short: readonly { readonly name: string; readonly screening: readonly TimePair[] }[],
  commands: ReadonlyMap<string, BenchCase>,
  request: RoundRequest,
  folder: string,
  ports: JobPorts,
): Promise<ReadonlyMap<string, readonly TimePair[]>> {
  const cases = short.flatMap(({ name }) => commands.get(name) ?? []);
  if (cases.length === 0) return new Map();
  const missing = PEER_PAIRS - Math.min(...short.map(({ screening }) => screening.length));
  const { runs } = await runPaired({
    cases,
    decisions: { decide: () => 'stop', confirm: () => 'stop' },
    minutes: request.minutes,
    seed: `${request.seed} ${request.round} extra`,
    temporary: folder,
    runner: ports.runner,
    logger: ports.logger,
    priority: ports.priority,
    firstPairs: missing,
    noise: { cases: 0, pairs: 0 },
  });
  return new Map(runs.map(({ name, pairs }) => [name, pairs]));
}

/** As others run: every benchmark of the base, then every one of the head; a kernel's base serves all its cases. No priority. */
async function runBlocks(
  request: RoundRequest,
  commands: ReadonlyMap<string, BenchCase>,
  folder: string,
  ports: JobPorts,
): Promise<ReadonlyMap<string, Samples>> {
  const scratch = join(folder, 'scratch');
  await mkdir(scratch, { recursive: true });
  const context = { runner: ports.runner, scratch, maxDiskBytes: 2e9, priority: ORDINARY };
  const block = async (command: BenchCase['base']): Promise<number[]> => {
    const times: number[] = [];
    for (let run = -1; run < PEER_PAIRS; run++) {
      const once = await runOnce(context, command, { from: 'process' }, false, 60);
      if (once.kind !== 'time') throw new Error(`${command.file} failed`);
      if (run >= 0) times.push(once.seconds);
    }
    return times;
  };
  const bases = new Map<string, number[]>();
  for (const { name, kernel } of request.cases) {
    const command = commands.get(`bench ${name}`);
    if (command !== undefined && !bases.has(kernel)) bases.set(kernel, await block(command.base));
  }
  const blocks = new Map<string, Samples>();
  for (const { name, kernel } of shuffled(request.cases, `${request.seed} ${request.round} blocks`)) {
    const command = commands.get(`bench ${name}`);
    if (command !== undefined) {
      blocks.set(name, { base: bases.get(kernel) ?? [], head: await block(command.head) });
    }
  }
  return blocks;
}

/** The pairs that others' rules see: the first that were run. */
export function firstPairs({ screening, confirmation, extra }: Trial): TimePair[] {
  return [...screening, ...confirmation, ...extra].slice(0, PEER_PAIRS);
}

export function shuffled<T>(items: readonly T[], seed: string): T[] {
  const bits = randomBits(seed);
  return items
    .map((item) => ({ item, order: bits() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}

export function total(pairs: readonly TimePair[]): number {
  return pairs.reduce((sum, [base, head]) => sum + base + head, 0);
}

export function layoutSeconds(layouts: Layouts | NoLayouts | null): number {
  if (layouts === null || 'unavailable' in layouts) return 0;
  return [...layouts.base, ...layouts.head].flat().reduce((sum, time) => sum + time, 0);
}
