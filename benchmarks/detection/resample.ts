/** More trials than time allows: blocks of real, consecutive pairs, drawn again and judged by the same procedure. */
import { type JudgedRow, judgeBench, type PairedCase } from '../../src/compare/bench.ts';
import { judgeReport } from '../../src/compare/family.ts';
import type { TimePair } from '../../src/compare/fast-half.ts';
import { PAIRED_RULE } from '../../src/compare/paired.ts';
import { decide, type Layouts } from '../../src/compare/procedure.ts';
import { type RandomBits, randomBits } from '../../src/compare/random.ts';
import { layoutSeconds, type Trial, total } from './round.ts';

/** Consecutive pairs that stay together: two ABBA blocks. */
const BLOCK = 4;

/** Real times of one kernel and change, in the order in which they were run. */
export interface Pool {
  readonly pairs: readonly TimePair[];
  readonly layouts: Layouts | null;
}

export interface Drawn {
  readonly row: JudgedRow;
  readonly pairs: number;
  readonly seconds: number;
}

export function poolOf(trials: readonly Trial[]): Pool {
  const pairs = trials.flatMap(({ screening, confirmation, extra }) => [
    ...screening,
    ...confirmation,
    ...extra,
  ]);
  const known = trials.flatMap(({ layouts }) => {
    return layouts === null || 'unavailable' in layouts || roundsOf(layouts) < BLOCK ? [] : [layouts];
  });
  return { pairs, layouts: known.length === 0 ? null : known.reduce(joined) };
}

/** Rounds that all layouts of both sides have; a job whose time was spent may have none. */
function roundsOf({ base, head }: Layouts): number {
  return Math.min(...[...base, ...head].map((times) => times.length));
}

/** One case, from its first pairs to its answer. Layouts that were never run count as not to be had: the change stays one. */
export function drawCase(pool: Pool, name: string): Drawn {
  const bits = randomBits(name);
  const screening: TimePair[] = [];
  const confirmation: TimePair[] = [];
  let layouts: PairedCase['layouts'] = null;
  for (;;) {
    const state = { case: name, rule: PAIRED_RULE, screening, confirmation, layouts, spent: false };
    const next = decide(state);
    if (next.kind === 'pairs') screening.push(...drawPairs(pool.pairs, next.more, bits));
    else if (next.kind === 'confirm') confirmation.push(...drawPairs(pool.pairs, next.more, bits));
    else if (next.kind === 'layouts') layouts = moreLayouts(pool, layouts, next.rounds, bits);
    else break;
  }
  const measured: PairedCase = {
    name,
    category: 'primary',
    screening,
    confirmation,
    layouts,
    earlier: [],
    instructions: null,
  };
  const { rows, failed } = judgeBench([measured], { configuration: 'default', cases: [], noise: 0 });
  const [row] = rows;
  if (row === undefined) throw new Error(failed[0]?.message ?? 'no row');
  const all = [...screening, ...confirmation];
  return { row, pairs: all.length, seconds: total(all) + layoutSeconds(layouts) };
}

/** Blocks from anywhere in the pool, the end joined to the start. */
export function drawPairs(pool: readonly TimePair[], count: number, bits: RandomBits): TimePair[] {
  return drawIndexes(pool.length, count, bits).map((index) => pool[index] ?? [Number.NaN, Number.NaN]);
}

/** Reports of `size` unchanged cases: how many hold a flag after the correction. */
export function unchangedReports(
  drawn: readonly Drawn[],
  size: number,
  reports: number,
  seed: string,
): number {
  const bits = randomBits(seed);
  let flagged = 0;
  for (let report = 0; report < reports; report++) {
    const rows = Array.from({ length: size }, () => drawn[below(drawn.length, bits)]?.row).filter(isRow);
    if (judgeReport(rows).some(({ verdict }) => verdict === 'regression' || verdict === 'improvement'))
      flagged += 1;
  }
  return flagged;
}

/** Whether each drawn case is still a regression in a report with `size - 1` unchanged ones. */
export function amongUnchanged(
  drawn: readonly Drawn[],
  unchanged: readonly Drawn[],
  size: number,
  seed: string,
): number {
  const bits = randomBits(seed);
  return drawn.filter(({ row }) => {
    if (row.comparison.verdict !== 'regression') return false;
    const others = Array.from({ length: size - 1 }, () => unchanged[below(unchanged.length, bits)]?.row);
    return judgeReport([row, ...others.filter(isRow)])[0]?.verdict === 'regression';
  }).length;
}

function isRow(row: JudgedRow | undefined): row is JudgedRow {
  return row !== undefined;
}

function moreLayouts(
  { layouts: real }: Pool,
  known: PairedCase['layouts'],
  rounds: number,
  bits: RandomBits,
): PairedCase['layouts'] {
  if (real === null) return { unavailable: 'no layouts were run' };
  const drawn = drawIndexes(roundsOf(real), rounds, bits);
  const pick = (times: readonly number[]) => drawn.map((index) => times[index] ?? Number.NaN);
  const more = { base: real.base.map(pick), head: real.head.map(pick) };
  return known === null || 'unavailable' in known ? more : joined(known, more);
}

function joined(known: Layouts, more: Layouts): Layouts {
  const join = (a: Layouts['base'], b: Layouts['base']) => a.map((times, at) => [...times, ...(b[at] ?? [])]);
  return { base: join(known.base, more.base), head: join(known.head, more.head) };
}

function drawIndexes(length: number, count: number, bits: RandomBits): number[] {
  const drawn: number[] = [];
  while (drawn.length < count) {
    const start = below(length, bits);
    for (let at = 0; at < BLOCK && drawn.length < count; at++) drawn.push((start + at) % length);
  }
  return drawn;
}

function below(limit: number, bits: RandomBits): number {
  return Math.floor((bits() / 2 ** 32) * limit);
}
