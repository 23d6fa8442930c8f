import { isSigned, type Verdict } from '../../compare/comparison.ts';
import type { TimePair } from '../../compare/fast-half.ts';
import { judgePairs } from '../../compare/paired.ts';
import type { BenchRunFacts } from '../../report/report.ts';

/** The same program against itself, judged. */
export interface JudgedNoise {
  readonly verdict: Verdict;
  readonly fact: BenchRunFacts['noise'][number];
}

/** Judges the pairs of base against base of a job; pairs that cannot be judged are left out. */
export function judgeNoise(
  noise: readonly { readonly case: string; readonly pairs: readonly TimePair[] }[],
): readonly JudgedNoise[] {
  return noise.flatMap(({ case: name, pairs }) => {
    const judged = judgePairs(pairs, `${name} noise`);
    if (judged.kind === 'rejected' || judged.change === null) return [];
    const { change, ci, verdict } = judged;
    return [{ verdict, fact: { case: name, change, ci, pairs: pairs.length } }];
  });
}

/** How far the same program differed from itself, where that was significant: a smaller change says nothing on this machine. */
export function noiseFloor(noise: readonly JudgedNoise[]): number {
  return Math.max(0, ...noise.map(({ verdict, fact }) => (isSigned(verdict) ? Math.abs(fact.change) : 0)));
}
