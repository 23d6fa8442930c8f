import { affordable, type Budget } from './budget.ts';
import type { Lane } from './lane.ts';
import type { RunContext } from './run-once.ts';

/** Rounds that a lane gets before the next one has its turn: a block, base and head in both orders. */
const BLOCK = 2;

/** Of the time that is left, the share that one wave may take: when the machine slows down, not every lane is caught half-way. */
const WIDTH = 0.25;

export interface WaveOptions {
  readonly context: RunContext;
  readonly seed: string;
  readonly budget: Budget;
  /** Share of the budget that this wave may use up to, 0 to 1. */
  readonly share: number;
  /** Called before each block. */
  readonly onBlock?: (lane: Lane) => void;
}

/**
 * Brings lanes to their target, interleaved with each other block by block: as many as fit into a quarter of the time that
 * is left, the cheapest first, or one that fits into all of it. When rounds take longer than they did, the lanes that no
 * longer fit are left where they are, so that the others are finished. False when nothing could be afforded.
 */
export async function runWave(lanes: readonly Lane[], options: WaveOptions): Promise<boolean> {
  const { budget, share } = options;
  const left = budget.left(share);
  let active = affordable(lanes, left * WIDTH);
  if (active.length === 0) active = affordable(lanes, left).slice(0, 1);
  if (active.length === 0) return false;
  while (active.length > 0) {
    const next: Lane[] = [];
    for (const lane of active) {
      const step = await runBlock(lane, options);
      if (step === 'done' && lane.rounds.length < lane.target) next.push(lane);
    }
    active = affordable(next, budget.left(share));
  }
  return true;
}

async function runBlock(lane: Lane, options: WaveOptions) {
  options.onBlock?.(lane);
  const { context, seed, budget } = options;
  // To the end of the block, or of a block that a target cut in half.
  do {
    const step = await lane.round(context, seed, () => hardLimit(budget));
    if (step !== 'done') return step;
  } while (lane.rounds.length % BLOCK !== 0 && lane.rounds.length < lane.target);
  return 'done';
}

/** Seconds after which a running program is ended for the budget's sake: an estimate that was a little short is let off. */
export function hardLimit(budget: Budget): number {
  return budget.left() + Math.max(1, budget.seconds * 0.05);
}
