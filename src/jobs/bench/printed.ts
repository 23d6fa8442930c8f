import { FORMATS, type FormatName } from '../../measure/bench/formats/format.ts';
import type { BuiltBench, BuiltBenchmark } from '../../toolchain/bench.ts';

/** Formats that a program with a harness of its own may print. */
const PRINTED = [
  'libtest',
  'criterion',
  'divan',
  'metric-lines',
  'custom-smaller',
  'bencher-metric',
] as const satisfies readonly FormatName[];
/** Most times that are read of one such program: each takes a run of all of it. */
const MAX_PRINTED = 50;

/**
 * A program's benchmarks; those of a program of harness `other` are the times that it prints in a known format, each a benchmark,
 * where there are any.
 */
export function benchmarksOf({ benchmarks, printed = '' }: BuiltBench): readonly BuiltBenchmark[] {
  for (const format of PRINTED) {
    if (printed === '') break;
    const parsed = FORMATS[format](printed);
    const times = parsed.kind === 'parsed' ? parsed.rows.filter(({ metric }) => metric === 'wall-time') : [];
    if (times.length === 0 || times.length > MAX_PRINTED) continue;
    return times.map(({ name: row }) => ({
      ...{ name: row, args: ['--bench'], home: [], metric: 'wall-time' as const },
      reads: { from: 'stdout' as const, format, row },
    }));
  }
  return benchmarks;
}
