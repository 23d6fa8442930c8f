/**
 * False alarms and detections of the paired rule (src/compare/paired.ts) on made-up times, whose truth is known.
 *
 *   node benchmarks/paired-simulation.ts [trials per cell, default 1000]      (Node 24; about five minutes on one core)
 *
 * Each time is lognormal around the truth; `shared` adds a drifting machine (AR(1), correlation 0.98 from run to run) and
 * bursts of other work that come and go, `chase` is a program whose own processes differ by 15 %. Base and head run in
 * ABBA order, so that both members of a pair are neighbours in time. Both sides of a comparison carry a fixed difference of
 * 0.1 % (sd), as two builds of the same source do. Seeds are fixed: equal arguments print equal numbers.
 */
import type { JudgedRow } from '../src/compare/bench.ts';
import { discoveries } from '../src/compare/bh.ts';
import type { Comparison } from '../src/compare/comparison.ts';
import { judgeReport } from '../src/compare/family.ts';
import type { TimePair } from '../src/compare/fast-half.ts';
import { judgeCases } from '../src/compare/judge-cases.ts';
import { morePairs } from '../src/compare/looks.ts';
import { type JudgedPairs, judgePairs, PAIRED_RULE } from '../src/compare/paired.ts';
import { decide, type Layouts, type PairedOutcome, type PairedState } from '../src/compare/procedure.ts';
import { randomBits, uniform } from '../src/compare/random.ts';
import { CONFIRMING, confirm, isSuspect, SCREENING } from '../src/compare/screen.ts';

interface Machine {
  readonly name: string;
  /** Standard deviations, in log time: of one process, of the drift, and of a build's own placement. */
  readonly process: number;
  readonly drift: number;
  /** Slow-down while other work runs, and the chance per run that it starts. */
  readonly burst: number;
  readonly burstStart: number;
}

const PLACEMENT = 0.001;
const BURST_END = 0.1;
const MACHINES: readonly Machine[] = [
  { name: 'quiet', process: 0.012, drift: 0, burst: 0, burstStart: 0 },
  { name: 'shared', process: 0.02, drift: 0.04, burst: 0.25, burstStart: 0.03 },
  { name: 'chase', process: 0.15, drift: 0.04, burst: 0.25, burstStart: 0.03 },
];
const CHANGES = [0, 0.01, 0.02, 0.03, 0.05, 0.1];

/** What a way of asking answers, and how many pairs it took. */
interface Answer {
  readonly verdict: JudgedPairs['verdict'];
  readonly pairs: number;
}
type Ask = (run: (count: number) => TimePair[], seed: string) => Answer;

const WAYS: Readonly<Record<string, Ask>> = {
  '20 pairs': fixed(20),
  '30 pairs': fixed(30),
  '60 pairs': fixed(60),
  'looks at 12 to 60': looks,
  'screen 20, confirm 40': screened,
  'the procedure: looks, flags confirmed by 40': procedure,
};

function main(): void {
  const trials = Number(process.argv[2] ?? 1000);
  if (!Number.isInteger(trials) || trials < 1) throw new Error('trials: a positive whole number');
  const started = performance.now();
  console.log(
    `${trials} trials per cell; share flagged in % (0: either direction, else: slower), mean pairs\n`,
  );
  console.log(`| machine | way | ${CHANGES.map(percent).join(' | ')} | pairs at 0 | pairs at 2 % |`);
  console.log(`|---|---|${CHANGES.map(() => '---:|').join('')}---:|---:|`);
  for (const machine of MACHINES) {
    for (const [way, ask] of Object.entries(WAYS)) console.log(row(machine, way, ask, trials));
  }
  reports(Math.ceil(trials / 10));
  unchangedReports(Math.ceil(trials / 5));
  layoutChanges(trials);
  console.log(`\n${((performance.now() - started) / 1000).toFixed(0)} s`);
}

function row(machine: Machine, way: string, ask: Ask, trials: number): string {
  const cells = CHANGES.map((change) => cell(machine, ask, change, trials));
  const pairsAt = (change: number) => cells[CHANGES.indexOf(change)]?.pairs.toFixed(0);
  const shares = cells.map(({ share }) => (share * 100).toFixed(1));
  return `| ${machine.name} | ${way} | ${shares.join(' | ')} | ${pairsAt(0)} | ${pairsAt(0.02)} |`;
}

function cell(machine: Machine, ask: Ask, change: number, trials: number): { share: number; pairs: number } {
  let flagged = 0;
  let pairs = 0;
  for (let trial = 0; trial < trials; trial++) {
    const seed = `${machine.name} ${change} ${trial}`;
    const answer = ask(pairSource(machine, change, seed), seed);
    pairs += answer.pairs;
    if (answer.verdict === 'regression' || (change === 0 && answer.verdict === 'improvement')) flagged++;
  }
  return { share: flagged / trials, pairs: pairs / trials };
}

/** Reports of 200 cases on the shared machine: none slower, and ten slower by 2 %. */
function reports(count: number): void {
  console.log(`\n${count} reports of 200 cases, shared machine\n`);
  console.log(
    '| pairs | rule | reports with a false flag, none slower | found of 10 slower by 2 % | false among flagged |',
  );
  console.log('|---:|---|---:|---:|---:|');
  for (const pairs of [20, 30, 60]) {
    const tallies = { 'p < 0.01 and 1 %': tally(), 'BH 5 % and 1 %': tally() };
    for (let report = 0; report < count; report++) {
      for (const slower of [0, 10]) {
        const judged = reportOf(pairs, slower, `report ${report} ${slower} ${pairs}`);
        const large = judged.map((one) => Math.abs(one.logRatio) >= Math.log1p(PAIRED_RULE.minimumEffect));
        const discovered = discoveries(judged.map((one) => one.p));
        const single = judged.map((one, i) => one.p < PAIRED_RULE.level && large[i] === true);
        const corrected = discovered.map((flag, i) => flag && large[i] === true);
        countFlags(tallies['p < 0.01 and 1 %'], single, slower);
        countFlags(tallies['BH 5 % and 1 %'], corrected, slower);
      }
    }
    for (const [rule, t] of Object.entries(tallies)) {
      const found = percent(t.found / (10 * count));
      const falseShare = percent(t.wrong / Math.max(1, t.wrong + t.found));
      console.log(`| ${pairs} | ${rule} | ${percent(t.alarmed / count)} | ${found} | ${falseShare} |`);
    }
  }
}

function reportOf(pairs: number, slower: number, seed: string): JudgedPairs[] {
  const machine = MACHINES[1];
  if (machine === undefined) throw new Error('no machine');
  return Array.from({ length: 200 }, (_, i) => {
    const caseSeed = `${seed} ${i}`;
    return judged(pairSource(machine, i < slower ? 0.02 : 0, caseSeed)(pairs), caseSeed);
  });
}

interface Tally {
  alarmed: number;
  found: number;
  wrong: number;
}

function tally(): Tally {
  return { alarmed: 0, found: 0, wrong: 0 };
}

function countFlags(into: Tally, flags: readonly boolean[], slower: number): void {
  if (slower === 0) {
    into.alarmed += flags.some(Boolean) ? 1 : 0;
    return;
  }
  into.found += flags.slice(0, slower).filter(Boolean).length;
  into.wrong += flags.slice(slower).filter(Boolean).length;
}

function fixed(count: number): Ask {
  return (run, seed) => ({ verdict: judged(run(count), seed).verdict, pairs: count });
}

function looks(run: (count: number) => TimePair[], seed: string): Answer {
  return answerOf(lookedAt(run, seed));
}

function answerOf({ verdict, samples }: JudgedPairs): Answer {
  return { verdict, pairs: samples };
}

/** What src/jobs does with one case: `decide` until it is done; the layouts cannot be had. */
function procedure(run: (count: number) => TimePair[], seed: string): Answer {
  const { outcome, pairs } = drive(run, seed, { unavailable: 'simulated' });
  return { verdict: outcome.verdict, pairs };
}

function drive(
  run: (count: number) => TimePair[],
  seed: string,
  layouts: PairedState['layouts'] | ((rounds: number) => Layouts),
): { outcome: PairedOutcome; pairs: number } {
  const screening: TimePair[] = [];
  const confirmation: TimePair[] = [];
  let known = typeof layouts === 'function' ? null : layouts;
  for (;;) {
    const state = { case: seed, rule: PAIRED_RULE, screening, confirmation, layouts: known, spent: false };
    const next = decide(state);
    if (next.kind === 'done') return { outcome: next.outcome, pairs: screening.length + confirmation.length };
    if (next.kind === 'pairs') screening.push(...run(next.more));
    else if (next.kind === 'confirm') confirmation.push(...run(next.more));
    else if (next.kind === 'layouts' && typeof layouts === 'function')
      known = joined(known, layouts(next.rounds));
    else throw new Error(next.kind);
  }
}

function joined(known: PairedState['layouts'], more: Layouts): Layouts {
  if (known === null || 'unavailable' in known) return more;
  const join = (a: Layouts['base'], b: Layouts['base']) => a.map((times, i) => [...times, ...(b[i] ?? [])]);
  return { base: join(known.base, more.base), head: join(known.head, more.head) };
}

/** Reports of 50 unchanged cases, through the procedure and the correction; and documents through `tare judge`. */
function unchangedReports(count: number): void {
  console.log(`\n${count} reports of 50 unchanged cases, and documents of 60 pairs a case\n`);
  console.log(
    '| machine | pairs per case | flags before the correction | reports with a flag | documents with a flag |',
  );
  console.log('|---|---:|---:|---:|---:|');
  for (const machine of MACHINES) {
    let [alarmed, flags, pairs, documents] = [0, 0, 0, 0];
    for (let report = 0; report < count; report++) {
      const seeds = Array.from({ length: 50 }, (_, i) => `unchanged ${machine.name} ${report} ${i}`);
      const driven = seeds.map((seed) =>
        drive(pairSource(machine, 0, seed), seed, { unavailable: 'simulated' }),
      );
      pairs += driven.reduce((sum, one) => sum + one.pairs, 0);
      flags += driven.filter(({ outcome }) => isFlag(outcome.verdict)).length;
      const rows = driven.map(({ outcome }) => rowOf(outcome));
      if (judgeReport(rows).some(({ verdict }) => isFlag(verdict))) alarmed++;
      const cases = seeds.map((seed) => ({
        id: seed,
        pairs: pairSource(machine, 0, `document ${seed}`)(60),
      }));
      if (judgeCases(cases).some(({ verdict }) => isFlag(verdict))) documents++;
    }
    const mean = (pairs / count / 50).toFixed(1);
    console.log(
      `| ${machine.name} | ${mean} | ${flags} of ${count * 50} | ${percent(alarmed / count)} | ${percent(documents / count)} |`,
    );
  }
}

function rowOf({ judged, verdict, pairs }: PairedOutcome): JudgedRow {
  const numbers = { before: 1, after: 1, change: judged.change, ci: judged.ci, samples: pairs.length };
  const comparison: Comparison = {
    ...{
      configuration: 'simulated',
      case: 'bench simulated',
      metric: 'wall-time',
      unit: 's',
      tier: 'paired',
    },
    ...{ category: 'primary', headline: true, ...numbers, threshold: PAIRED_RULE.minimumEffect, verdict },
    ...{ magnitude: null, relevant: true, budget: null, overBudget: false, why: [] },
  };
  return { comparison, p: judged.p };
}

function isFlag(verdict: string): boolean {
  return verdict === 'regression' || verdict === 'improvement';
}

/**
 * Whole procedure with layouts: builds that differ in nothing but their layout, and ones slower by 3 % as well. A layout is
 * nearly free with probability 0.7 and else costs up to 15 %, about as the kernels of detection §3.
 */
function layoutChanges(count: number): void {
  console.log(`\n${count} comparisons of two builds with a layout each, shared machine\n`);
  console.log(
    '| head | flagged on single layouts | called slower | called faster | named placement, of the flagged | undecided |',
  );
  console.log('|---|---:|---:|---:|---:|---:|');
  const machine = { name: 'layouts', process: 0.012, drift: 0.02, burst: 0.2, burstStart: 0.01 };
  for (const change of [0, 0.03]) {
    const answers = Array.from({ length: count }, (_, i) =>
      laidOut(machine, change, `layout ${change} ${i}`),
    );
    const placements = answers.map(({ placement }) => placement);
    const flagged = placements.filter((placement) => placement !== null).length;
    const share = (part: number, whole = count) =>
      percent(Math.round((1000 * part) / Math.max(1, whole)) / 1000);
    const verdicts = (wanted: string) => share(answers.filter(({ verdict }) => verdict === wanted).length);
    const named = share(placements.filter((placement) => placement === 'placement').length, flagged);
    const open = share(placements.filter((placement) => placement === 'undecided').length);
    console.log(
      `| ${percent(change)} | ${share(flagged)} | ${verdicts('regression')} | ${verdicts('improvement')} | ${named} | ${open} |`,
    );
  }
}

function laidOut(machine: Machine, change: number, seed: string): PairedOutcome {
  const bits = randomBits(`offsets ${seed}`);
  const offset = () => (uniform(bits) < 0.7 ? 0.002 : 0.15) * uniform(bits);
  const base = Array.from({ length: 4 }, offset);
  const head = Array.from({ length: 4 }, () => Math.log1p(change) + offset());
  const single = pairSource(machine, Math.expm1((head[0] ?? 0) - (base[0] ?? 0)), seed);
  const times = pairSource(machine, 0, `rounds ${seed}`);
  const round = (levels: readonly number[], side: 0 | 1) =>
    levels.map((level) => Math.exp(level) * (times(1)[0]?.[side] ?? Number.NaN));
  return drive(single, seed, (rounds) => {
    const all = Array.from({ length: rounds }, () => ({ base: round(base, 0), head: round(head, 1) }));
    const side = (name: 'base' | 'head') =>
      base.map((_, layout) => all.map((one) => one[name][layout] ?? Number.NaN));
    return { base: side('base'), head: side('head') };
  }).outcome;
}

function lookedAt(run: (count: number) => TimePair[], seed: string): JudgedPairs {
  const pairs: TimePair[] = [];
  let judgement = judged(pairs, seed);
  for (let next = morePairs(judgement); next !== null; next = morePairs(judgement)) {
    pairs.push(...run(next - pairs.length));
    judgement = judged(pairs, seed);
  }
  return judgement;
}

function screened(run: (count: number) => TimePair[], seed: string): Answer {
  const screen = judged(run(SCREENING.pairs), seed);
  if (!isSuspect(screen)) return { verdict: 'none', pairs: SCREENING.pairs };
  const confirmed = confirm(screen, run(CONFIRMING.pairs), `${seed} confirm`);
  if (confirmed.kind === 'rejected') throw new Error(confirmed.message);
  return { verdict: confirmed.verdict, pairs: SCREENING.pairs + CONFIRMING.pairs };
}

function judged(pairs: readonly TimePair[], seed: string): JudgedPairs {
  const judgement = judgePairs(pairs, seed);
  if (judgement.kind === 'rejected') throw new Error(judgement.message);
  return judgement;
}

/** Runs pairs on a machine whose state goes on from call to call. */
function pairSource(machine: Machine, change: number, seed: string): (count: number) => TimePair[] {
  const bits = randomBits(`times ${seed}`);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform(bits))) * Math.cos(2 * Math.PI * uniform(bits));
  const correlation = 0.98;
  let drift = machine.drift * normal();
  let bursting = uniform(bits) < machine.burstStart / (machine.burstStart + BURST_END);
  const head = Math.log1p(change) + PLACEMENT * normal();
  const time = (level: number) => {
    drift = correlation * drift + Math.sqrt(1 - correlation ** 2) * machine.drift * normal();
    bursting = uniform(bits) < (bursting ? 1 - BURST_END : machine.burstStart);
    const other = bursting ? machine.burst * uniform(bits) : 0;
    return Math.exp(level + drift + other + machine.process * normal());
  };
  let done = 0;
  return (count) =>
    Array.from({ length: count }, () => {
      const baseFirst = done++ % 2 === 0;
      if (baseFirst) {
        const base = time(0);
        return [base, time(head)];
      }
      const later = time(head);
      return [time(0), later];
    });
}

function percent(share: number): string {
  const value = share * 100;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} %`;
}

main();
