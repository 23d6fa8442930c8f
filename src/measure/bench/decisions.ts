import type { BenchCase, TimePair } from './case.ts';

/** Enough, or how many more pairs are wanted; `likelihood`, above 0 to 1: how likely those decide, 1 when left out. */
export type Next = 'stop' | { readonly more: number; readonly likelihood?: number };

/** The judgement, which the runner does not know. Both are pure functions of what they are given. */
export interface Decisions {
  /** Called when a case has the pairs that were asked for; first with `firstPairs`. */
  decide(benchCase: BenchCase, pairs: readonly TimePair[]): Next;
  /**
   * Whether fresh pairs are wanted, and how many. Called for each case that `decide` stopped, first with none of them,
   * and not before every case had its first pairs or has no time left for them.
   */
  confirm(benchCase: BenchCase, pairs: readonly TimePair[], fresh: readonly TimePair[]): Next;
}
