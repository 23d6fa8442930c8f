import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomBits, uniform } from '../src/compare/random.ts';
import type { HistoryRecord } from '../src/measure/history-record.ts';
import { encodeJoined } from '../src/store/history/joined-codec.ts';
import { joinedPathOf, monthOf } from '../src/store/history/layout.ts';

/** Milliseconds between two commits of a made history, and when its first was made. */
export const HOUR = 3_600_000;
export const START = Date.UTC(2024, 0, 1);

/**
 * Writes a record of each commit, joined by month as the weekly job leaves them: sizes that step now and then, noisy compile
 * times, run times as ratios. Gives the bytes that were written.
 */
export async function makeHistory(
  directory: string,
  line: readonly string[],
  series: number,
): Promise<number> {
  const bits = randomBits('triage scale');
  const chance = () => uniform(bits);
  const normal = () => Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
  const names = seriesNames(series);
  const state = names.map(() => 1e6 + Math.floor(chance() * 1e7));
  const months = new Map<string, HistoryRecord[]>();
  for (const [index, commit] of line.entries()) {
    const record = recordOf(index, commit, line, names, state, { chance, normal });
    const month = monthOf(record);
    const own = months.get(month) ?? [];
    if (own.length === 0) months.set(month, own);
    own.push(record);
  }
  let bytes = 0;
  for (const [month, records] of months) {
    const text = encodeJoined(records);
    bytes += text.length;
    const path = join(directory, joinedPathOf(month, 'default', text));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return bytes;
}

type SeriesName = readonly [name: string, metric: string];

/** Of ten series six are sizes, one is a compile time, and three are run times. */
function seriesNames(series: number): SeriesName[] {
  const metrics = [
    'loadable-bytes',
    'file-bytes',
    'text-bytes',
    'rodata-bytes',
    'gzip-bytes',
    'unwind-bytes',
  ];
  return Array.from({ length: series }, (_, index): SeriesName => {
    const [tens, place] = [Math.floor(index / 10), index % 10];
    const metric = metrics[place];
    if (metric !== undefined) return [`size program-${tens}`, metric];
    return place === 6
      ? [`compile crate-${tens}`, 'cpu-seconds']
      : [`bench group-${tens}/case-${place}`, 'wall-time'];
  });
}

interface Noise {
  readonly chance: () => number;
  readonly normal: () => number;
}

function recordOf(
  index: number,
  commit: string,
  line: readonly string[],
  names: readonly SeriesName[],
  state: number[],
  { chance, normal }: Noise,
): HistoryRecord {
  const committed = new Date(START + index * HOUR).toISOString();
  const ratios: HistoryRecord['ratios'] = [];
  const values = names.map(([name, metric], place) => {
    const old = state[place] ?? 1e6;
    if (metric === 'cpu-seconds') return { case: name, metric, value: 60 * Math.exp(0.02 * normal()) };
    if (metric === 'wall-time') {
      const jump = chance() < 0.0005 ? 0.05 : 0;
      const ratio = Math.exp(jump + 0.003 * normal());
      const ci: [number, number] = [ratio * 0.992, ratio * 1.008];
      if (index > 0)
        ratios.push({ case: name, metric, ratio, ci, pairs: 40, verdict: jump > 0 ? 'regression' : 'none' });
      return { case: name, metric, value: 0.01 * Math.exp(0.05 * normal()) };
    }
    const step = chance() < 0.1 ? Math.round(old * (chance() < 0.02 ? 0.01 : 0.0002) * (chance() - 0.4)) : 0;
    state[place] = old + step;
    return { case: name, metric, value: old + step };
  });
  return {
    schema: 1,
    tare: '0.1.0',
    commit,
    configuration: 'default',
    run: `${index}.1`,
    recorded: committed,
    committed,
    subject: `Change ${index}`,
    author: 'A Person',
    pullRequest: index === 0 ? null : index,
    parent: line[index - 1] ?? null,
    distance: index === 0 ? null : 1,
    identity: {
      'toolchain.rustc': `rustc 1.${90 + Math.floor(index / 1000)}.0`,
      'machine.cpu': index % 3 === 0 ? 'One processor' : 'Another processor',
      'machine.image': `image ${Math.floor(index / 168)}`,
      lockfile: String(Math.floor(index / 40)).padStart(64, '0'),
    },
    values,
    ratios,
    causes: [],
    accepted: [],
    failed: [],
  };
}
