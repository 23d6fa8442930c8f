import { adjustedP, FALSE_DISCOVERY_RATE } from './bh.ts';
import { isSigned, type Verdict } from './comparison.ts';
import type { TimePair } from './fast-half.ts';
import { type JudgedPairs, judgePairs, PAIRED_RULE, type RejectedPairs } from './paired.ts';
import { plainPercent } from './percent.ts';

/** Pairs that were measured elsewhere. */
export interface GivenCase {
  readonly id: string;
  readonly pairs: readonly TimePair[];
}

/** The answer about one of them. */
export interface CaseAnswer {
  readonly verdict: Verdict | 'failed';
  /** Relative change; null without pairs. */
  readonly change: number | null;
  /** Its 99 % confidence interval; null for fewer than two pairs. */
  readonly ci: readonly [number, number] | null;
  /** Two-sided, of the case alone; null when it failed. */
  readonly p: number | null;
  readonly samples: number;
  /** Why it is undecided or failed, one line without a full stop. */
  readonly reason?: string;
}

/** Share of unchanged documents, of any length, with a flag that is accepted. Source: docs/adr/0007-paired-rule.md. */
export const DOCUMENT_LEVEL = 0.01;

/**
 * Judges cases whose pairs were all measured before anyone looked: each by all of its pairs at once, which is one look
 * however many they are. Two corrections over the cases with enough pairs follow: nothing is flagged unless Simes' test rejects
 * at 1 % that no case changed (Simes, "An improved Bonferroni procedure", 1986), and then what Benjamini and Hochberg keep at
 * 5 %. A flag that falls is `inconclusive`. The answers are in the order of the cases and depend neither on it nor on the unit.
 */
export function judgeCases(cases: readonly GivenCase[]): CaseAnswer[] {
  const judged = cases.map(({ id, pairs }) => judgePairs(pairs, id));
  const tested = judged.filter(isTested);
  const adjusted = adjustedP(tested.map(({ p }) => p));
  // The least adjusted p is the p of Simes' test.
  const level = adjusted.some((p) => p <= DOCUMENT_LEVEL) ? FALSE_DISCOVERY_RATE : 0;
  const fallen = new Set(tested.filter((_, index) => (adjusted[index] ?? 1) > level));
  return judged.map((one, index) => {
    if (one.kind === 'rejected') return failed(one, cases[index]?.pairs.length ?? 0);
    return answerOf(one, isTested(one) && fallen.has(one), tested.length);
  });
}

function isTested(judged: JudgedPairs | RejectedPairs): judged is JudgedPairs {
  return judged.kind === 'judged' && judged.samples >= PAIRED_RULE.minimumPairs;
}

function failed({ message }: RejectedPairs, samples: number): CaseAnswer {
  return { verdict: 'failed', change: null, ci: null, p: null, samples, reason: message };
}

function answerOf(judged: JudgedPairs, fell: boolean, tested: number): CaseAnswer {
  const { change, ci, p, samples } = judged;
  const flagged = isSigned(judged.verdict);
  const verdict = flagged && fell ? 'inconclusive' : judged.verdict;
  const answer = { verdict, change, ci, p, samples };
  if (verdict !== 'inconclusive') return answer;
  return { ...answer, reason: flagged ? chance(tested) : open(judged) };
}

function chance(tested: number): string {
  return `one of ${tested} cases judged together: alone it would be a change, among so many it may be chance`;
}

function open({ samples, smallest }: JudgedPairs): string {
  const { minimumPairs } = PAIRED_RULE;
  if (samples < minimumPairs) return `not enough pairs: ${samples} of ${minimumPairs}`;
  return `smallest change that could have been seen: ${plainPercent(smallest ?? 0)}`;
}
