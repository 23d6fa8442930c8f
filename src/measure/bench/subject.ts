import type { BenchCase, BenchRun, StopReason, TimePair } from './case.ts';
import type { Decisions } from './decisions.ts';
import { Lane } from './lane.ts';
import { inMinutes } from './minutes.ts';

/** A case on its way: first pairs, more pairs while the answer is open, fresh pairs to confirm it. */
export class Subject {
  /** Whether both programs ran once without failing; `slow`: one run took so long that the first pairs would not fit. */
  state: 'new' | 'ready' | 'slow' | 'failed' = 'new';
  /** Seconds after which a first run was ended as slow. */
  patience = 0;
  readonly #case: BenchCase;
  readonly #decisions: Decisions;
  /** Pairs before the first decision. */
  readonly firstPairs: number;
  readonly #pairs: Lane;
  #fresh: Lane | null = null;
  #decided = false;
  #confirmed = false;
  #note: string | null = null;

  constructor(benchCase: BenchCase, decisions: Decisions, firstPairs: number) {
    this.#case = benchCase;
    this.#decisions = decisions;
    this.firstPairs = firstPairs;
    this.#pairs = this.#lane('pairs', benchCase.name, 'head', firstPairs);
  }

  get name(): string {
    return this.#case.name;
  }

  /** The lane that is to be run next. */
  get lane(): Lane {
    return this.#fresh ?? this.#pairs;
  }

  get stage(): 'first' | 'open' | 'stopped' | 'confirming' | 'done' {
    if (this.state !== 'ready' || this.lane.failure !== null) return 'done';
    if (!this.#decided) return this.#pairs.target === this.firstPairs ? 'first' : 'open';
    if (this.#fresh === null) return this.#confirmed ? 'done' : 'stopped';
    return this.#confirmed ? 'done' : 'confirming';
  }

  /** Whether the time did not suffice for the first pairs. */
  get starved(): boolean {
    return this.#pairs.failure === null && this.#pairs.rounds.length < this.firstPairs;
  }

  /** Base against base. */
  noiseLane(pairs: number): Lane {
    const lane = this.#lane('noise', this.name, 'base', pairs);
    lane.costsLike(this.#pairs);
    return lane;
  }

  /** Asks for a decision when the lane has what was asked for. */
  decide(): void {
    const { stage, lane } = this;
    if (stage === 'done' || stage === 'stopped' || lane.rounds.length < lane.target) return;
    const confirming = this.#fresh !== null;
    const pairs = pairsOf(this.#pairs);
    const next =
      this.#fresh === null
        ? this.#decisions.decide(this.#case, pairs)
        : this.#decisions.confirm(this.#case, pairs, pairsOf(this.#fresh));
    if (lane.extend(next)) return;
    if (confirming) this.#confirmed = true;
    else this.#decided = true;
  }

  /** Starts fresh pairs where the decisions want some. */
  askToConfirm(): void {
    if (this.stage !== 'stopped') return;
    const fresh = this.#lane('confirm', this.name, 'head', 0);
    fresh.costsLike(this.#pairs);
    if (fresh.extend(this.#decisions.confirm(this.#case, pairsOf(this.#pairs), []))) this.#fresh = fresh;
    else this.#confirmed = true;
  }

  /** No more is run. `minutes`: the stated time. */
  close(minutes: number): void {
    if (this.lane.failure !== null) return;
    if (this.state === 'slow') {
      this.#note = `one run takes more than ${this.patience.toPrecision(2)} s: ${this.firstPairs} pairs do not fit within ${inMinutes(minutes)}`;
    } else if (this.state === 'new') {
      this.#note = `not run: the ${inMinutes(minutes)} had passed before its turn`;
    } else if (this.stage !== 'done') this.#note = this.#spent(minutes);
  }

  result(): BenchRun {
    return {
      name: this.name,
      category: this.#case.category,
      pairs: pairsOf(this.#pairs),
      confirmation: this.#fresh === null ? [] : pairsOf(this.#fresh),
      stopped: this.#stopReason(),
      note: this.#note,
      output: this.state === 'slow' ? this.#pairs.lateOutput : '',
      failed: this.lane.failure,
    };
  }

  #stopReason(): StopReason {
    if (this.lane.failure !== null) return 'failed';
    return this.#note === null ? 'decided' : 'time';
  }

  #spent(minutes: number): string {
    const { rounds, target } = this.lane;
    const { secondsPerRound } = this.lane.need();
    const what = this.#fresh === null ? 'pairs' : 'fresh pairs to confirm it';
    return `${rounds.length} of ${target} ${what} within ${inMinutes(minutes)}: a pair takes ${secondsPerRound.toPrecision(2)} s`;
  }

  #lane(kind: string, title: string, second: 'base' | 'head', target: number): Lane {
    const { base, time } = this.#case;
    return new Lane({
      key: `${kind} ${title}`,
      title,
      time,
      target,
      programs: [
        { label: 'base', command: base },
        { label: second, command: this.#case[second] },
      ],
    });
  }
}

/** The rounds of a lane of two programs. */
export function pairsOf(lane: Lane): TimePair[] {
  return lane.rounds.map(([base = Number.NaN, head = Number.NaN]) => [base, head]);
}
