/** The rules' hits and costs over the trials of a campaign. */
import { randomBits } from '../../src/compare/random.ts';
import { isNoisy, SIZES } from './kernels.ts';
import { type Answer, PEERS, type Peer, type Samples } from './peers.ts';
import { amongUnchanged, type Drawn, drawCase, drawPairs, poolOf, unchangedReports } from './resample.ts';
import { firstPairs, PEER_PAIRS, type Trial } from './round.ts';

/** Hits of a rule at one change, and what its trials cost. */
export interface Cell {
  readonly hits: number;
  readonly trials: number;
  /** Mean pairs, or runs a side, of one trial. */
  readonly pairs: number;
  readonly seconds: number;
}

export interface Row {
  readonly rule: string;
  readonly how: string;
  /** In the order of the sizes. */
  readonly cells: readonly (Cell | null)[];
}

export interface Rules {
  /** Tare's job, then Tare's before the correction. */
  readonly direct: readonly Row[];
  readonly peers: readonly Row[];
  /** Tare alone, Tare in a report of 50, then the others. */
  readonly resampled: readonly Row[];
  /** Reports of 50 unchanged cases, resampled, and how many held a flag. */
  readonly reports: { readonly hits: number; readonly trials: number };
}

const REPORTS = { size: 50, count: 1000 };

/** The rules on ordinary kernels, or on the noisy ones; null without any. `draws`: resampled trials of a kernel and size. */
export function judgeRules(trials: readonly Trial[], noisy: boolean, draws: number): Rules | null {
  const own = trials.filter(({ kernel, change }) => isNoisy(kernel) === noisy && typeof change === 'number');
  if (own.length === 0) return null;
  const drawn = SIZES.map((size) => drawAll(own, size, draws));
  const hits = unchangedReports(drawn[0] ?? [], REPORTS.size, REPORTS.count, 'unchanged');
  return {
    direct: directRows(own),
    peers: peerRows(own),
    resampled: [...resampledRows(drawn), ...resampledPeers(own, draws)],
    reports: { hits, trials: REPORTS.count },
  };
}

function directRows(trials: readonly Trial[]): Row[] {
  const row = (rule: string, verdict: (trial: Trial) => string): Row => ({
    rule,
    how: 'direct',
    cells: SIZES.map((size) => {
      const own = trials.filter(({ change }) => change === size);
      const hits = own.filter((trial) => isHit(verdict(trial), size)).length;
      const pairs = own.map(({ screening, confirmation }) => screening.length + confirmation.length);
      return cellOf(
        hits,
        pairs,
        own.map(({ seconds }) => seconds),
      );
    }),
  });
  return [
    row('**Tare**, the whole job', ({ verdict }) => verdict),
    row('Tare, before the correction over the job', ({ alone }) => alone),
  ];
}

function peerRows(trials: readonly Trial[]): Row[] {
  const ways: readonly { readonly how: string; readonly of: (trial: Trial) => Samples | null }[] = [
    { how: 'direct, interleaved', of: (trial) => sidesOf(firstPairs(trial)) },
    { how: 'direct, blocks', of: ({ blocks }) => blocks },
  ];
  return ways.flatMap(({ how, of }) =>
    PEERS.flatMap((peer) =>
      peer.samples.map((count) =>
        peerRow(peer, how, count, (size) =>
          trials
            .filter(({ change }) => change === size)
            .flatMap((trial) => {
              const samples = of(trial);
              const enough = samples !== null && samples.base.length >= count && samples.head.length >= count;
              return enough ? [{ samples: cut(samples, count), seed: `${trial.name} ${trial.round}` }] : [];
            }),
        ),
      ),
    ),
  );
}

function peerRow(
  peer: Peer,
  how: string,
  count: number,
  asked: (size: number) => readonly { readonly samples: Samples; readonly seed: string }[],
): Row {
  const cells = SIZES.map((size) => {
    const all = asked(size);
    const hits = all.filter(({ samples, seed }) => isHit(peer.ask(samples, seed), size)).length;
    const seconds = all.map(({ samples }) => sum(samples.base) + sum(samples.head));
    return cellOf(
      hits,
      all.map(() => count),
      seconds,
    );
  });
  return { rule: peer.name, how: `${how}, ${count} a side`, cells };
}

function resampledRows(drawn: readonly (readonly Drawn[])[]): Row[] {
  const tare: Row = {
    rule: '**Tare**, each case alone',
    how: 'resampled',
    cells: drawn.map((all, at) => {
      const hits = all.filter(({ row }) => isHit(row.comparison.verdict, SIZES[at] ?? 0)).length;
      return cellOf(
        hits,
        all.map(({ pairs }) => pairs),
        all.map(({ seconds }) => seconds),
      );
    }),
  };
  const unchanged = drawn[0] ?? [];
  const among: Row = {
    rule: `**Tare**, one among ${REPORTS.size - 1} unchanged in a report`,
    how: 'resampled',
    cells: drawn.map((all, at) =>
      at === 0
        ? null
        : cellOf(
            amongUnchanged(all, unchanged, REPORTS.size, `among ${at}`),
            all.map(({ pairs }) => pairs),
            [],
          ),
    ),
  };
  return [tare, among];
}

/** The others on blocks of the same pairs drawn again. */
function resampledPeers(trials: readonly Trial[], draws: number): Row[] {
  return PEERS.map((peer) =>
    peerRow(peer, 'resampled, interleaved', PEER_PAIRS, (size) =>
      kernelsOf(trials, size).flatMap(({ kernel, own }) => {
        const bits = randomBits(`peers ${kernel} ${size}`);
        const { pairs } = poolOf(own);
        return Array.from({ length: draws }, (_, at) => ({
          samples: sidesOf(drawPairs(pairs, PEER_PAIRS, bits)),
          seed: `${kernel} ${size} ${at}`,
        }));
      }),
    ),
  );
}

function drawAll(trials: readonly Trial[], size: number, draws: number): Drawn[] {
  return kernelsOf(trials, size).flatMap(({ kernel, own }) => {
    const pool = poolOf(own);
    return Array.from({ length: draws }, (_, at) => drawCase(pool, `drawn ${kernel} ${size} ${at}`));
  });
}

/** Unchanged: any flag is a hit, a false one. Else only slower counts. */
function isHit(answer: Answer | string, size: number): boolean {
  if (answer === 'slower' || answer === 'regression') return true;
  return size === 0 && (answer === 'faster' || answer === 'improvement');
}

function kernelsOf(trials: readonly Trial[], size: number): { kernel: string; own: Trial[] }[] {
  const kernels = [...new Set(trials.map(({ kernel }) => kernel))];
  return kernels
    .map((kernel) => ({ kernel, own: trials.filter((t) => t.kernel === kernel && t.change === size) }))
    .filter(({ own }) => own.length > 0);
}

function cellOf(hits: number, pairs: readonly number[], seconds: readonly number[]): Cell {
  return { hits, trials: pairs.length, pairs: mean(pairs), seconds: mean(seconds) };
}

export function sidesOf(pairs: readonly (readonly [number, number])[]): Samples {
  return { base: pairs.map(([base]) => base), head: pairs.map(([, head]) => head) };
}

function cut({ base, head }: Samples, count: number): Samples {
  return { base: base.slice(0, count), head: head.slice(0, count) };
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
