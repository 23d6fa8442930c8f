import type { BuiltBenchmark, Harness } from '../../bench.ts';

/** Seconds that one short run measures for: long enough for a thousandth, short enough for many rounds. */
const MEASURE = '0.1';
const WARM_UP = '0.05';

/**
 * Criterion without pictures, kept results and comparison with an earlier run; the fewest samples and, since only the
 * estimate counts, the fewest resamples that it does not warn about. Settings that the code gives a group stand above these.
 */
export const CRITERION_FLAGS: readonly string[] = [
  ...['--warm-up-time', WARM_UP, '--measurement-time', MEASURE, '--sample-size', '10'],
  ...['--nresamples', '1001', '--noplot', '--discard-baseline', '--color', 'never'],
];
/** For a criterion before 0.4, which keeps its results. */
export const OLD_CRITERION_FLAGS: readonly string[] = CRITERION_FLAGS.filter(
  (flag) => flag !== '--discard-baseline',
);

/** How one benchmark alone is run. `flags`: those of {@link CRITERION_FLAGS} that the program takes. */
export function shortRun(
  harness: Harness,
  name: string,
  program: string,
  flags: readonly string[] = CRITERION_FLAGS,
): BuiltBenchmark {
  switch (harness) {
    case 'criterion':
      return {
        ...timed(name, ['--bench', '--exact', ...flags, '--', name], 'criterion', name.trim()),
        // Without it criterion asks cargo for the target directory.
        home: ['CRITERION_HOME'],
      };
    case 'divan': {
      const times = ['--min-time', WARM_UP, '--max-time', MEASURE];
      return timed(name, ['--bench', '--exact', ...times, '--color', 'never', '--', name], 'divan');
    }
    case 'libtest':
      return timed(name, ['--bench', '--exact', '--color', 'never', '--', name], 'libtest', name);
    case 'gungraun':
      return instructions(name, 'GUNGRAUN_HOME');
    case 'iai-callgrind':
      return instructions(name, 'IAI_CALLGRIND_HOME');
    case 'other':
      return { name: program, args: ['--bench'], home: [], metric: 'wall-time', reads: null };
  }
}

/** A benchmark that divan runs with several numbers of threads, with one of them: divan's own name of its row ends in `t=N`. */
export function divanWithThreads(name: string, threads: number): BuiltBenchmark {
  const { args, ...rest } = shortRun('divan', name, name);
  const [mode = '', ...others] = args;
  return { ...rest, name: `${name}::t=${threads}`, args: [mode, '--threads', String(threads), ...others] };
}

function timed(
  name: string,
  args: readonly string[],
  format: 'criterion' | 'divan' | 'libtest',
  row?: string,
): BuiltBenchmark {
  const reads = { from: 'stdout', format, ...(row === undefined ? {} : { row }) } as const;
  return { name, args, home: [], metric: 'wall-time', reads };
}

/** The list's name is a path that the runner takes as a pattern; no part of it can hold a pattern's characters. */
function instructions(name: string, home: string): BuiltBenchmark {
  return {
    name,
    args: ['--bench', '--output-format=json', name],
    home: [home],
    metric: 'instructions',
    reads: { from: 'stdout', format: 'gungraun-summary' },
  };
}
