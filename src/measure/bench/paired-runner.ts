import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../ports.ts';
import type { ProcessRunner } from '../../process/command.ts';
import { affordable, type Budget, cost, createBudget } from './budget.ts';
import type { BenchCase, BenchRun, TimePair } from './case.ts';
import type { Decisions } from './decisions.ts';
import type { Lane } from './lane.ts';
import { loadBetween, type MachineLoad, sampleLoad } from './load.ts';
import { inMinutes, shortMinutes } from './minutes.ts';
import { ORDINARY, type Priority } from './priority.ts';
import { pairsOf, Subject } from './subject.ts';
import { WarmUp } from './warm-up.ts';
import { runWave } from './waves.ts';

export interface PairedRequest {
  readonly cases: readonly BenchCase[];
  readonly decisions: Decisions;
  /** Time for everything: first runs, pairs, confirming and the noise floor. */
  readonly minutes: number;
  /** What the user calls the time, where a part of it was spent before; default `minutes`. */
  readonly statedMinutes?: number;
  /** Equal seeds give equal orders. */
  readonly seed: string;
  /** An absolute folder for the programs' temporary files. */
  readonly temporary: string;
  readonly runner: ProcessRunner;
  readonly logger: Logger;
  /** Pairs of every case before any gets more. Default 12 (detection, "The rule", 4 and 5). */
  readonly firstPairs?: number;
  /** How many cases are also run base against base, and for how many pairs. Default 2 and 20. */
  readonly noise?: { readonly cases: number; readonly pairs: number };
  /** Bytes of disk that one run may use. Default 2 GB. */
  readonly maxDiskBytes?: number;
  /** Default: none is raised. */
  readonly priority?: Priority;
}

export interface PairedReport {
  /** In the order of the request. */
  readonly runs: readonly BenchRun[];
  /** Pairs of base against base, interleaved with the others: the noise floor of this job. */
  readonly noise: readonly { readonly name: string; readonly pairs: readonly TimePair[] }[];
  /** null where the system does not tell. */
  readonly load: MachineLoad | null;
  /** One line each. */
  readonly warnings: readonly string[];
  readonly secondsSpent: number;
  /** Whether short runs had a higher priority than other programs. */
  readonly raised: boolean;
}

/** Of the budget: for everything but confirming while it may still be needed for that, and for the noise floor. */
const SHARE = { pairs: 0.75, noise: 0.1 };

/**
 * Runs base and head of every case in balanced, interleaved rounds within the stated time. First each program once, then
 * the first pairs of every case, cheapest first, then fresh pairs of what is to be confirmed, then more pairs where the
 * answer is open. A quarter of the time is kept for confirming, and goes to the others when nothing is left to confirm. A case
 * that fails leaves the others unharmed.
 * Errors: Cancelled, at once, when the process runner is closed; a plain Error for two cases of one name.
 */
export async function runPaired(request: PairedRequest): Promise<PairedReport> {
  const before = sampleLoad();
  await mkdir(request.temporary, { recursive: true });
  const scratch = await mkdtemp(join(request.temporary, 'bench-'));
  try {
    const measuring = new Measuring(request, scratch);
    await measuring.run();
    const load = loadBetween(before, sampleLoad());
    return measuring.report(load);
  } finally {
    await request.priority?.raise(false);
    await rm(scratch, { recursive: true, force: true });
  }
}

class Measuring {
  readonly #request: PairedRequest;
  readonly #budget: Budget;
  readonly #subjects: readonly Subject[];
  readonly #context;
  #noise: Lane[] = [];

  constructor(request: PairedRequest, scratch: string) {
    this.#request = request;
    const firstPairs = request.firstPairs ?? 12;
    this.#subjects = request.cases.map((each) => new Subject(each, request.decisions, firstPairs));
    const names = new Set(request.cases.map(({ name }) => name));
    if (names.size !== request.cases.length) throw new Error('two bench cases have one name');
    this.#context = {
      runner: request.runner,
      scratch,
      maxDiskBytes: request.maxDiskBytes ?? 2e9,
      priority: request.priority ?? ORDINARY,
    };
    this.#budget = createBudget(request.minutes * 60);
  }

  async run(): Promise<void> {
    const warmUp = new WarmUp(this.#subjects, this.#context, this.#budget, this.#request.logger);
    for (const share of [SHARE.pairs, 1]) {
      while (await warmUp.batch(share)) {
        if (this.#noise.length === 0) this.#noise = this.#noiseLanes();
        while (await this.#firstWave(share)) this.#decide();
      }
      while (await this.#wave(share)) this.#decide();
    }
    for (const subject of this.#subjects) subject.close(this.#stated);
  }

  report(load: MachineLoad | null): PairedReport {
    const starved = this.#subjects.filter((subject) => subject.starved).length;
    const warnings = load?.warning ? [load.warning] : [];
    if (starved > 0) {
      warnings.push(
        `${starved} of ${this.#subjects.length} benchmarks did not get their first pairs within ${inMinutes(this.#stated)}: raise benches.minutes, or measure fewer.`,
      );
    }
    return {
      runs: this.#subjects.map((subject) => subject.result()),
      noise: this.#noise.map((lane) => ({ name: lane.title, pairs: pairsOf(lane) })),
      load,
      warnings,
      secondsSpent: this.#budget.spent(),
      raised: this.#context.priority.used,
    };
  }

  get #stated(): number {
    return this.#request.statedMinutes ?? this.#request.minutes;
  }

  /** The cheapest cases, as far as they need no more than their share, and never instead of a case's own first pairs. */
  #noiseLanes(): Lane[] {
    const { cases, pairs } = this.#request.noise ?? { cases: 2, pairs: 20 };
    const ready = this.#subjects.filter((subject) => subject.state === 'ready');
    const first = ready.reduce((sum, { lane }) => sum + cost(lane.need()), 0);
    const spare = Math.min(this.#budget.seconds * SHARE.noise, this.#budget.left() - first);
    const lanes = ready.map((subject) => subject.noiseLane(pairs));
    return affordable(lanes, spare).slice(0, cases);
  }

  /** The first pairs of what is ready, and the noise floor among them; false when nothing could be afforded. */
  async #firstWave(share: number): Promise<boolean> {
    const noise = this.#noise.filter((lane) => lane.failure === null && lane.rounds.length < lane.target);
    return await this.#some([...this.#lanes('first'), ...noise], share);
  }

  /** One step of what is most urgent; false when nothing could be afforded. What would be flagged comes before what is merely open. */
  async #wave(share: number): Promise<boolean> {
    if (await this.#firstWave(share)) return true;
    for (const subject of this.#subjects) subject.askToConfirm();
    if (await this.#some(this.#lanes('confirming'), 1)) return true;
    return await this.#some(this.#lanes('open'), share);
  }

  #lanes(stage: Subject['stage']): Lane[] {
    return this.#subjects.filter((subject) => subject.stage === stage).map((subject) => subject.lane);
  }

  #decide(): void {
    for (const subject of this.#subjects) subject.decide();
  }

  async #some(lanes: readonly Lane[], share: number): Promise<boolean> {
    const done = this.#subjects.filter((subject) => subject.stage === 'done').length;
    const options = {
      context: this.#context,
      seed: this.#request.seed,
      budget: this.#budget,
      share,
      onBlock: (lane: Lane) => this.#tell(lane, done),
    };
    return await runWave(lanes, options);
  }

  #tell(lane: Lane, done: number): void {
    const { minutes, logger } = this.#request;
    logger.progress(
      `${lane.title}: ${lane.rounds.length} of ${lane.target} pairs · ${done} of ${this.#subjects.length} benchmarks done · ${clock(this.#budget.spent())} of ${shortMinutes(minutes)} min`,
    );
  }
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
