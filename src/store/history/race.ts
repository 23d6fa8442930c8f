import { type Branch, BranchError, type BranchTip } from './branch.ts';

export interface RaceOptions {
  readonly branch: Branch;
  readonly sleep: (seconds: number) => Promise<void>;
  /** In seconds, from any start. */
  readonly time: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** What a try found. */
export type Attempt =
  | { readonly kind: 'written'; readonly revision: string | null }
  /** Another writer was faster. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused'; readonly reason: string };

export const MAX_TRIES = 12;
/** All tries and waits together. */
export const MAX_SECONDS = 240;
/** Longest wait, in durations of a try. */
const MAX_SLOTS = 48;

/**
 * Tries until a write is in, each time from a fresh read. Between tries it waits a random while that grows with each, in units
 * of how long a try took, so that many writers get out of each other's way (binary exponential backoff, IEEE 802.3 §4.2.3.2.5).
 * Errors: BranchError when the host refuses, or when the tries or the time are used up.
 */
export async function race(
  attempt: (tip: BranchTip | null) => Promise<Attempt>,
  { branch, sleep, time, random }: RaceOptions,
): Promise<Exclude<Attempt, { kind: 'lost' }>> {
  const began = time();
  let last: BranchError | null = null;
  for (let tries = 1; ; tries += 1) {
    const started = time();
    try {
      const result = await attempt(await branch.tip());
      if (result.kind !== 'lost') return result;
      last = null;
    } catch (error) {
      if (!(error instanceof BranchError) || !error.passing) throw error;
      last = error;
    }
    const took = Math.max(time() - started, 0.02);
    const left = MAX_SECONDS - (time() - began) - took;
    const wait = random() * Math.min(2 ** tries, MAX_SLOTS) * took;
    if (tries < MAX_TRIES && left > 0) await sleep(Math.min(wait, left));
    else throw last ?? new BranchError(tooMany(branch.name, tries), true);
  }
}

function tooMany(name: string, tries: number): string {
  return `Could not write to the branch ${name}: other jobs wrote to it each time in ${tries} tries. Run the job again.`;
}
