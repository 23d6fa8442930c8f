import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../ports.ts';
import type { ProcessRunner } from '../../process/command.ts';
import { createBudget } from './budget.ts';
import type { BenchCase, BenchFailure, StopReason } from './case.ts';
import type { Next } from './decisions.ts';
import { Lane } from './lane.ts';
import { inMinutes } from './minutes.ts';
import { ORDINARY, type Priority } from './priority.ts';
import { runWave } from './waves.ts';

/** Seconds by layout and round: `base[layout][round]`; all layouts of both sides run in every round. */
export interface SideTimes {
  readonly base: readonly (readonly number[])[];
  readonly head: readonly (readonly number[])[];
}

export interface LayoutRequest {
  /** Each with its `layouts`: the same programs linked in other code layouts. */
  readonly cases: readonly BenchCase[];
  /** Called when a case has the rounds that were asked for; first with `firstRounds`. */
  readonly decide: (benchCase: BenchCase, times: SideTimes) => Next;
  /** Time for everything. */
  readonly minutes: number;
  /** Equal seeds give equal orders. */
  readonly seed: string;
  /** An absolute folder for the programs' temporary files. */
  readonly temporary: string;
  readonly runner: ProcessRunner;
  readonly logger: Logger;
  /** Default 20, as docs/adr/0007-paired-rule.md has it. */
  readonly firstRounds?: number;
  /** Bytes of disk that one run may use. Default 2 GB. */
  readonly maxDiskBytes?: number;
  /** Default: none is raised. */
  readonly priority?: Priority;
}

/** What was measured of one case's layouts. */
export interface LayoutRun {
  readonly name: string;
  readonly times: SideTimes;
  readonly stopped: StopReason;
  /** One line for people when the time was spent; else null. */
  readonly note: string | null;
  readonly failed: BenchFailure | null;
}

/**
 * Runs several layouts of both sides of each case in interleaved rounds within the stated time, so that the best layouts can
 * be compared (detection §3). The order of a round is drawn, and the round after it runs backwards.
 * Errors: Cancelled, at once, when the process runner is closed; a plain Error for a case without layouts.
 */
export async function runLayouts(request: LayoutRequest): Promise<LayoutRun[]> {
  const { minutes, seed, temporary, runner, logger } = request;
  await mkdir(temporary, { recursive: true });
  const scratch = await mkdtemp(join(temporary, 'layouts-'));
  const priority = request.priority ?? ORDINARY;
  const context = { runner, scratch, priority, maxDiskBytes: request.maxDiskBytes ?? 2e9 };
  const budget = createBudget(minutes * 60);
  const cases = request.cases.map((each) => new LayoutCase(each, request.firstRounds ?? 20));
  const tell = (lane: Lane) =>
    logger.progress(`code layouts of ${lane.title}: ${lane.rounds.length} of ${lane.target} rounds`);
  try {
    for (const { lane } of cases) {
      tell(lane);
      if (budget.left() > 0) await lane.warmUp(context, budget.left());
    }
    const options = { context, seed, budget, share: 1, onBlock: tell };
    const open = () => cases.filter((each) => each.open).map(({ lane }) => lane);
    while (await runWave(open(), options)) {
      for (const each of cases) each.decide(request.decide);
    }
    return cases.map((each) => each.result(minutes));
  } finally {
    await priority.raise(false);
    await rm(scratch, { recursive: true, force: true });
  }
}

class LayoutCase {
  readonly lane: Lane;
  readonly #case: BenchCase;
  readonly #layouts: NonNullable<BenchCase['layouts']>;
  #decided = false;

  constructor(benchCase: BenchCase, rounds: number) {
    const { name, time, layouts } = benchCase;
    if (layouts === undefined) throw new Error(`${name} has no layouts to run`);
    this.#case = benchCase;
    this.#layouts = layouts;
    const programs = (['base', 'head'] as const).flatMap((side) =>
      layouts[side].map((command, index) => ({ label: `${side}, layout ${index + 1}`, command })),
    );
    this.lane = new Lane({ key: `layouts ${name}`, title: name, time, programs, target: rounds });
  }

  get open(): boolean {
    const warmedUp = this.lane.need().secondsPerRound > 0;
    return warmedUp && !this.#decided && this.lane.failure === null;
  }

  decide(ask: LayoutRequest['decide']): void {
    if (!this.open || this.lane.rounds.length < this.lane.target) return;
    const next = ask(this.#case, this.#times());
    if (!this.lane.extend(next)) this.#decided = true;
  }

  result(minutes: number): LayoutRun {
    const { rounds, target, failure, title } = this.lane;
    const stopped = failure !== null ? 'failed' : this.#decided ? 'decided' : 'time';
    const note =
      stopped === 'time'
        ? `${rounds.length} of ${target} rounds of its code layouts within ${inMinutes(minutes)}`
        : null;
    return { name: title, times: this.#times(), stopped, note, failed: failure };
  }

  #times(): SideTimes {
    const bases = this.#layouts.base.length;
    const byLayout = (_: unknown, index: number) =>
      this.lane.rounds.map((times) => times[index] ?? Number.NaN);
    const all = [...this.#layouts.base, ...this.#layouts.head].map(byLayout);
    return { base: all.slice(0, bases), head: all.slice(bases) };
  }
}
