import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../../ports.ts';
import type { ProcessRunner } from '../../../process/command.ts';
import { type Budget, createBudget } from '../budget.ts';
import type { BenchCase, BenchCommand, BenchFailure } from '../case.ts';
import { equallySized } from '../pad.ts';
import { ORDINARY } from '../priority.ts';
import { type Once, type RunContext, runOnce } from '../run-once.ts';
import type { InstructionCounter } from './counter.ts';

export interface CountRequest {
  /** Those whose time says `metric: 'instructions'` count themselves; the others need the counter. */
  readonly cases: readonly BenchCase[];
  readonly counter: InstructionCounter | null;
  /** For everything: a case that does not fit into its part of what is left is passed over. */
  readonly minutes: number;
  /** An absolute folder for temporary files. */
  readonly temporary: string;
  readonly runner: ProcessRunner;
  readonly logger: Logger;
  /** Bytes of disk that one run may use. Default 2 GB. */
  readonly maxDiskBytes?: number;
}

/** What was counted of one case. */
export type CountRun = { readonly name: string } & (
  | {
      readonly kind: 'counted';
      /** Medians over the runs of a side. */
      readonly before: number;
      readonly after: number;
      /** Largest relative difference of two runs of one side. */
      readonly spread: number;
    }
  /** One line, e.g. `one run takes too long under valgrind-3.19.0`. */
  | { readonly kind: 'passed over'; readonly reason: string }
  /** A case that counts itself and did not. */
  | { readonly kind: 'failed'; readonly failure: BenchFailure }
);

export interface CountReport {
  /** In the order of the request. */
  readonly runs: readonly CountRun[];
  readonly secondsSpent: number;
}

/** Runs of each side of a case that counts itself. */
const OWN_REPEATS = 2;

/**
 * Counts the instructions of base and head of every case, in turn, each side at least twice: what runs of one program differ by
 * is no change (detection §6). Errors: Cancelled.
 */
export async function countInstructions(request: CountRequest): Promise<CountReport> {
  const budget = createBudget(request.minutes * 60);
  await mkdir(request.temporary, { recursive: true });
  const folder = await mkdtemp(join(request.temporary, 'count-'));
  try {
    const runs: CountRun[] = [];
    for (const [index, each] of request.cases.entries()) {
      request.logger.progress(`instructions of ${each.name}`);
      const seconds = budget.left() / (request.cases.length - index);
      runs.push({ name: each.name, ...(await countCase(each, seconds, request, folder, budget)) });
    }
    return { runs, secondsSpent: budget.spent() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Outcome =
  | Omit<Extract<CountRun, { kind: 'counted' }>, 'name'>
  | Omit<Extract<CountRun, { kind: 'passed over' }>, 'name'>
  | Omit<Extract<CountRun, { kind: 'failed' }>, 'name'>;

async function countCase(
  benchCase: BenchCase,
  seconds: number,
  request: CountRequest,
  folder: string,
  budget: Budget,
): Promise<Outcome> {
  const { counter, runner, maxDiskBytes = 2e9 } = request;
  const scratch = await mkdtemp(join(folder, 'scratch-'));
  const context: RunContext = { runner, scratch, maxDiskBytes, priority: ORDINARY };
  const own = isSelfCounting(benchCase);
  if (!own && counter === null) return { kind: 'passed over', reason: 'nothing counts instructions here' };
  const until = budget.spent() + seconds;
  const left = () => until - budget.spent();
  if (!own && counter !== null) {
    const reason = await tooLong(benchCase, counter, left(), context);
    if (reason !== null) return { kind: 'passed over', reason };
  }
  const repeats = own || counter === null ? OWN_REPEATS : counter.repeats;
  const counts = { base: [] as number[], head: [] as number[] };
  let wanted = repeats;
  while (counts.base.length < wanted) {
    for (const side of ['base', 'head'] as const) {
      const once =
        own || counter === null
          ? await runOnce(context, benchCase[side], benchCase.time, true, left())
          : await countOnce(benchCase, side, counter, left(), context, folder);
      if (once.kind === 'time') counts[side].push(once.seconds);
      else if (once.kind === 'late') return { kind: 'passed over', reason: longRun(counter, own) };
      else if (own) return failedRun(side, once.failure);
      else return { kind: 'passed over', reason: once.failure.reason };
    }
    // What would be called a change gets as many runs again: two may differ less than they usually do.
    if (counts.base.length === repeats && isChange(counts)) wanted = 2 * repeats;
  }
  // Of an even number of counts the median may lie between two, and half an instruction is none.
  const [before, after] = [Math.round(median(counts.base)), Math.round(median(counts.head))];
  return { kind: 'counted', before, after, spread: Math.max(spreadOf(counts.base), spreadOf(counts.head)) };
}

/** Least relative change that counts (detection §6). */
const LEAST_CHANGE = 0.001;

function isChange({
  base,
  head,
}: {
  readonly base: readonly number[];
  readonly head: readonly number[];
}): boolean {
  const before = median(base);
  return Math.abs(median(head) - before) >= LEAST_CHANGE * before;
}

function isSelfCounting({ time }: BenchCase): boolean {
  return time.from !== 'process' && time.metric === 'instructions';
}

/** Why a case is not worth to be begun: it fails by itself, which the pairs tell, or its runs would not fit. */
async function tooLong(
  { base }: BenchCase,
  counter: InstructionCounter,
  seconds: number,
  context: RunContext,
): Promise<string | null> {
  const once = await runOnce(context, base, { from: 'process' }, false, seconds);
  if (once.kind === 'failed') return `base: ${once.failure.reason}`;
  const needed =
    once.kind === 'late' ? Number.POSITIVE_INFINITY : once.seconds * counter.slowdown * 2 * counter.repeats;
  return needed > seconds ? longRun(counter, false) : null;
}

async function countOnce(
  benchCase: BenchCase,
  side: 'base' | 'head',
  counter: InstructionCounter,
  seconds: number,
  context: RunContext,
  folder: string,
): Promise<Once> {
  const log = await mkdtemp(join(folder, 'log-'));
  try {
    // Padded before it is wrapped: the counted programs see environments of one size, whose length some of them walk through.
    const [base, head] = equallySized([benchCase.base, benchCase.head]);
    const command: BenchCommand | undefined = side === 'base' ? base : head;
    if (command === undefined) throw new Error('a case has two sides');
    const once = await runOnce(context, counter.wrap(command, log), { from: 'process' }, false, seconds);
    if (once.kind === 'failed')
      return withReason(once.failure, `${side} under ${counter.title}: ${once.failure.reason}`);
    if (once.kind === 'late') return once;
    const count = await counter.read(log);
    if (count !== null && count > 0) return { kind: 'time', seconds: count };
    return withReason({ reason: '', output: '' }, `${counter.title} gave no count of the ${side}`);
  } finally {
    await rm(log, { recursive: true, force: true });
  }
}

function withReason({ output }: BenchFailure, reason: string): Once {
  return { kind: 'failed', failure: { reason, output } };
}

function failedRun(side: string, { reason, output }: BenchFailure): Outcome {
  return { kind: 'failed', failure: { reason: `${side}: ${reason}`, output } };
}

function longRun(counter: InstructionCounter | null, own: boolean): string {
  return own ? 'the time was spent' : `one run takes too long under ${counter?.title ?? 'a counter'}`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

function spreadOf(values: readonly number[]): number {
  const most = Math.max(...values);
  return most > 0 ? (most - Math.min(...values)) / most : 0;
}
