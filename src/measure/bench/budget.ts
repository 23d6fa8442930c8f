/** A stated time, counted from its making. */
export interface Budget {
  readonly seconds: number;
  spent(): number;
  /** Seconds until `share` of the budget is spent; negative when it is overrun. */
  left(share?: number): number;
}

/** `now`: a steady clock in seconds. */
export function createBudget(seconds: number, now: () => number = steady): Budget {
  const start = now();
  const spent = () => now() - start;
  return { seconds, spent, left: (share = 1) => seconds * share - spent() };
}

/** What a lane still needs. */
export interface Need {
  /** Rounds until the next decision. */
  readonly rounds: number;
  readonly secondsPerRound: number;
  /** How likely those rounds decide it, above 0 to 1. */
  readonly likelihood: number;
}

/** Seconds that a need takes. */
export function cost({ rounds, secondsPerRound }: Need): number {
  return rounds * secondsPerRound;
}

/**
 * The lanes to run in the seconds that are left: taken in the order of seconds per decision, the cheap and nearly decided
 * first, each as long as all of its rounds still fit. Half of a lane's rounds would decide nothing.
 */
export function affordable<T extends { need(): Need }>(lanes: readonly T[], seconds: number): T[] {
  const priced = lanes
    .map((lane) => ({ lane, need: lane.need() }))
    .map(({ lane, need }) => ({
      lane,
      cost: cost(need),
      price: cost(need) / Math.max(need.likelihood, 0.01),
    }))
    .sort((a, b) => a.price - b.price);
  let left = seconds;
  return priced.flatMap(({ lane, cost: seconds }) => {
    if (seconds > left) return [];
    left -= seconds;
    return [lane];
  });
}

function steady(): number {
  return performance.now() / 1000;
}
