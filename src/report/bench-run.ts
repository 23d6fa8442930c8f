import { subjectOf } from './label.ts';
import { formatChange, formatCount, formatInterval } from './number.ts';
import type { BenchRunFacts } from './report.ts';
import type { Voice } from './voice.ts';
import { plural } from './wording.ts';

const NOISE_SHOWN = 3;

/** How the benchmarks were run, as titles and texts: how many pairs in what time, the noise floor, and what else the machine did. */
export function benchFacts(
  bench: BenchRunFacts | null,
  voice: Voice,
): readonly (readonly [title: string, text: string])[] {
  if (bench === null) return [];
  const cases = plural(bench.cases, 'benchmark', formatCount(bench.cases));
  const pairs = plural(bench.pairs, 'pair', formatCount(bench.pairs));
  const spent = bench.minutes < 1 ? `${Math.round(bench.minutes * 60)} s` : minutes(bench.minutes);
  const time = `${spent} of ${minutes(bench.budget)} min`;
  const counted = bench.instructions === undefined ? '' : voice.sentence(bench.instructions);
  const instructions = counted === '' ? [] : ([['Instructions', counted]] as const);
  const same = bench.unchanged === undefined ? [] : ([['Not timed', sameText(bench.unchanged)]] as const);
  if (bench.cases === 0) return [...same, ...instructions];
  return [
    ['Run time', `${cases}, base and head in turn on this machine: ${pairs} in ${voice.number(time)}`],
    ['Noise floor', noiseText(bench, voice)],
    ['Machine load', loadText(bench)],
    ...same,
    ...instructions,
  ];
}

function sameText(count: number): string {
  const what = plural(count, 'benchmark', formatCount(count));
  return `${what} with the same programs on both sides, byte for byte`;
}

/** The base against itself; the largest first. */
function noiseText({ noise }: BenchRunFacts, voice: Voice): string {
  if (noise.length === 0) return 'not measured: no time was left for it';
  const shown = [...noise]
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .slice(0, NOISE_SHOWN)
    .map(({ case: name, change, ci, pairs }) => {
      const range = ci === null ? '' : ` ${voice.number(formatInterval(ci))}`;
      return `${voice.name(subjectOf(name))} ${voice.number(formatChange(change))}${range}, ${plural(pairs, 'pair')}`;
    });
  const rest = noise.length - shown.length;
  return `the base against itself: ${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}

function loadText({ load }: BenchRunFacts): string {
  if (load === null) return 'not known on this system';
  const [start, end] = load.average.map((value) => value.toFixed(1));
  return `load average ${start} before and ${end} after; other programs used ${percent(load.others)} of the processors, other machines ${percent(load.steal)}`;
}

function minutes(value: number): string {
  return value >= 10 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)}\u00a0%`;
}
