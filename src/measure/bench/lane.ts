import { setTimeout as wait } from 'node:timers/promises';
import type { Need } from './budget.ts';
import type { BenchCommand, BenchFailure, BenchTime } from './case.ts';
import type { Next } from './decisions.ts';
import { equallySized } from './pad.ts';
import { type RunContext, runOnce } from './run-once.ts';
import { roundOrder } from './schedule.ts';

export interface LaneOptions {
  /** Tells the lane's draws from others'. */
  readonly key: string;
  /** For progress. */
  readonly title: string;
  readonly time: BenchTime;
  /** What is run in each round, e.g. base and head. */
  readonly programs: readonly { readonly label: string; readonly command: BenchCommand }[];
  /** Rounds until the first decision. */
  readonly target: number;
}

/** `late`: the time for all was over before it was done. */
export type Step = 'done' | 'failed' | 'late';

/** A later run may take this many times as long as the slowest first one, and this many seconds at least, before it counts as hanging. */
const PATIENCE = { factor: 20, least: 10 };

/**
 * Only runs that take fewer seconds are raised, and each is followed by a rest of so much of its time: Linux holds a
 * real-time class back that leaves others less than 5 % of any second (sched(7), sched_rt_runtime_us).
 */
const RAISED = { below: 0.3, rest: 0.1 };

/** Programs that are run side by side, round by round, and their times. */
export class Lane {
  readonly key: string;
  readonly title: string;
  /** Seconds of each program, in the order of the options, by round: only whole rounds. */
  readonly rounds: (readonly number[])[] = [];
  /** Rounds that the next decision is made on. */
  target: number;
  #likelihood = 1;
  failure: BenchFailure | null = null;
  /** The last lines of a first run that came late. */
  lateOutput = '';
  readonly #time: BenchTime;
  readonly #programs: LaneOptions['programs'];
  #slowest = 0;
  #seconds = 0;
  #timed = 0;

  constructor({ key, title, time, programs, target }: LaneOptions) {
    this.key = key;
    this.title = title;
    this.target = target;
    this.#time = time;
    const commands = equallySized(programs.map(({ command }) => command));
    this.#programs = programs.map((program, index) => ({
      ...program,
      command: commands[index] ?? program.command,
    }));
  }

  need(): Need {
    const secondsPerRound = this.#timed === 0 ? 0 : this.#seconds / this.#timed;
    return { rounds: this.target - this.rounds.length, secondsPerRound, likelihood: this.#likelihood };
  }

  /** Raises the target by whole rounds, one at least; false when no more are wanted. */
  extend(next: Next): boolean {
    if (next === 'stop' || !(next.more > 0)) return false;
    this.target = this.rounds.length + Math.ceil(next.more);
    this.#likelihood = next.likelihood ?? 1;
    return true;
  }

  /** Takes over what a round of another lane of the same programs costs. */
  costsLike(other: Lane): void {
    this.#seconds = other.#seconds;
    this.#timed = other.#timed;
    this.#slowest = other.#slowest;
  }

  /**
   * Runs every program once with its output captured: shows whether it works, warms it up, and tells what a round costs.
   * Late: a run took longer than `limitSeconds`.
   */
  async warmUp(context: RunContext, limitSeconds: number): Promise<Step> {
    const begun = performance.now();
    for (const index of this.#programs.keys()) {
      const started = performance.now();
      const step = await this.#run(context, index, true, limitSeconds, 'in its first run');
      if (typeof step === 'string') return step;
      this.#slowest = Math.max(this.#slowest, seconds(started));
    }
    this.#count(begun);
    return 'done';
  }

  /** Runs the next round. A round that fails or comes late leaves nothing behind. `limit`: seconds left for all. */
  async round(context: RunContext, seed: string, limit: () => number): Promise<Step> {
    const number = this.rounds.length;
    const times = new Array<number>(this.#programs.length).fill(Number.NaN);
    const raised = this.#slowest < RAISED.below;
    await context.priority.raise(raised);
    const begun = performance.now();
    for (const index of roundOrder(seed, this.key, number, times.length)) {
      const started = performance.now();
      const step = await this.#run(context, index, false, limit(), `in round ${number + 1}`);
      if (typeof step === 'string') return step;
      times[index] = step.seconds;
      if (raised && context.priority.used) await wait(seconds(started) * RAISED.rest * 1000);
    }
    this.#count(begun);
    this.rounds.push(times);
    return 'done';
  }

  async #run(
    context: RunContext,
    index: number,
    first: boolean,
    limit: number,
    when: string,
  ): Promise<'failed' | 'late' | { readonly seconds: number }> {
    const program = this.#programs[index];
    if (program === undefined) throw new Error('no such program');
    if (limit <= 0) return 'late';
    const { label, command } = program;
    const patience = first
      ? command.timeoutSeconds
      : Math.max(PATIENCE.least, this.#slowest * PATIENCE.factor);
    const patient = { ...command, timeoutSeconds: Math.min(command.timeoutSeconds, Math.ceil(patience)) };
    const once = await runOnce(context, patient, this.#time, first, limit);
    if (once.kind === 'late') {
      if (first) this.lateOutput = once.output;
      return 'late';
    }
    if (once.kind === 'time' && once.seconds > 0 && once.seconds < Number.POSITIVE_INFINITY) return once;
    const failure = once.kind === 'failed' ? once.failure : notTime(once.seconds);
    // What was not captured is run once more, so that its last lines can be shown.
    const shown =
      first || failure.output !== '' ? null : await runOnce(context, patient, this.#time, true, limit);
    const output = shown?.kind === 'failed' ? shown.failure.output : failure.output;
    this.failure = { reason: `${label}: ${failure.reason} (${when})`, output };
    return 'failed';
  }

  #count(begun: number): void {
    this.#seconds += seconds(begun);
    this.#timed += 1;
  }
}

function seconds(begun: number): number {
  return (performance.now() - begun) / 1000;
}

function notTime(value: number): BenchFailure {
  return { reason: `its time is ${value} s, not a positive, finite number`, output: '' };
}
