import { affordable, type Budget } from './budget.ts';
import type { Lane } from './lane.ts';
import type { RunContext } from './run-once.ts';

/** Rounds that a lane gets before the next one has its turn: a block, base and head in both orders. */
const BLOCK = 2;

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
 * Brings each lane that can be afforded to its target, the lanes interleaved with each other block by block. When rounds
 * take longer than they did, the lanes that no longer fit are left where they are, so that the others are finished.
 * Gives the lanes that reached their target or failed; none when nothing could be afforded.
 */
export async function runWave(lanes: readonly Lane[], options: WaveOptions): Promise<Lane[]> {
  const { budget, share } = options;
  const ended: Lane[] = [];
  let active = affordable(lanes, budget.left(share));
  while (active.length > 0) {
    const next: Lane[] = [];
    for (const lane of active) {
      const step = await runBlock(lane, options);
      if (step === 'late') continue;
      if (step === 'failed' || lane.rounds.length >= lane.target) ended.push(lane);
      else next.push(lane);
    }
    active = affordable(next, budget.left(share));
  }
  return ended;
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
