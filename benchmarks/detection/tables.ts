/** The tables of a campaign, in Markdown. */
import { fastHalfRatio } from '../../src/compare/fast-half.ts';
import { isNoisy, SIZES } from './kernels.ts';
import { PEERS } from './peers.ts';
import { poolOf } from './resample.ts';
import { firstPairs, layoutSeconds, PEER_PAIRS, type Trial } from './round.ts';
import { type Cell, type Row, type Rules, sidesOf } from './rules.ts';
import { wilson } from './wilson.ts';

export function ruleTable(rows: readonly Row[]): string {
  const found = SIZES.slice(1).map((size) => `found at ${size * 100} %`);
  const head = `| rule | trials | false alarms at 0 % | ${found.join(' | ')} | pairs at 0 % | seconds at 0 % | seconds at 2 % |`;
  const lines = rows.map(({ rule, how, cells }) => {
    const [none, , two] = cells;
    const shares = cells.map((cell) => (cell === null ? '–' : shareOf(cell)));
    return `| ${rule} | ${how} | ${shares.join(' | ')} | ${fixed(none?.pairs)} | ${fixed(none?.seconds)} | ${fixed(two?.seconds)} |`;
  });
  return [head, `|---|---|${'---:|'.repeat(SIZES.length + 3)}`, ...lines].join('\n');
}

/** The targets that were set, and what was seen: direct trials, then resampled ones. */
export function targetTable(rules: Rules, layoutTrials: readonly Trial[]): string {
  const [whole] = rules.direct;
  const [alone] = rules.resampled;
  const at = (row: Row | undefined, size: (typeof SIZES)[number]) => {
    const cell = row?.cells[SIZES.indexOf(size)];
    return cell === null || cell === undefined ? '–' : shareOf(cell);
  };
  const layoutOnly = layoutTrials.filter(({ kernel }) => !isNoisy(kernel));
  const flagged = layoutOnly.filter(({ placement }) => placement !== null);
  const named = flagged.filter(({ placement }) => placement === 'placement').length;
  const slower = layoutOnly.filter(({ verdict }) => verdict === 'regression').length;
  const pairs = (row: Row | undefined) => fixed(row?.cells[0]?.pairs);
  const lines = [
    ['unchanged cases flagged', '≤ 1 %', at(whole, 0), at(alone, 0)],
    ['reports of 50 unchanged cases with a flag', '≤ 1 %', '–', shareOf(rules.reports)],
    ['+2 % found', '≥ 95 %', at(whole, 0.02), at(alone, 0.02)],
    ['+5 % found', '≥ 99 %', at(whole, 0.05), at(alone, 0.05)],
    ['mean pairs when nothing changed', '≤ 25', pairs(whole), pairs(alone)],
    ['layout only: reported slower', '≤ 2 %', shareOf({ hits: slower, trials: layoutOnly.length }), '–'],
    [
      'layout only: of the flagged, named placement',
      '≥ 90 %',
      shareOf({ hits: named, trials: flagged.length }),
      '–',
    ],
  ];
  return [
    '| ordinary kernels | target | direct | resampled |',
    '|---|---:|---:|---:|',
    ...lines.map((line) => `| ${line.join(' | ')} |`),
  ].join('\n');
}

/** What the builds really cost: by instructions, and by all the times of this campaign. */
export function sizeTable(trials: readonly Trial[], instructions: ReadonlyMap<string, number>): string {
  const kernels = [...new Set(trials.map(({ kernel }) => kernel))];
  const lines = kernels.map((kernel) => {
    const cells = SIZES.map((size) => {
      const own = trials.filter((trial) => trial.kernel === kernel && trial.change === size);
      const pool = poolOf(own).pairs;
      const counted = own.map(({ name }) => instructions.get(name)).find((ratio) => ratio !== undefined);
      const timed = pool.length < 2 ? '–' : percent(Math.expm1(fastHalfRatio(pool)));
      return `${counted === undefined ? '–' : percent(counted)} / ${timed}`;
    });
    const base = trials.find((trial) => trial.kernel === kernel)?.screening.map(([time]) => time) ?? [];
    const usual = base.toSorted((a, b) => a - b)[Math.floor(base.length / 2)] ?? Number.NaN;
    return `| ${kernel} | ${(usual * 1000).toFixed(0)} ms | ${cells.join(' | ')} |`;
  });
  const head = `| kernel | one run | ${SIZES.map((size) => `${size * 100} %`).join(' | ')} |`;
  return [head, `|---|---:|${'---:|'.repeat(SIZES.length)}`, ...lines].join('\n');
}

/** Changes of nothing but the layout. */
export function layoutTable(trials: readonly Trial[]): string {
  const lines = (['shuffled', 'version'] as const).flatMap((kind) => {
    const own = trials.filter(({ change }) => change === kind);
    if (own.length === 0) return [];
    const flagged = own.filter(({ placement }) => placement !== null);
    const share = (hits: number, of: readonly Trial[]) => shareOf({ hits, trials: of.length });
    const placed = (kind: Trial['placement']) => flagged.filter(({ placement }) => placement === kind).length;
    const verdicts = (verdict: string) => own.filter((trial) => trial.verdict === verdict).length;
    const changes = own.map(({ measured }) => measured).sort((a, b) => a - b);
    const range = `${percent(changes[0] ?? 0)} … ${percent(changes.at(-1) ?? 0)}`;
    const seconds = mean(flagged.map(({ layouts }) => layoutSeconds(layouts)));
    const kindName = kind === 'shuffled' ? 'shuffled link' : 'version bump';
    return `| ${kindName} | ${own.length} | ${range} | ${share(flagged.length, own)} | ${share(placed('placement'), flagged)} | ${share(placed('undecided'), flagged)} | ${share(placed('not ruled out'), flagged)} | ${share(verdicts('regression'), own)} | ${share(verdicts('improvement'), own)} | ${fixed(seconds)} |`;
  });
  const head =
    '| change | trials | measured between single layouts | a single layout flags | of these: named placement | undecided | not ruled out | reported slower | reported faster | seconds of the layouts |';
  return [head, '|---|---:|---|---:|---:|---:|---:|---:|---:|---:|', ...lines].join('\n');
}

/** How often the others flag changes of nothing but the layout. */
export function layoutPeers(trials: readonly Trial[]): string {
  const own = trials.filter(({ change }) => typeof change === 'string');
  const lines = PEERS.map((peer) => {
    const flags = own.filter((trial) => {
      return peer.ask(sidesOf(firstPairs(trial)), `${trial.name} ${trial.round}`) !== 'same';
    });
    return `| ${peer.name} | ${shareOf({ hits: flags.length, trials: own.length })} |`;
  });
  return [`| rule, interleaved, ${PEER_PAIRS} a side | flags |`, '|---|---:|', ...lines].join('\n');
}

/** `5 % (1/20; 1–24)`: the share, its trials, Wilson's interval at 95 %. */
function shareOf({ hits, trials }: Pick<Cell, 'hits' | 'trials'>): string {
  if (trials === 0) return '–';
  const [low, high] = wilson(hits, trials);
  const digits = trials > 200 ? 1 : 0;
  const value = (share: number) => (share * 100).toFixed(digits);
  return `${value(hits / trials)} % (${hits}/${trials}; ${value(low)}–${value(high)})`;
}

function percent(ratio: number): string {
  return `${ratio < 0 ? '−' : '+'}${Math.abs(ratio * 100).toFixed(2)} %`;
}

function fixed(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(1);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
