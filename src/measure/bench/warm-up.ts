import type { Logger } from '../../ports.ts';
import type { Budget } from './budget.ts';
import type { RunContext } from './run-once.ts';
import type { Subject } from './subject.ts';

/** Of what is left of the budget, the share that one batch of first runs may take. */
const BATCH = 0.25;
/** Of the budget, the share that first runs which show nothing (slow, hanging, failing) may take before patience wears thin. */
const WASTED = 0.4;

/** First runs of the cases, in batches, so that those behind cannot keep those in front from their first pairs. */
export class WarmUp {
  readonly #subjects: readonly Subject[];
  readonly #context: RunContext;
  readonly #budget: Budget;
  readonly #logger: Logger;
  #next = 0;
  #wasted = 0;

  constructor(subjects: readonly Subject[], context: RunContext, budget: Budget, logger: Logger) {
    this.#subjects = subjects;
    this.#context = context;
    this.#budget = budget;
    this.#logger = logger;
  }

  /** Runs the programs of some more cases once; false when there are none, or no time for them within `share` of the budget. */
  async batch(share: number): Promise<boolean> {
    const most = Math.max(0, this.#budget.left(share)) * BATCH;
    let good = 0;
    let ready = false;
    while (good <= most && this.#budget.left(share) > 0) {
      const subject = this.#subjects[this.#next];
      if (subject === undefined) break;
      this.#next += 1;
      this.#logger.progress(
        `first run of ${subject.name} (${this.#next} of ${this.#subjects.length} benchmarks)`,
      );
      const begun = this.#budget.spent();
      await this.#first(subject);
      const seconds = this.#budget.spent() - begun;
      if (subject.state === 'ready') good += seconds;
      else this.#wasted += seconds;
      ready ||= subject.state === 'ready';
    }
    return ready;
  }

  async #first(subject: Subject): Promise<void> {
    subject.patience = this.#patience(subject.firstPairs);
    const step = await subject.lane.warmUp(this.#context, subject.patience);
    subject.state = step === 'done' ? 'ready' : step === 'failed' ? 'failed' : 'slow';
  }

  /** Longest first run in seconds: what takes longer cannot have its first pairs, and hanging programs must not take the others' time. */
  #patience(firstPairs: number): number {
    const fits = this.#budget.seconds / (2 * firstPairs);
    const spare = (this.#budget.seconds * WASTED - this.#wasted) / 4;
    return Math.max(Math.min(1, fits), Math.min(fits, spare));
  }
}
