import { type Comparison, isSigned } from '../comparison.ts';
import type { TimePair } from '../fast-half.ts';
import { direction, reason } from '../judgement.ts';
import { signedPercent } from '../percent.ts';
import { COMPILE_CASE, OWN_METRIC } from './own-crates.ts';
import { judgeRounds } from './rounds.ts';

const COLD_METRIC = 'cpu-seconds';

/** Whether a row is the cost of the cold build, beyond the fence of main's history, and not yet decided. */
export function isSuspiciousCold(row: Comparison): boolean {
  return isCold(row) && row.verdict === 'inconclusive' && row.relevant;
}

export function isCold(row: Comparison): boolean {
  return row.case === COMPILE_CASE && row.metric === COLD_METRIC;
}

/** Decides a suspicious cold build where nothing that is compiled differs between base and head. */
export function settleAsNoise(row: Comparison): Comparison {
  if (!isSuspiciousCold(row)) return row;
  const why = told(row, 'but nothing that is compiled differs: the machine did');
  return { ...row, verdict: 'none', magnitude: null, relevant: false, why };
}

/** Adds a sentence to what is said of the cold build. */
export function noted(row: Comparison, note: string): Comparison {
  return isCold(row) ? { ...row, why: [...row.why, reason(note)].slice(0, 50) } : row;
}

/**
 * Decides each suspicious cold build by the rounds of the own crates, where those were judged: with the same dependencies,
 * settings and toolchain on both sides, the own crates are all that can have changed. Confirmed: they moved in the same
 * direction by so many seconds that the cold build had to move beyond its threshold. Else, when they are decided, the machine
 * is the cause. Call it with a report's rows after the correction over the report.
 */
export function settleCold(rows: readonly Comparison[]): Comparison[] {
  return rows.map((row) => {
    if (!isSuspiciousCold(row)) return row;
    const own = rows.find((each) => each.metric === OWN_METRIC && each.configuration === row.configuration);
    return own === undefined ? row : settledBy(own, row);
  });
}

function settledBy(own: Comparison, cold: Comparison): Comparison {
  const moved = own.after - (own.before ?? own.after);
  const shown = `${moved < 0 ? '−' : '+'}${Math.abs(moved).toFixed(2)} s`;
  if (own.verdict === 'inconclusive') {
    return { ...cold, why: told(cold, 'and the own crates, compiled side by side, leave it undecided') };
  }
  const wanted = (cold.before ?? 0) * cold.threshold;
  const sameWay = isSigned(own.verdict) && moved * (cold.after - (cold.before ?? 0)) > 0;
  if (sameWay && Math.abs(moved) >= wanted) {
    const why = told(cold, `confirmed: the own crates, compiled side by side, take ${shown}`);
    return { ...cold, verdict: own.verdict, why };
  }
  const change = sameWay ? `explain only ${shown}` : 'do not explain it';
  const note = `but the own crates, compiled side by side, ${change}, and nothing else differs: the machine did`;
  return { ...cold, verdict: 'none', magnitude: null, relevant: false, why: told(cold, note) };
}

/**
 * Largest relative change of CPU time that 99 % of unchanged comparisons stay within, by the number of pairs of cold builds.
 * Source: detection §4.
 */
const PAIR_LIMITS: readonly (readonly [pairs: number, change: number])[] = [
  [2, 0.067],
  [4, 0.053],
];

/** Pairs of cold builds that are still wanted to decide; 0: none. */
export function coldPairsWanted(pairs: readonly TimePair[]): number {
  const [[least], [most]] = [PAIR_LIMITS[0] ?? [2], PAIR_LIMITS.at(-1) ?? [4]];
  if (pairs.length < least) return least - pairs.length;
  const limit = limitFor(pairs.length) ?? 0;
  const size = Math.abs(Math.log1p(judgeRounds(pairs).change));
  const open = size < Math.log1p(limit) && size >= Math.log1p(limit) / 2;
  return open && pairs.length < most ? most - pairs.length : 0;
}

/**
 * Decides a suspicious cold build by pairs of cold builds in turn (CPU seconds of base and head): confirmed when they differ in
 * its direction by more than chance does. What is not confirmed stays `inconclusive`, and need not be seen when the pairs
 * differ by less than half of that.
 */
export function settleByPairs(cold: Comparison, pairs: readonly TimePair[]): Comparison {
  const { change, samples } = judgeRounds(pairs);
  const limit = limitFor(samples);
  if (limit === null) return cold;
  const shown = `${samples} cold builds of each side in turn differ by ${signedPercent(change)}`;
  const sameWay = change * (cold.after - (cold.before ?? 0)) > 0;
  const size = Math.abs(Math.log1p(change));
  if (sameWay && size >= Math.log1p(limit)) {
    const verdict = direction(cold.before ?? 0, cold.after);
    return { ...cold, verdict, why: told(cold, `confirmed: ${shown}`) };
  }
  const relevant = sameWay && size >= Math.log1p(limit) / 2;
  const note = `not confirmed: ${shown}, and below ${signedPercent(limit).replace('+', '')} that may be chance`;
  return { ...cold, relevant, magnitude: relevant ? cold.magnitude : null, why: told(cold, note) };
}

/** For a number of pairs that was not measured, the limit of the next smaller one; null for too few. */
function limitFor(pairs: number): number | null {
  return PAIR_LIMITS.findLast(([count]) => count <= pairs)?.[1] ?? null;
}

/** What is said of the cold build instead of its being a suspicion; other causes stay. */
function told(cold: Comparison, note: string): Comparison['why'] {
  const others = cold.why.filter(({ kind }) => kind !== 'judgement');
  const beyond = `beyond the fence of ${cold.samples} earlier values`;
  return [reason(`${beyond}, ${note}`), ...others];
}
