import type { Comparison } from '../../src/compare/comparison.ts';
import type { BenchRunFacts, Report } from '../../src/report/report.ts';
import { IMPROVED, judgement, part, quietRows, REGRESSED, report, row } from './reports.ts';

/** A benchmark's row from its time before, its relative change and half the width of its interval. */
export function timed(
  name: string,
  before: number,
  change: number,
  half: number,
  more: Partial<Comparison> = {},
): Comparison {
  return row(`bench ${name}`, 'wall-time', before, before * (1 + change), {
    change,
    ci: [change - half, change + half],
    threshold: 0.01,
    samples: 30,
    ...more,
  });
}

const PLACEMENT = [
  judgement('code placement: +2.4 % between single layouts, +0.2 % between the best of 4'),
  judgement('confirmed on 40 fresh pairs'),
];
const SURVIVES = [
  judgement('confirmed on 40 fresh pairs'),
  judgement('survives 4 layouts a side: +6.1 % between the best of each'),
];
const OPEN = [judgement('smallest change that could have been seen: 1.6 %')];

export const BENCH_RUN: BenchRunFacts = {
  noise: [
    { case: 'bench parse/small', change: 0.0012, ci: [-0.004, 0.0064], pairs: 20 },
    { case: 'bench glob', change: -0.0004, ci: [-0.0061, 0.0053], pairs: 20 },
  ],
  load: { average: [0.4, 1.9], others: 0.031, steal: 0.002 },
  cases: 8,
  pairs: 312,
  minutes: 6.4,
  budget: 10,
};

/** A benchmark that moved by code placement, and nothing else. */
export function placementReport(): Report {
  const placed = timed('parse/small', 0.000_018_4, 0.024, 0.006, { relevant: true, why: PLACEMENT });
  return report(
    part({ comparisons: [...quietRows(), placed, timed('glob', 0.02, 0.002, 0.005)], bench: BENCH_RUN }),
  );
}

/** One benchmark slower, one faster, one moved by code placement, one left open, one crashed. */
export function benchReport(): Report {
  return report(
    part({
      comparisons: [
        ...quietRows(),
        timed('sort/10k', 0.0123, 0.0652, 0.007, { ...REGRESSED, samples: 40, why: SURVIVES }),
        row('bench sort/10k', 'instructions', 88_120_331, 93_561_002, { ...REGRESSED, threshold: 0.001 }),
        timed('parse/large', 0.412, -0.048, 0.009, { ...IMPROVED, samples: 40 }),
        timed('parse/small', 0.000_018_4, 0.024, 0.006, {
          relevant: true,
          samples: 40,
          why: PLACEMENT,
        }),
        timed('walk', 1.83, 0.013, 0.016, { verdict: 'inconclusive', samples: 60, why: OPEN }),
        timed('glob', 0.000_000_812, 0.002, 0.005),
        timed('search/literal', 0.0331, -0.001, 0.004),
        row('bench search/literal', 'instructions', 402_118_000, 402_118_000),
      ],
      removed: [
        { case: 'bench glob/old', values: [{ case: 'bench glob/old', metric: 'wall-time', value: 0.0131 }] },
      ],
      added: [
        { case: 'bench glob/new', values: [{ case: 'bench glob/new', metric: 'wall-time', value: 0.0123 }] },
      ],
      failed: [
        {
          case: 'bench search/unicode',
          message: 'head: ended with exit status 101 in pair 3',
          output: "thread 'main' panicked at benches/search.rs:41:9:\nassertion failed: matches > 0\n",
        },
      ],
      bench: BENCH_RUN,
    }),
  );
}
