import type { BuiltBenchmark, Harness } from '../../bench.ts';
import type { DivanRow } from './divan-rows.ts';

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

/**
 * Divan from 0.1.16 on counts finding out its own overhead, 30 ms and more on a busy machine, as part of these times: with 0.1 s
 * at most it would now and then take one sample of one cold iteration. Twenty samples are enough for what is slow.
 */
const DIVAN_FLAGS = '--min-time 0.1 --max-time 0.5 --sample-count 20 --color never'.split(' ');

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
    case 'divan':
      return timed(name, ['--bench', '--exact', ...DIVAN_FLAGS, '--', name], 'divan');
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

/** One row of divan's; its own name for one with several numbers of threads ends in `t=N`. */
export function divanRow({ path, threads }: DivanRow): BuiltBenchmark {
  const { args, ...rest } = shortRun('divan', path, path);
  if (threads === null) return { ...rest, args };
  const [mode = '', ...others] = args;
  return { ...rest, name: `${path}::t=${threads}`, args: [mode, '--threads', String(threads), ...others] };
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
